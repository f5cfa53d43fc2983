"""Frames for tests of the plots, from real runs of a few steps; and clicks at a plot's places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.history import Curve
from gd_studio.experiment.outlook import Outlook
from gd_studio.experiment.run import Run
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.computed import ComputedPlot
from gd_studio.gui.plots.labels import Tag
from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import CURVES, Curves, Evaluation, Frame, Ghost

PAUSE_MS = 15
NUMBERS = count(1)  # no two frames have the same one
LINE: dict[str, Any] = {
    "data": {"kind": "line"},
    "model": {"kind": "linear"},
    "optimizer": {"kind": "sgd", "learning_rate": 0.1},
}


def trained(
    change: dict[str, Any] | None = None, steps: int = 0, shown: int | None = None
) -> Frame:
    """Return a frame of an experiment after `steps`, showing step `shown` (else the last)."""
    run = Run(Experiment.from_dict(change or {}))
    run.advance(steps)
    run.seek(steps if shown is None else shown)
    return frame_of(run)


def frame_of(run: Run, run_number: int = 1) -> Frame:
    """Return what a window would draw of a run at its present step."""
    history, step = run.history, run.step_number
    steps, trajectory = run.timeline.trajectory.path()
    held = len(run.data.validation.rows) > 0
    totals = history["validation_loss"] if held else history["train_loss"]
    at = int(np.argmin(totals))
    batch, batches = run.batch
    return Frame(
        run_number=run_number,
        number=next(NUMBERS),
        start=run.experiment,
        tape=run.timeline.tape,
        experiment=run.in_force,
        hypothesis=run.hypothesis,
        step=step,
        last_step=run.last_step,
        epoch=run.epoch,
        batch=batch,
        batches=batches,
        record=run.record,
        parameters=run.parameters,
        previous=run.previous,
        gradient=run.gradient if step else run.full_gradient(),
        batch_rows=run.batch_rows,
        evaluation=Evaluation(
            step, run.evaluate("train"), run.evaluate("validation") if held else None
        ),
        baseline=run.baseline,
        first=float(history["train_loss"][0]),
        curves=Curves({name: history.curve(name) for name in CURVES}, history.clock()),
        trajectory_steps=steps,
        trajectory=trajectory,
        trajectory_parameters=run.timeline.trajectory.parameters,
        best=(int(history["evaluated_step"][at]), float(totals[at])) if held else None,
        stop=run.stop_reason,
        ahead=Outlook().next(run),
        memory=run.memory,
        previous_memory=run.memory_before(),
        best_parameters=run.best_parameters,
    )


def with_ghost(frame: Frame, before: Frame, label: str = "rate 0.1") -> Frame:
    """Return the frame with another one's run behind it as the ghost."""
    ghost = Ghost(
        label=label,
        step=before.last_step,
        loss=before.evaluation.train["total"],
        curves=before.curves,
        steps=before.trajectory_steps,
        trajectory=before.trajectory,
        parameters=before.parameters,
        hypothesis=before.hypothesis,
    )
    return replace(frame, ghost=ghost)


def with_curve(frame: Frame, name: str, steps: Any, values: Any) -> Frame:
    """Return the frame with one curve put in another's place."""
    curve = Curve(np.asarray(steps, np.float64), np.asarray(values, np.float64))
    by_name = {**frame.curves.by_name, name: curve}
    return replace(frame, curves=Curves(by_name, frame.curves.clock))


def loss_plot(qtbot: QtBot) -> LossPlot:
    """Return a loss plot on the screen that has no frame yet."""
    plot = LossPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.resize(420, 320)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def put_up(qtbot: QtBot, plot: ComputedPlot, frame: Frame) -> None:
    """Show a plot with a frame, and wait until all it asks for is computed."""
    qtbot.addWidget(plot)
    plot.resize(420, 340)
    plot.show()
    plot.set_frame(frame)
    qtbot.waitUntil(lambda: not plot.is_computing, timeout=20000)


def place(plot: PlotPanel, x: float, y: float) -> QPoint:
    """Return where a place of the plot is on its canvas, in pixels."""
    point = plot.plot_item.getViewBox().mapViewToScene(pg.Point(x, y))
    return QPoint(round(point.x()), round(point.y()))


def click(plot: PlotPanel, x: float, y: float) -> None:
    """Click with the left button at a place of the plot."""
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(plot.canvas.viewport(), button, keys, place(plot, x, y))


def drag(plot: PlotPanel, start: QPoint, end: QPoint) -> None:
    """Move the mouse over `start`, press, move to `end` in steps, and let go there."""
    target = plot.canvas.viewport()
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # pyqtgraph overlooks mouse events that follow one another faster than a hand moves.
    QTest.mouseMove(target, start, PAUSE_MS)
    QTest.qWait(PAUSE_MS)
    QTest.mousePress(target, button, keys, start)
    for share in (0.25, 0.5, 0.75, 1.0):
        at = start + (end - start) * share
        local, general = QPointF(at), QPointF(target.mapToGlobal(at))
        move = QMouseEvent(
            QEvent.Type.MouseMove, local, general, Qt.MouseButton.NoButton, button, keys
        )
        QTest.qWait(PAUSE_MS)
        QCoreApplication.sendEvent(target, move)
    QTest.mouseRelease(target, button, keys, end)


def overlap(tags: Iterable[Tag]) -> float:
    """Return how many square pixels of shown words lie on other words."""
    boxes = [tag.box for tag in tags if tag.is_visible]
    both = [a.intersected(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :]]
    return float(sum(common.width() * common.height() for common in both))
