"""What the loss plot measures, and along what: loss or score, steps or time, straight or log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.gui.plots import curves as lines
from gd_studio.gui.plots.curves import NAMES, Numbers

if TYPE_CHECKING:
    from gd_studio.session.frame import Curves, Frame

TITLES = {"loss": "Loss", "accuracy": "Accuracy", "r2": "R²"}
AXES = {"loss": "total loss", "accuracy": "accuracy", "r2": "R²"}


@dataclass(frozen=True)
class LossScale:
    """The user's choices: `metric` "loss" or "score", `unit` of x; only a loss can be `log`."""

    metric: str = "loss"
    unit: str = "steps"
    log: bool = False

    @property
    def is_score(self) -> bool:
        return self.metric == "score"

    @property
    def is_log(self) -> bool:
        return self.log and not self.is_score

    def title(self, frame: Frame) -> str:
        """Name what is measured: the loss, or the task's own score."""
        return TITLES[frame.evaluation.score_name if self.is_score else "loss"]

    def axis(self, frame: Frame) -> str:
        """Name what runs upwards; of a landscape it is its height."""
        if not frame.evaluation.score_name:
            return "f(x, y)"
        return AXES[frame.evaluation.score_name if self.is_score else "loss"]

    def columns(self, frame: Frame) -> dict[str, str]:
        """Return {curve: column}; without validation rows there is no such curve."""
        named = dict(NAMES[self.metric])
        if frame.evaluation.validation is None:
            del named["validation"]
        return named

    def of(self, part: Mapping[str, float]) -> float:
        """Return what an evaluation of a split says of it."""
        if not self.is_score:
            return float(part["total"])
        return float(part["accuracy"] if "accuracy" in part else part["r2"])

    def baseline(self, frame: Frame) -> float | None:
        """Return what the constant guess reaches, if that is finite."""
        base = frame.baseline
        if base is None:
            return None
        value = base.train_score if self.is_score else base.train_loss
        return float(value) if value is not None and np.isfinite(value) else None

    def x(self, curves: Curves, step: float) -> float:
        """Return where a step lies on the x axis."""
        return float(lines.over(curves, np.array([float(step)]), self.unit)[0])

    def y(self, value: float) -> float:
        """Return where a value lies on the y axis; NaN where it cannot."""
        if not self.is_log:
            return value
        return float(np.log10(value)) if value > 0 else float("nan")

    def known(self, frame: Frame, name: str) -> tuple[Numbers, Numbers]:
        """Return (steps, values) of a curve, with the evaluation shown, recorded or not."""
        steps, values = lines.points(frame.curves, NAMES[self.metric][name])
        shown = frame.evaluation
        part = {"train": shown.train, "validation": shown.validation}.get(name)
        if part is None or (steps == shown.step).any():
            return steps, values
        at = int(np.searchsorted(steps, shown.step))
        return np.insert(steps, at, shown.step), np.insert(values, at, self.of(part))

    def points(self, frame: Frame) -> list[tuple[str, float, float]]:
        """Return (curve, x, y) of the evaluation shown; NaN where there is none."""
        evaluation = frame.evaluation
        at = self.x(frame.curves, evaluation.step)
        parts = (("train", evaluation.train), ("validation", evaluation.validation))
        return [(n, at, self.y(self.of(part)) if part else float("nan")) for n, part in parts]
