"""What the hypothesis says of one row: now, a step ago and at the start, and that in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.gui.numbers import MINUS, exact
from gd_studio.session.frame import Frame

NOT_KEPT = "not available: of this many parameters the path keeps a sample only"


@dataclass(frozen=True, eq=False)
class Guesses:
    """Guesses (outputs,) in own units, or probabilities (classes,); `first` None: not kept."""

    now: Array
    before: Array
    first: Array | None
    step: int
    classes: tuple[str, ...]
    unit: str = ""

    @property
    def order(self) -> list[int]:
        """Which classes to show and in what order: of more than two, the likeliest ten first."""
        if len(self.classes) <= 2:
            return list(range(len(self.classes)))
        return [int(i) for i in np.argsort(-self.now, kind="stable")[:10]]

    @property
    def subject(self) -> int:
        """The output whose change is told: the only one, or the likeliest class."""
        return int(np.argmax(self.now)) if self.classes and np.isfinite(self.now).all() else 0


def guess_of(frame: Frame, x: Array) -> Guesses:
    """Return the guesses of a frame for one prepared row x (1, features)."""
    hypothesis = frame.hypothesis
    now, before = (hypothesis.guess(theta, x)[0] for theta in (frame.parameters, frame.previous))
    known = frame.trajectory_parameters is None and frame.trajectory_steps[0] == 0
    first = hypothesis.guess(frame.trajectory[0], x)[0] if known else None
    unit = hypothesis.prepared.dataset.target.unit
    return Guesses(now, before, first, frame.step, hypothesis.classes, unit)


def headline(guesses: Guesses) -> str:
    """Say the guess: "152.3 mm", or the likeliest class and its probability."""
    if not np.isfinite(guesses.now).all():
        return "not a number: the run has diverged"
    value = float(guesses.now[guesses.subject])
    if not guesses.classes:
        return f"{exact(value, 5)} {guesses.unit}".strip()
    return f"{guesses.classes[guesses.subject]} · {percent(value)}"


def changes(guesses: Guesses) -> tuple[str, str]:
    """Say how the guess changed since the last step, and since step 0."""
    if guesses.step == 0:
        return "no step yet", "this is the start"
    since = changed(guesses, guesses.before)
    return since, NOT_KEPT if guesses.first is None else changed(guesses, guesses.first)


def changed(guesses: Guesses, before: Array) -> str:
    """Say by how much the told output differs from an earlier guess, and what that was."""
    which = guesses.subject
    old, new = float(before[which]), float(guesses.now[which])
    if not (math.isfinite(old) and math.isfinite(new)):
        return "not a number"
    if not guesses.classes:
        unit = f" {guesses.unit}" if guesses.unit else ""
        return f"{signed(exact(abs(new - old), 3), new - old)}{unit} (was {exact(old, 5)})"
    points = signed(f"{100 * abs(new - old):.2f}", new - old)
    likeliest = int(np.argmax(before))
    other = "" if likeliest == which else f", when {guesses.classes[likeliest]} was likelier"
    return f"{points} points (was {percent(old)}{other})"


def percent(share: float) -> str:
    """Write a probability; one that is not quite certain never reads 100.0 %."""
    if not math.isfinite(share):
        return "not a number"
    if 0 < share < 0.0005:
        return "<\u00a00.1\u00a0%"
    return ">\u00a099.9\u00a0%" if 0.9995 < share < 1 else f"{100 * share:.1f}\u00a0%"


def signed(size: str, difference: float) -> str:
    """Put a sign before a size: a number that grows says +."""
    if float(difference) == 0 or not size.strip("0.\u202f"):
        return "±0"
    return f"+{size}" if difference > 0 else f"{MINUS}{size}"
