"""The ledger of a step on a landscape: the place, its height, the slope there, and the move."""

from __future__ import annotations

from gd_studio.engine.optimizers import Sgd
from gd_studio.experiment.tape import SetWeights
from gd_studio.gui.numbers import exact, factor
from gd_studio.gui.panels.line import Line
from gd_studio.gui.summary import Chosen
from gd_studio.session.frame import Frame

NAMES = ("x", "y")


def landscape_ledger(frame: Frame, chosen: Chosen) -> tuple[Line, ...]:
    """Return the lines of a frame: all of it, for there are but two parameters and no rows."""
    before = [float(value) for value in frame.previous]
    x, y = (exact(value, 5) for value in before)
    height = exact(chosen.explanation.loss, 5)
    slopes = [exact(float(value), 4) for value in frame.gradient]
    return (
        Line("Guess", f"x = {x}"),
        Line("", f"y = {y}"),
        Line("", f"f(x, y) = {height}"),
        Line("Check", f"loss = f(x, y) = {height}"),
        Line("Adjust", f"∂f/∂x = {slopes[0]}"),
        Line("", f"∂f/∂y = {slopes[1]}"),
        *_move(frame, before),
    )


def _move(frame: Frame, before: list[float]) -> list[Line]:
    if frame.record is None:
        return [Line("", "Step moves both against their slopes.")]
    now = [float(value) for value in frame.parameters]
    if any(isinstance(act, SetWeights) for act in frame.tape.at(frame.step)):
        place = ", ".join(exact(value, 5) for value in now)
        return [Line("", f"then moved by hand to ({place})")]
    lines = []
    optimizer = frame.experiment.optimizer
    plain = isinstance(optimizer, Sgd) and optimizer.momentum == 0
    rate = exact(frame.record.learning_rate, 4)
    for name, old, new, slope in zip(NAMES, before, now, frame.gradient, strict=True):
        sign = "−" if new < old else "+"
        move = f"− {rate}·{factor(float(slope))}" if plain else f"{sign} {exact(abs(new - old), 4)}"
        lines += [Line("", f"{name}: {exact(old, 4)} {move}"), Line("", f"  = {exact(new, 5)}")]
    return lines
