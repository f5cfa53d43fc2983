"""The ends of epochs are ticks on the loss plot's x axis, never so many that they touch."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.epoch_ticks import APART, spacing
from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import trained


def shown(qtbot: QtBot, frame: Frame) -> LossPlot:
    plot = LossPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.resize(420, 320)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    return plot


def ticks(plot: LossPlot) -> list[float]:
    x, _ = plot.marks.epochs._ticks.getData()  # noqa: SLF001
    return [float(value) for value in x[::2]]


def test_a_tick_stands_where_each_epoch_ends(qtbot: QtBot) -> None:
    frame = trained({}, 35)
    plot = shown(qtbot, frame)
    assert ticks(plot) == pytest.approx([frame.batches * k for k in (1, 2, 3)])
    plot.set_unit("epochs")
    assert ticks(plot) == pytest.approx([1, 2, 3])


def test_ticks_stand_on_the_axis_and_are_a_few_pixels_high(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({}, 35))
    _, (bottom, top) = plot.plot_item.getViewBox().viewRange()
    _, y = plot.marks.epochs._ticks.getData()  # noqa: SLF001
    assert y[::2] == pytest.approx(np.full(3, bottom))
    assert (y[1::2] < bottom + 0.05 * (top - bottom)).all()


def test_before_the_first_epoch_ends_there_is_no_tick(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({}, 3))
    assert not plot.marks.epochs._ticks.isVisible()  # noqa: SLF001


@pytest.mark.parametrize("count", [1, 7, 60, 999, 100_000])
def test_ticks_never_touch(count: int) -> None:
    every = spacing(count, 300.0)
    assert count // every <= 300 / APART
    assert every in (1, 2, 5) or str(every).rstrip("0") in ("1", "2", "5")


def test_hover_says_how_many_epochs_have_passed(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({}, 35))
    assert plot._hover_text(25.0, 0.5).startswith("step 25\n2.5 epochs passed")  # noqa: SLF001


def test_a_landscape_without_rows_has_no_epochs_to_tick(qtbot: QtBot) -> None:
    landscape = {"data": {"kind": "none"}, "model": {"kind": "landscape"}}
    plot = shown(qtbot, trained({**landscape, "optimizer": {"learning_rate": 0.01}}, 12))
    assert not plot.marks.epochs._ticks.isVisible()  # noqa: SLF001
    plot.set_frame(trained({}, 35))
    assert plot.marks.epochs._ticks.isVisible()  # noqa: SLF001
