"""The case that the diagnoses look at: the numbers of a run at its present step, each made once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.experiment.diagnosis.lately import Lately, lately
from gd_studio.experiment.diagnosis.trials import Trials
from gd_studio.experiment.models import Mlp

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run

# What is said of the course of a loss rests on so many evaluations and on so many steps at least.
LEAST_EVALUATIONS = 20
LEAST_STEPS = 100
MOST_EVALUATIONS = 400
# The neurons are looked at on so many rows at most, evenly drawn.
MOST_ROWS = 512
# Above so many sums per look, fewer rows are looked at.
MOST_SUMS = 200_000


class Case:
    """A run at its present step, as far as diagnoses want to know it.

    `trials` keep what was proposed, so that it is tried once and not at every look.
    """

    def __init__(self, run: Run, trials: Trials | None = None) -> None:
        self.run = run
        self.trials = trials or Trials()
        self.settings = run.in_force
        self.memory = run.stop_memory
        self.hypothesis = run.hypothesis
        self.step = run.step_number

    # --- the course of the losses -------------------------------------------------------------

    @cached_property
    def _recent(self) -> dict[str, Array]:
        return self.run.history.evaluated_until(self.step, MOST_EVALUATIONS)

    @cached_property
    def validation(self) -> Array:
        """The last validation totals (n,); NaN without validation rows."""
        return self._recent["validation_loss"]

    @cached_property
    def train(self) -> Array:
        """The last training totals (n,)."""
        return self._recent["train_loss"]

    @cached_property
    def steps(self) -> Array:
        """The steps (n,) of the last evaluations."""
        return self._recent["evaluated_step"]

    @cached_property
    def begun(self) -> int:
        """The step of the last act so far; 0 if nothing was done."""
        acts = self.run.timeline.tape.acts
        return max((act.step for act in acts if act.step <= self.step), default=0)

    @property
    def has_fallen(self) -> bool:
        """Whether something was done in mid-run, and the training loss has not risen since."""
        at = int(np.searchsorted(self.steps, self.begun, side="right")) - 1
        return self.begun > 0 and bool(self.train[-1] <= self.train[max(0, at)])

    @cached_property
    def window(self) -> Array:
        """The training totals on which the course is judged; empty while they are too few.

        They begin where the weights were last set or settings edited: before, it was another run.
        """
        first = int(np.searchsorted(self.steps, max(self.begun, 1)))
        by_steps = int(np.searchsorted(self.steps, self.step - LEAST_STEPS, side="right")) - 1
        start = min(by_steps, len(self.steps) - LEAST_EVALUATIONS)
        return self.train[start:] if start >= first else np.zeros(0)

    @cached_property
    def window_steps(self) -> int:
        """How many steps the window spans."""
        return int(self.steps[-1] - self.steps[-len(self.window)]) if len(self.window) else 0

    @cached_property
    def progress(self) -> float:
        """By which share the loss fell from the window's first half to its second."""
        half = len(self.window) // 2
        before, after = self.window[:half].mean(), self.window[half:].mean()
        return float((before - after) / before) if before > 0 else 0.0

    @property
    def is_flat(self) -> bool:
        """Whether the loss has been standing still, as far as can be said yet."""
        return len(self.window) > 0 and self.progress < 0.01

    @cached_property
    def loss(self) -> float:
        """The training total of the last few evaluations, in the middle."""
        return float(np.median(self.train[-5:]))

    @cached_property
    def scale(self) -> float:
        """A loss that counts as nothing learned: of always guessing the mean, else the first."""
        base = self.run.baseline
        return base.train_loss if base is not None else abs(self.memory.first_loss)

    @cached_property
    def share_left(self) -> float:
        """The loss as a share of what always guessing the mean would cost."""
        return self.share_of(self.loss)

    def share_of(self, loss: float) -> float:
        """Return a loss as a share of what always guessing the mean would cost."""
        return loss / self.scale if self.scale > 0 else 0.0

    @cached_property
    def lately(self) -> Lately:
        """The last twenty steps, on the same rows."""
        return lately(self)

    # --- settings -----------------------------------------------------------------------------

    @property
    def rate(self) -> float:
        """The learning rate in force, before any schedule."""
        return float(self.settings.optimizer.learning_rate)

    @property
    def has_rate(self) -> bool:
        """Whether the step's length follows from the rate and the gradient alone."""
        return not self.settings.optimizer.full_batch

    @property
    def is_landscape(self) -> bool:
        return self.hypothesis.task == "landscape"

    @property
    def network(self) -> Network | None:
        """The network, if the model has hidden layers with a bend."""
        network, model = self.hypothesis.network, self.hypothesis.model
        return network if isinstance(model, Mlp) and isinstance(network, Network) else None

    # --- the neurons --------------------------------------------------------------------------

    @cached_property
    def rows(self) -> Array:
        """The training rows that are looked at, evenly drawn: all, if they are few."""
        count = len(self.run.data.train.rows)
        network = self.hypothesis.network
        sums = max(1, sum(network.sizes[1:]))
        most = max(32, min(MOST_ROWS, MOST_SUMS // sums))
        return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))

    @cached_property
    def x(self) -> Array:
        """Their inputs as the network takes them (inputs + 1, rows)."""
        return self.hypothesis.network_input(self.run.data.train.x[self.rows])

    @cached_property
    def y(self) -> Array:
        """Their targets as the network takes them (outputs, rows)."""
        return self.hypothesis.network_target(self.run.data.train.y[self.rows])

    @cached_property
    def units(self) -> list[Array]:
        """What each hidden layer puts out on these rows: (width, rows)."""
        return self.units_at(self.run.parameters)

    def losses_at(self, thetas: Array) -> Array:
        """Return the total losses (n,) on these rows at parameters (n, P)."""
        hypothesis, losses = self.hypothesis, np.empty(len(thetas))
        thetas = np.ascontiguousarray(thetas, hypothesis.dtype)
        with np.errstate(all="ignore"):
            for first, part in hypothesis.total_losses_in_blocks(thetas, self.x, self.y):
                losses[first : first + len(part)] = part
        return losses

    def units_at(self, theta: Array) -> list[Array]:
        """Return what each hidden layer puts out on these rows at parameters (P,)."""
        network = self.hypothesis.network
        bound = network.bind(theta, None, self.x.shape[1])
        with np.errstate(all="ignore"):
            bound.forward(self.x)
        return list(bound.units)

    @property
    def rows_said(self) -> str:
        """Which rows were looked at, in words."""
        count = len(self.run.data.train.rows)
        if len(self.rows) == count:
            return f"all {count} training rows"
        return f"{len(self.rows)} of {count} training rows"
