"""The present of a run: what can be read of it at the step where it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.data import Prepared, Split
from gd_studio.engine.arrays import Array, Integers, read_only
from gd_studio.engine.stopping import StopMemory, StopReason
from gd_studio.engine.trainer import Trainer
from gd_studio.errors import GDStudioError
from gd_studio.experiment.baseline import Baseline
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.history import History
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.motion import Motion
from gd_studio.experiment.outlook import outcome
from gd_studio.experiment.state import RunState
from gd_studio.experiment.step import Step
from gd_studio.experiment.timeline import Timeline
from gd_studio.experiment.trainers import trainer_beside, trainer_of_many

if TYPE_CHECKING:
    from gd_studio.engine.function import BoundOracle
    from gd_studio.engine.lanczos import Eigenpair
    from gd_studio.experiment.under_way import Coming


class Present:
    """What a run is at its present step: settings, parameters, gradient, scores; nothing moves.

    `folder` is what a relative `data.path` is relative to, `data` the prepared rows, `baseline`
    the guess that any model has to beat.
    """

    def __init__(
        self, motion: Motion, data: Prepared, baseline: Baseline | None, folder: Path | None
    ) -> None:
        self._motion, self.data, self.baseline, self.folder = motion, data, baseline, folder

    @property
    def experiment(self) -> Experiment:
        """The experiment from which the run started; the tape holds what was changed since."""
        return self.timeline.start

    @property
    def in_force(self) -> Experiment:
        """The settings in force at the present step, live edits included."""
        return self._motion.stepper.in_force

    @property
    def hypothesis(self) -> Hypothesis:
        """The model as a function of its parameters, under the penalty in force."""
        return self._motion.stepper.hypothesis

    @property
    def timeline(self) -> Timeline:
        """All that the run has been through: history, tape, path, snapshots."""
        return self._motion.stepper.timeline

    @property
    def seconds(self) -> float:
        """The seconds of computing that the steps have taken."""
        return self._motion.stepper.seconds

    @property
    def step_number(self) -> int:
        """The step shown: theta(k) is present."""
        return self.trainer.step_number

    @property
    def last_step(self) -> int:
        """The newest step reached."""
        return self.timeline.last

    @property
    def epoch(self) -> int:
        """The epoch of the present step, from 1; 0 before the first."""
        return self.trainer.epochs.epoch

    @property
    def history(self) -> History:
        """The record of every step up to the last."""
        return self.timeline.history

    @property
    def stop_reason(self) -> StopReason | None:
        """Why the run stopped, once the present step is the one at which it did, or later."""
        stop = self.timeline.stop
        if stop is None:
            return None
        return stop if self.step_number >= min(stop.step, self.timeline.last) else None

    @property
    def stop_memory(self) -> StopMemory:
        """What the stop rules know at the present step: first, best, too high."""
        return self._motion.stepper.stop_memory

    @property
    def best_parameters(self) -> Array:
        """The parameters (P,) of the best evaluation up to here, `stop_memory.best_step`'s."""
        return self._motion.stepper.best

    @property
    def trainer(self) -> Trainer:
        """The loop itself, to be read: every layer's sums, units and deltas of the last step.

        A step made there, whole or phase by phase, is not recorded here.
        """
        return self._motion.stepper.trainer

    @property
    def parameters(self) -> Array:
        """The present parameters (P,), as a read-only copy."""
        return read_only(self.trainer.theta)

    @property
    def previous(self) -> Array:
        """The parameters (P,) before the present step."""
        return read_only(self.trainer.previous)

    @property
    def gradient(self) -> Array:
        """The gradient (P,) of the present step (zeros at step 0), as a read-only copy."""
        return read_only(self.trainer.gradient)

    @property
    def memory(self) -> Array:
        """The optimizer's present memory (slots, P), as a read-only copy."""
        return read_only(self.trainer.memory)

    def memory_before(self) -> Array:
        """Return the optimizer's memory (slots, P) before the present step, read-only.

        The run is where it was afterwards; unless it was stepped or sought here, steps are made
        again for it.
        """
        return self._motion.memory_before()

    def full_gradient(self) -> Array:
        """Return the gradient (P,) of the total loss over all training rows, at this point."""
        with np.errstate(all="ignore"):
            return self._oracle(self.hypothesis.dtype).gradient(self.trainer.theta)

    def sharpness(self) -> Eigenpair:
        """Return the largest eigenvalue of the Hessian of the total loss over all training rows.

        With its direction (P,), the residual ‖Hv - λv‖, and whether that is small enough. Plain
        gradient descent is stable up to a rate of 2 / value. By Lanczos on exact products.
        """
        from gd_studio.engine.lanczos import largest_eigenpair

        oracle, theta = self._oracle(np.float64), self.trainer.theta.astype(np.float64)
        with np.errstate(all="ignore"):
            return largest_eigenpair(lambda v: oracle.hessian_product(theta, v), theta.size)

    @property
    def record(self) -> Step | None:
        """The record of the present step; None at step 0."""
        return self.history.record(self.step_number) if self.step_number else None

    @property
    def batch_rows(self) -> Integers:
        """The training rows (batch,) that the present step looked at; none at step 0."""
        return self.trainer.epochs.taken_rows

    @property
    def batch(self) -> tuple[int, int]:
        """Which batch of how many in its epoch the present step used; (0, n) at step 0."""
        epochs = self.trainer.epochs
        return epochs.taken_number, epochs.taken_of

    @property
    def epoch_done(self) -> bool:
        """Whether the next step begins an epoch."""
        return self.trainer.epochs.done

    def weights(self) -> dict[str, Array]:
        """Return copies {"hidden 1.weight": (in, out), "hidden 1.bias": (out,), ...} in order."""
        named = self.hypothesis.network.weights(self.trainer.theta)
        return {name: np.array(value) for name, value in named.items()}

    def predict(self, raw: Any) -> Array:
        """Return guesses for rows in own units and words: (rows, outputs) or (rows, classes)."""
        return self.hypothesis.predict(self.trainer.theta, raw)

    def evaluate(self, split: str = "train") -> dict[str, float]:
        """Return loss, penalty, total, and accuracy or r2, on train, validation or test rows.

        A landscape has no score: its loss is its height.
        """
        rows = self.split(split)
        if len(rows.rows) == 0:
            raise GDStudioError(f"There are no {split} rows; set their share above 0.")
        return self.hypothesis.evaluate(self.trainer.theta, rows)

    def split(self, name: str) -> Split:
        """Return the rows of "train", "validation" or "test"."""
        if name not in ("train", "validation", "test"):
            raise GDStudioError(f"split must be train, validation or test, not {name!r}.")
        part: Split = getattr(self.data, name)
        return part

    def coefficients(self) -> dict[str, Any]:
        """Return intercept and coefficients of a linear or logistic model, in own units."""
        if len(self.hypothesis.network.layers) != 1 or self.hypothesis.terms is not None:
            raise GDStudioError("Only linear and logistic models have coefficients.")
        return self.hypothesis.coefficients(self.trainer.theta)

    def state(self) -> RunState:
        """Return the whole present state."""
        return self._motion.stepper.state()

    def fingerprint(self) -> str:
        """Return a sha256 over the whole present state."""
        return self.state().fingerprint()

    def peek(self) -> Coming:
        """Return what the trainer finds in the next step up to its loss; the run stays as it is."""
        return replace(self._motion.peek(), outcome=outcome(self))

    def trainer_of_many(self, rates: Array) -> Trainer:
        """Return a trainer of K copies of the present state, one for each rate (K,)."""
        return trainer_of_many(self._motion.stepper, rates)

    def trainer_beside(self) -> Trainer:
        """Return another trainer at the present state, which may go on without this run."""
        return trainer_beside(self._motion.stepper)

    def _oracle(self, dtype: np.dtype[Any] | type) -> BoundOracle:
        """Return what answers about the total loss over all training rows."""
        hypothesis, stepper = self.hypothesis, self._motion.stepper
        x, y = stepper.x.astype(dtype, copy=False), stepper.y.astype(dtype, copy=False)
        return hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)
