"""A racing plot in two halves: nothing in its canvas is painted before the second."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from pytestqt.qtbot import QtBot

from gd_studio.gui.plot_halves import PlotHalves
from gd_studio.gui.plots.loss import LossPlot
from tests.gui.events import Times
from tests.gui.frames import loss_plot, trained


def shown(qtbot: QtBot) -> LossPlot:
    plot = loss_plot(qtbot)
    plot.set_frame(trained({}, 3))
    qtbot.wait(300)  # by then its range has followed
    return plot


def test_the_canvas_is_painted_with_the_second_half(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    before = plot.canvas.grab().toImage()
    halves, paints = PlotHalves(plot), Times(plot.canvas.viewport(), QEvent.Type.Paint)
    later = trained({}, 9)
    halves.hand_over(later)
    qtbot.wait(50)
    assert plot.frame is later
    assert paints.count == 0
    halves.paint(later)
    qtbot.wait(50)
    assert paints.count >= 1
    assert plot.canvas.grab().toImage() != before


def test_a_plot_let_go_of_paints_as_ever(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    halves, paints = PlotHalves(plot), Times(plot.canvas.viewport(), QEvent.Type.Paint)
    halves.let_go()  # nothing was kept still
    qtbot.wait(50)
    assert paints.count == 0
    halves.hand_over(trained({}, 9))
    halves.let_go()
    plot.set_frame(trained({}, 12))
    qtbot.wait(50)
    assert paints.count >= 1
    before = paints.count
    plot.set_frame(trained({}, 15))
    qtbot.wait(50)
    assert paints.count > before
