"""An axis that only writes: where labels and name stand, and that nothing is written in vain."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.plots.plain_axis import PlainAxis
from tests.gui.frames import loss_plot


def shown(qtbot: QtBot) -> LossPlot:
    plot = loss_plot(qtbot)
    plot.plot_item.getViewBox().setRange(xRange=(0, 10), yRange=(2, 4), padding=0)
    qtbot.wait(20)
    return plot


def painted(axis: PlainAxis) -> QRectF:
    """Return where an axis leaves ink, in its own pixels."""
    margin = 40
    size = axis.size().toSize()
    image = QImage(
        size.width() + 2 * margin, size.height() + 2 * margin, QImage.Format.Format_ARGB32
    )
    image.fill(0)
    painter = QPainter(image)
    painter.translate(margin, margin)
    axis.paint(painter, None)
    painter.end()
    ink = [
        (x - margin, y - margin)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 40
    ]
    if not ink:
        return QRectF()
    xs, ys = zip(*ink, strict=True)
    return QRectF(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)


@pytest.mark.parametrize(("at", "share"), [(2, 1.0), (3, 0.5), (4, 0.0)])
def test_a_label_beside_a_plot_stands_at_its_value(qtbot: QtBot, at: float, share: float) -> None:
    axis = shown(qtbot).plot_item.getAxis("left")
    axis.write([(at, "0.5")], "")
    ink = painted(axis)
    assert ink.center().y() == pytest.approx(share * axis.size().height(), abs=3)
    assert ink.right() == pytest.approx(axis.size().width() - 5, abs=2)  # close to the plot


def test_a_label_under_a_plot_stands_at_its_value(qtbot: QtBot) -> None:
    axis = shown(qtbot).plot_item.getAxis("bottom")
    axis.write([(7.5, "7.5")], "")
    ink = painted(axis)
    assert ink.center().x() == pytest.approx(0.75 * axis.size().width(), abs=2)
    assert 0 <= ink.top() <= 8


def test_names_stand_in_the_middle_of_the_outer_edge(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    left, bottom = (plot.plot_item.getAxis(side) for side in ("left", "bottom"))
    left.write([], "total loss")
    ink = painted(left)
    assert ink.height() > 3 * ink.width()  # written upwards
    assert ink.left() >= 0
    assert ink.center().y() == pytest.approx(left.size().height() / 2, abs=4)
    bottom.write([], "steps")
    ink = painted(bottom)
    assert ink.center().x() == pytest.approx(bottom.size().width() / 2, abs=4)
    assert ink.bottom() <= bottom.size().height() + 1


def test_a_word_in_angle_brackets_is_written_as_it_is(qtbot: QtBot) -> None:
    axis = shown(qtbot).plot_item.getAxis("left")
    axis.write([], "<b>x</b>")
    long = painted(axis).height()
    axis.write([], "x")
    assert long > 3 * painted(axis).height()


@pytest.fixture
def updates(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(PlainAxis, "update", lambda axis: found.append(axis.orientation))
    return found


def test_what_stays_the_same_is_not_written_again(qtbot: QtBot, updates: list[str]) -> None:
    axis = shown(qtbot).plot_item.getAxis("left")
    axis.write([(3.0, "3")], "loss")
    updates.clear()
    axis.write([(3.0, "3")], "loss")
    assert updates == []
    axis.write([(3.0, "3")], "another")
    assert updates == ["left"]
