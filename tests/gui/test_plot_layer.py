"""Lines, rules and dots that one item paints, and points that are kept as a picture."""

from __future__ import annotations

import gc
from typing import Any
from weakref import ref

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.colours import pen_of
from gd_studio.gui.plots.kept_scatter import KeptScatter
from gd_studio.gui.plots.labels import Tag
from gd_studio.gui.plots.layer import Layer

RED, BLUE = QColor("#ff0000"), QColor("#0000ff")


def plot(qtbot: QtBot) -> Any:
    widget = pg.PlotWidget(enableMenu=False, background="w")
    qtbot.addWidget(widget)
    widget.resize(320, 240)
    item = widget.getPlotItem()
    item.hideAxis("left")
    item.hideAxis("bottom")
    widget.setXRange(0, 10, padding=0)
    widget.setYRange(0, 10, padding=0)
    widget.show()
    return widget


def seen(widget: Any, x: float, y: float) -> QColor:
    """Return the colour on screen at a place of the plot, the strongest of a few pixels."""
    at = widget.mapFromScene(widget.getPlotItem().getViewBox().mapViewToScene(QPointF(x, y)))
    image = widget.grab().toImage()
    near = [image.pixelColor(at.x() + i, at.y() + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    strongest: QColor = max(near, key=lambda color: color.hsvSaturation())
    return strongest


class Counted(Layer):
    """A layer that counts how often it was painted."""

    painted = 0

    def paint(self, *args: Any) -> None:
        self.painted += 1
        super().paint(*args)


def is_blank(color: QColor) -> bool:
    return bool(color.hsvSaturation() == 0)


@pytest.mark.parametrize("width", [1.0, 2.0])
@pytest.mark.parametrize("dash", ["solid", "dashed"])
def test_a_curve_goes_through_its_points(qtbot: QtBot, width: float, dash: str) -> None:
    widget = plot(qtbot)
    curve = Layer(widget.getPlotItem()).curve(antialias=True)
    curve.setData([1, 5, 9], [2, 8, 2], pen=pen_of(RED, width, dash))
    assert seen(widget, 1.05, 2.08).red() > seen(widget, 1.05, 2.08).blue()
    assert is_blank(seen(widget, 5, 2))
    widget.setXRange(0, 20, padding=0)  # the curve goes with the view
    assert not is_blank(seen(widget, 1.05, 2.08))


def test_the_same_points_are_painted_anew_only_where_something_else_changes(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    layer = Counted(widget.getPlotItem())
    curve = layer.curve()
    curve.setData([1, 9], [2, 4], pen=pen_of(RED))
    qtbot.waitUntil(lambda: layer.painted > 0)
    qtbot.wait(30)
    before = layer.painted
    curve.setData([1, 9], [2, 4], pen=pen_of(RED), antialias=False)
    qtbot.wait(30)
    assert layer.painted == before
    curve.setData([1, 9], [2, 4], antialias=True)
    qtbot.waitUntil(lambda: layer.painted > before, timeout=1000)


def test_a_gap_stays_a_gap(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    curve = Layer(widget.getPlotItem()).curve("finite")
    curve.setData([1, 3, 5, 7, 9], [5, 5, np.nan, 5, 5], pen=pen_of(BLUE))
    assert [is_blank(seen(widget, x, 5)) for x in (2, 4, 6, 8)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("width", "antialias", "dash"),
    [(1.0, False, "solid"), (2.0, True, "solid"), (1.0, True, "solid"), (2.0, True, "dashed")],
)
@pytest.mark.parametrize("connect", ["pairs", np.array([1, 0, 1, 0], np.int32)])
def test_only_what_is_joined_is_drawn(
    qtbot: QtBot, connect: Any, width: float, antialias: bool, dash: str
) -> None:
    widget = plot(qtbot)
    curve = Layer(widget.getPlotItem()).curve(connect, antialias)
    curve.setData([1, 4, 6, 9], [2, 2, 8, 8], pen=pen_of(RED, width, dash))
    image = widget.grab().toImage()
    reds = [
        any(
            image.pixelColor(x, y).hsvSaturation() > 0
            for x in range(int(320 * left), int(320 * right))
            for y in range(240)
        )
        for left, right in ((0.15, 0.35), (0.42, 0.58), (0.65, 0.85))
    ]
    assert reds == [True, False, True]


def test_a_point_far_beyond_all_screens_is_drawn_towards(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    curve = Layer(widget.getPlotItem()).curve("finite")
    curve.setData([1, 5, 5.001], [5, 5, 1e149], pen=pen_of(RED, 2))
    assert not is_blank(seen(widget, 3, 5))
    assert not is_blank(seen(widget, 5, 8))
    assert is_blank(seen(widget, 7, 5))


def test_wide_lines_of_very_many_points_end_where_they_should(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    curve = Layer(widget.getPlotItem()).curve()
    x = np.linspace(1, 9, 5000)
    curve.setData(x, x, pen=pen_of(RED, 2))
    assert [is_blank(seen(widget, at, at)) for at in (0.8, 1.1, 5, 8.9, 9.2)] == [
        True, False, False, False, True]  # fmt: skip


def test_rules_lie_across_the_view_and_what_is_hidden_is_not_painted(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    layer = Layer(widget.getPlotItem())
    flat, upright = layer.rule(0), layer.rule(90)
    for rule, value in ((flat, 3.0), (upright, 7.0)):
        rule.setPen(pen_of(BLUE, 2))
        rule.setPos(value)
    assert (flat.value(), upright.value()) == (3.0, 7.0)
    assert not is_blank(seen(widget, 1, 3))
    assert not is_blank(seen(widget, 7, 9))
    upright.hide()
    assert is_blank(seen(widget, 7, 9))
    assert not upright.isVisible()


def test_each_dot_has_its_own_colour_and_none_is_painted_where_no_number_is(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    dots = Layer(widget.getPlotItem()).dots(size=9)
    dots.setData([2, 5, 8], [5, np.nan, 5], [QPen(RED), QPen(RED), QPen(BLUE)], [QBrush(RED)] * 3)
    assert seen(widget, 2, 5).name() == RED.name()
    assert is_blank(seen(widget, 5, 5))
    dots.setData([2, 8], [5, 5], brush=[QBrush(RED), QBrush(BLUE)])
    assert seen(widget, 8, 5).name() == BLUE.name()


def test_what_is_made_later_lies_on_top(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    layer = Layer(widget.getPlotItem())
    for color in (RED, BLUE):
        layer.rule(0).setPen(pen_of(color, 3))
    widget.setYRange(-5, 5, padding=0)
    assert seen(widget, 5, 0).name() == BLUE.name()


def scatter(widget: Any) -> KeptScatter:
    points = KeptScatter(widget.getPlotItem(), 1, size=9, symbol="o")
    points.setData([2, 8], [5, 5], brush=RED, pen=None)
    return points


def test_kept_points_are_painted_once_for_many_steps(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    points = scatter(widget)
    below = Layer(widget.getPlotItem()).rule(0)
    assert seen(widget, 2, 5).name() == RED.name()
    before = points.painted
    for value in range(5):
        below.setPos(value)
        assert seen(widget, 8, 5).name() == RED.name()
    assert points.painted == before


def test_kept_points_are_painted_anew_when_they_or_the_view_change(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    points = scatter(widget)
    assert not is_blank(seen(widget, 2, 5))
    widget.setXRange(0, 20, padding=0)
    assert [is_blank(seen(widget, x, 5)) for x in (2, 4, 8)] == [False, True, False]
    points.setData([4], [5])
    assert [is_blank(seen(widget, x, 5)) for x in (2, 4, 8)] == [True, False, True]
    points.setBrush([pg.mkBrush(BLUE)])
    assert seen(widget, 4, 5).name() == BLUE.name()
    widget.resize(500, 300)
    assert seen(widget, 4, 5).name() == BLUE.name()


def test_no_picture_is_kept_where_there_are_no_points(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    points = scatter(widget)
    points.setData([], [])
    assert is_blank(seen(widget, 2, 5))
    before = points.painted
    widget.setXRange(0, 20, padding=0)
    assert is_blank(seen(widget, 2, 5))
    assert points.painted == before
    points.setData([4], [5])
    assert not is_blank(seen(widget, 4, 5))


def test_words_of_a_height_share_a_layer_and_keep_no_plot_alive(qapp: QApplication) -> None:
    widget = pg.PlotWidget()
    item = widget.getPlotItem()
    tags = [Tag(item), Tag(item)]
    for tag in tags:
        tag.show("here", 0, 0, RED, QFont())
    view = ref(item.getViewBox())
    layers = [child for child in view().childGroup.childItems() if isinstance(child, Layer)]  # type: ignore[union-attr]
    assert len(layers) == 1
    widget.close()
    del widget, item, tag, tags, layers
    gc.collect()
    assert view() is None


def test_layers_take_no_clicks(qtbot: QtBot) -> None:
    widget = plot(qtbot)
    assert Layer(widget.getPlotItem()).acceptedMouseButtons() == Qt.MouseButton.NoButton


@pytest.mark.parametrize("top", [1e20, 1e150, 1e300])
def test_all_of_it_is_painted_up_to_the_largest_numbers(qtbot: QtBot, top: float) -> None:
    """As those of a run that flies off are."""
    widget = plot(qtbot)
    widget.setYRange(0, top, padding=0)
    item = widget.getPlotItem()
    layer = Layer(item)
    layer.curve().setData([1, 9], [0.2 * top, 0.2 * top], pen=pen_of(RED, 2))
    rule = layer.rule(0)
    rule.setPen(pen_of(BLUE, 2))
    rule.setPos(0.4 * top)
    layer.dots(size=9).setData([5], [0.6 * top], brush=[QBrush(RED)])
    points = KeptScatter(item, 1, size=9, symbol="o")
    points.setData([8], [0.8 * top], brush=RED, pen=None)
    tag = Tag(item)
    tag.set_background(BLUE)
    tag.show("here", 2, 0.6 * top, RED, QFont(), (0.5, 0.5))
    for x, y in ((3, 0.2), (3, 0.4), (5, 0.6), (8, 0.8), (2, 0.6)):
        assert not is_blank(seen(widget, x, y * top)), (x, y)
    assert is_blank(seen(widget, 5, 0.3 * top))
