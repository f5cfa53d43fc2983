"""What every plot has: a name, a menu of its own, an empty state, room at every size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pytest
from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.export import picture_size, to_csv, to_png, to_svg
from gd_studio.gui.plots.header import (
    Piece,
    PlotHeader,
    shortened,
    with_their_words,
    without_loose_end,
)
from gd_studio.gui.plots.hover import HoverLabel
from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.surface import SurfacePlot
from gd_studio.gui.plots.weights import WeightsPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT, Theme
from gd_studio.session.frame import Frame
from tests.gui.frames import trained

PLOTS: dict[str, Callable[[Theme, Selection], PlotPanel]] = {
    "plot.loss": LossPlot,
    "plot.weights": WeightsPlot,
    "plot.prediction": PredictionPlot,
    "plot.surface": SurfacePlot,
}


@cache
def moons() -> Frame:
    return trained({}, 12)


def drawn(qtbot: QtBot, name: str, theme: Theme = LIGHT, size: tuple[int, int] = (400, 340)) -> (
    PlotPanel
):  # fmt: skip
    plot = PLOTS[name](theme, Selection())
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.show()
    plot.set_frame(moons())
    if isinstance(plot, SurfacePlot):
        qtbot.waitUntil(lambda: plot.surface is not None and not plot.is_computing, timeout=10000)
    return plot


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_has_its_names_and_a_summary(qtbot: QtBot, name: str) -> None:
    plot = drawn(qtbot, name)
    assert plot.objectName() == name
    assert plot.accessibleName() == plot.header.title.text()
    assert "step 12" in plot.summary
    assert plot.accessibleDescription() == plot.summary
    assert plot.header.detail.text()
    for child in plot.findChildren(QWidget):
        if type(child).__name__ in ("QToolButton", "QComboBox", "PlotWidget"):
            assert child.accessibleName()


@pytest.mark.parametrize("name", PLOTS)
def test_the_menu_is_our_own(qtbot: QtBot, name: str) -> None:
    plot = drawn(qtbot, name)
    menu = plot.build_menu()
    texts = [action.text() for action in menu.actions()]
    assert texts[:2] == ["Export picture…", "Export data…"]
    assert "Fit" in texts
    assert not plot.plot_item.menuEnabled()
    asked: list[str] = []
    plot.export_requested.connect(asked.append)
    menu.actions()[0].trigger()
    menu.actions()[1].trigger()
    assert asked == ["picture", "data"]
    menu.close()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("size", [(250, 250), (1600, 1000)])
@pytest.mark.parametrize("name", PLOTS)
def test_every_size_and_theme_draws(
    qtbot: QtBot, name: str, size: tuple[int, int], theme: Theme
) -> None:
    plot = drawn(qtbot, name, theme, size)
    assert plot.size().toTuple() == size
    image = plot.grab().toImage()
    colours = {image.pixel(x, y) for x in range(0, size[0], 7) for y in range(0, size[1], 7)}
    assert len(colours) > 3


@pytest.mark.parametrize("name", PLOTS)
def test_text_is_never_below_eleven_pixels(qtbot: QtBot, name: str) -> None:
    plot = drawn(qtbot, name)
    assert plot.small_font().pixelSize() >= 11


@pytest.mark.parametrize("name", PLOTS)
def test_a_png_has_the_scale_asked_for(qtbot: QtBot, name: str) -> None:
    plot = drawn(qtbot, name)
    image = QImage.fromData(to_png(plot, 2.5))
    size = picture_size(plot)
    assert image.size() == size * 2.5
    # What lies inside the frame has not been covered.
    across = {image.pixel(x, y) for x in range(0, 900, 5) for y in range(100, 700, 50)}
    assert len(across) > 10


@pytest.mark.parametrize("name", PLOTS)
def test_an_svg_holds_the_title_as_text(qtbot: QtBot, name: str) -> None:
    plot = drawn(qtbot, name)
    svg = to_svg(plot).decode("utf-8")
    assert svg.startswith("<?xml")
    assert f">{plot.header.title.text()}</text>" in svg
    assert "<path" in svg or "<polyline" in svg or "<image" in svg


def test_a_picture_has_the_legend_of_what_is_drawn(qtbot: QtBot) -> None:
    plot = drawn(qtbot, "plot.loss")
    height = picture_size(plot).height()
    assert ">validation</text>" in to_svg(plot).decode("utf-8")
    for key in ("train", "validation", "batch"):
        plot.legend.set_shown(key, False)
    assert ">validation</text>" not in to_svg(plot).decode("utf-8")
    assert picture_size(plot).height() < height


@pytest.mark.parametrize("name", PLOTS)
def test_exported_data_are_a_table(qtbot: QtBot, name: str) -> None:
    plot = drawn(qtbot, name)
    names, rows = plot.export_data()
    assert names
    assert rows
    assert all(len(row) == len(names) for row in rows)
    assert to_csv(plot).decode().count("\n") == len(rows) + 1


@pytest.mark.parametrize("name", PLOTS)
def test_a_hidden_plot_keeps_the_frame_for_later(qtbot: QtBot, name: str) -> None:
    plot = PLOTS[name](LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.set_frame(moons())
    assert plot.frame is moons()
    assert "nothing to draw" in plot.summary


@pytest.mark.parametrize("name", PLOTS)
def test_a_user_who_has_zoomed_is_not_moved(qtbot: QtBot, name: str) -> None:
    plot = drawn(qtbot, name)
    view = plot.plot_item.getViewBox()
    wanted = view.viewRange()
    view.setRange(xRange=(0.1, 0.2), yRange=(0.1, 0.2), padding=0)
    view.sigRangeChangedManually.emit([True, True])
    plot.set_frame(moons())
    assert view.viewRange()[0] == pytest.approx([0.1, 0.2])
    plot.fit()
    for axis in (0, 1):
        assert view.viewRange()[axis] == pytest.approx(wanted[axis])


def test_a_header_gives_up_what_matters_least_first(qtbot: QtBot) -> None:
    plot = drawn(qtbot, "plot.prediction")
    line = plot.header.detail
    seen: list[str] = []
    for width in range(line.sizeHint().width(), 20, -1):
        line.resize(width, line.height())
        if not seen or line.shown_text != seen[-1]:
            seen.append(line.shown_text)
    assert seen[0] == "● class 0   ▲ class 1   hollow = validation"
    names = [text for text in seen if "class 0" in text and "class 1" in text]
    assert "● class 0   ▲ class 1  hollow = val." in seen
    assert names[-1] == "● class 0  ▲ class 1"
    assert seen[-1] == "●  ▲"


def test_a_slice_keeps_its_class_names_at_the_design_width(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "loan_applicants"}}, 1)
    plot = PredictionPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.show()
    plot.set_frame(frame)
    line = plot.header.detail
    line.resize(190, line.height())
    for name in frame.hypothesis.classes:
        assert name in line.shown_text
    assert "row " in line.shown_text


def test_a_title_makes_room_for_what_is_said_beside_it(qtbot: QtBot) -> None:
    header = PlotHeader("Loss surface", "Surface")
    qtbot.addWidget(header)
    header.say([Piece(("projection on a plane", "projection"), QColor("black"))])
    header.show()
    seen: dict[tuple[str, str], int] = {}
    for width in range(400, 20, -1):
        header.resize(width, 30)
        QCoreApplication.processEvents()
        said = header.title.shown_text, header.detail.shown_text if header.tells_least else ""
        seen.setdefault(said, width)
    assert list(seen)[:3] == [
        ("Loss surface", "projection on a plane"),
        ("Loss surface", "projection"),
        ("Surface", "projection"),
    ]
    assert {tells for _, tells in list(seen)[3:]} == {""}
    assert list(seen)[-1][0].endswith("…")
    assert header.title.text() == "Loss surface", "of an export and a screen reader"


def test_shorter_pieces_are_taken_in_the_order_of_their_rank() -> None:
    black = QColor("black")
    pieces = [Piece(("long name", "name"), black, rank=1), Piece(("  aside", ""), black)]
    assert shortened(pieces, lambda texts: len("".join(texts)) <= 9) == ["long name", ""]
    assert shortened(pieces, lambda texts: len("".join(texts)) <= 4) == ["name", ""]
    assert shortened(pieces, lambda texts: True) == ["long name", "  aside"]


def test_no_word_of_a_header_stands_there_without_its_number() -> None:
    words, bold = ["train ", "0.311", " · val. ", "0.380"], [False, True, False, True]
    seen = set()
    for room in range(30):

        def fits(shown: Sequence[str], room: int = room) -> bool:
            return len("".join(shown)) <= room

        seen.add("".join(with_their_words(words, bold, fits)))
    assert seen == {"train 0.311 · val. 0.380", "train 0.311", "0.311"}


def test_no_joint_is_left_at_the_end() -> None:
    assert without_loose_end(["AUC ", "0.981", " · ", "", ""]) == ["AUC ", "0.981", "", "", ""]
    assert without_loose_end(["hidden 1 · ", ""]) == ["hidden 1", ""]
    assert without_loose_end(["−1", " to ", "+1"]) == ["−1", " to ", "+1"]


def test_the_reach_of_a_heat_map_is_said_whole_or_in_short(qtbot: QtBot) -> None:
    plot = drawn(qtbot, "plot.weights")
    assert isinstance(plot, WeightsPlot)
    plot.set_view("map")
    line = plot.header.detail
    seen = set()
    for width in range(line.sizeHint().width(), line.least_width, -1):
        line.resize(width, line.height())
        seen.add(line.shown_text.split("· ")[-1])
    whole = line.text().split("· ")[-1]
    assert seen == {whole, f"±{whole.split('+')[1]}"}


@pytest.mark.parametrize("width", [160, 600])
def test_words_beside_the_mouse_stay_inside_a_narrow_canvas(qtbot: QtBot, width: int) -> None:
    canvas = QWidget()
    qtbot.addWidget(canvas)
    canvas.resize(width, 120)
    hover = HoverLabel(canvas)
    hover.say("step 50\ngap +0.000249, 0.129 off the plane of the map", QPoint(80, 60))
    lines = hover.heightForWidth(hover.width()) if hover.wordWrap() else hover.sizeHint().height()
    assert canvas.rect().left() <= hover.geometry().left()
    assert hover.geometry().right() <= canvas.rect().right()
    assert hover.wordWrap() == (width == 160)
    assert hover.height() >= lines


def test_the_name_of_a_vertical_axis_stays_beside_its_axis(qtbot: QtBot) -> None:
    axis = drawn(qtbot, "plot.loss").plot_item.getAxis("left")
    for name in ("loss, named at length", "a loss"):
        axis.write(axis.labels, name)
        assert axis.labelText == name
        place = axis.name_rect()
        assert place.left() == 0
        assert place.center().y() == pytest.approx(axis.size().height() / 2)


@pytest.mark.parametrize("name", PLOTS)
def test_all_of_the_canvas_is_painted_at_every_size(qtbot: QtBot, name: str) -> None:
    plot = drawn(qtbot, name)
    for size in ((230, 210), (470, 480), (240, 230), (400, 340)):
        plot.resize(*size)  # the row of the legend, and lines of the note, come and go
        for _ in range(4):
            QCoreApplication.processEvents()
        assert plot.canvas.viewport().size() == plot.canvas.size(), size
