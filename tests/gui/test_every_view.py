"""What holds for every plot in every view that its header offers, whatever the data are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.gui.desk import dock_specs
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Evaluation, Frame
from tests.gui.frames import LINE, frame_of, with_curve

CASES: dict[str, dict[str, Any]] = {
    "moons": {},
    "line": LINE,
    "digits": {"data": {"kind": "digits"}, "model": {"kind": "mlp", "hidden": [8]}},
    "landscape": {"data": {"kind": "none"}, "model": {"kind": "landscape"}},
}
DOCKS = tuple(spec.key for spec in dock_specs(LIGHT, Selection(), threading.Event()))
# These name their axes within the picture, for rows and columns of cells or a turned box.
NAMED_INSIDE = {
    ("plot.prediction", "confusion"),
    ("plot.weights", "map"),
    ("plot.weights", "tiles"),
}
NOT_FINITE = ("not a number", "not finite", "infinite", "infinity", "∞", "nan")
PLACES = [(i / 12, j / 12) for i in range(13) for j in range(13)]


class Bench:
    """One plot beside the run it shows, and its ways through all it offers."""

    def __init__(self, qtbot: QtBot, key: str, case: str) -> None:
        self._qtbot = qtbot
        self.run = Run(Experiment.from_dict(CASES[case]))
        self.run.advance(12)
        self.frame = frame_of(self.run)
        gate, selection = threading.Event(), Selection()
        gate.set()
        made = {spec.key: spec.create for spec in dock_specs(LIGHT, selection, gate)}
        self.key, self.plot = key, made[key]()
        self._panels = [self.plot]
        if key == "plot.surface3d":
            self._panels.insert(0, made["plot.surface"]())
            self.plot.set_source(self._panels[0])
        for panel in self._panels:
            panel.resize(460, 340)
            panel.show()
        self.show(self.frame)

    def show(self, frame: Frame) -> None:
        """Show a frame, and wait until all of it is drawn."""
        for panel in self._panels:
            panel.set_frame(frame)
            self.settle()

    def settle(self) -> None:
        def is_quiet() -> bool:
            return not any(getattr(panel, "is_computing", False) for panel in self._panels)

        QApplication.processEvents()
        self._qtbot.waitUntil(is_quiet, timeout=20_000)
        QApplication.processEvents()

    def views(self) -> Iterator[str]:
        """Choose every entry that is offered, one after the other, and say which."""
        yield self.shown()
        for action in self.plot.header.menu.actions():
            if action.isCheckable() and action.isVisible() and action.isEnabled():
                action.trigger()
                self.settle()
                yield f"{self.shown()}: {action.text()}"

    def shown(self) -> str:
        return str(getattr(self.plot, "shown_view", getattr(self.plot, "view", "")))

    @property
    def is_empty(self) -> bool:
        return bool(self.plot.empty.isVisible())

    def hover(self) -> list[str]:
        (left, right), (bottom, top) = self.plot.plot_item.getViewBox().viewRange()
        return [
            self.plot._hover_text(left + (right - left) * i, bottom + (top - bottom) * j)  # noqa: SLF001
            for i, j in PLACES
        ]

    def words(self) -> str:
        """All that it says: header, note, summary, what is written into it, and on hover."""
        plot = self.plot
        texts = [plot.summary, plot.note.text(), plot.header.detail.text(), *self.hover()]
        if self.is_empty:
            texts.append(plot.empty.text())
        for item in plot.plot_item.items:
            if hasattr(item, "toPlainText"):
                texts.append(item.toPlainText())
        return "\n".join(texts)

    def close(self) -> None:
        """End it, and let go of it: a fixture is kept beyond its test."""
        for panel in self._panels:
            if hasattr(panel, "shutdown"):
                panel.shutdown()
            panel.close()
            panel.deleteLater()
        self._panels.clear()
        del self.plot


# Images change what these show; the others know no difference to other classes.
OF_IMAGES = ("plot.prediction", "plot.weights")
PAIRS = [(k, c) for c in CASES for k in DOCKS if c != "digits" or k in OF_IMAGES]


@pytest.fixture(params=PAIRS, ids="-".join)
def bench(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot, *request.param)
    yield bench
    bench.close()


def unnamed_axes(bench: Bench) -> list[str]:
    """Return the axes whose name or unit is not written beside them."""
    if bench.is_empty or bench.key == "plot.surface3d":
        return []
    item, missing = bench.plot.plot_item, []
    for side, scale in zip(("bottom", "left"), bench.plot._scales, strict=True):  # noqa: SLF001
        if scale.hidden:
            if (bench.key, bench.shown()) not in NAMED_INSIDE:
                missing.append(f"{side} hidden")
            continue
        axis = item.getAxis(side)
        ticks = [text for level in axis._tickLevels or [] for _, text in level]  # noqa: SLF001
        written = [axis.labelText or "", *ticks]
        if not any(any(c.isalpha() or c in "‖η²" for c in text) for text in written):
            missing.append(f"{side} {written}")
    return missing


def test_every_view_names_its_axes_says_numbers_and_answers_the_mouse(bench: Bench) -> None:
    wrong = []
    for view in bench.views():
        summary, hover = bench.plot.summary, [text for text in bench.hover() if text]
        wrong += [f"{view}: {axis}" for axis in unnamed_axes(bench)]
        if not summary.strip().endswith((".", "…")):
            wrong.append(f"{view}: no sentence: {summary}")
        if bench.is_empty:
            if len(bench.plot.empty.text().split()) < 4:
                wrong.append(f"{view}: the empty state says nothing")
            continue
        if not any(c.isdigit() for c in summary):
            wrong.append(f"{view}: no number: {summary}")
        if not any(c.isdigit() for text in hover for c in text):
            wrong.append(f"{view}: nothing on hover")
    assert wrong == []


def test_every_view_is_drawn_in_both_themes_and_leaves_the_run_alone(bench: Bench) -> None:
    run = bench.run

    def state() -> tuple[object, ...]:
        return run.fingerprint(), len(run.history), run.history.evaluations, run.timeline.tape

    before = state()
    for _ in bench.views():
        for theme in (DARK, LIGHT):
            bench.plot.set_theme(theme)
            assert not bench.plot.grab().isNull()
    assert before == state()


def test_every_plot_is_reached_by_the_keyboard_and_has_a_name(bench: Bench) -> None:
    plot = bench.plot
    assert plot.canvas.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert plot.accessibleName()
    assert plot.canvas.accessibleName()
    assert plot.accessibleDescription() == plot.summary
    if not plot.header.choices.is_empty:
        assert plot.header.button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert plot.header.button.accessibleName()


def broken(frame: Frame) -> Frame:
    """Return the frame of a run that is lost: what its last step made is not a number."""
    theta, gradient = frame.parameters.copy(), frame.gradient.copy()
    path = frame.trajectory.copy()
    theta[:], gradient[0], path[-1] = np.nan, np.inf, np.nan
    lost = {name: float("nan") for name in frame.evaluation.train}
    held = lost if frame.evaluation.validation else None
    for name in ("total", "train_loss"):
        curve = frame.curves[name]
        values = np.where(curve.steps == curve.steps[-1], np.nan, curve.values)
        frame = with_curve(frame, name, curve.steps, values)
    return replace(
        frame,
        run_number=frame.run_number + 1,
        number=frame.number + 1,
        parameters=theta,
        gradient=gradient,
        trajectory=path,
        evaluation=Evaluation(frame.step, lost, held),
    )


def test_what_is_not_a_number_is_said_in_every_view(bench: Bench) -> None:
    bench.show(broken(bench.frame))
    silent = []
    for view in bench.views():
        bench.plot.grab()
        said = bench.words().lower()
        if not any(word in said for word in NOT_FINITE) and not bench.is_empty:
            silent.append(f"{view}: {bench.plot.summary} {bench.plot.note.text()}")
    assert silent == []
