"""A frame: what the window draws, all of one step, immutable.

The worker makes it from the run at most once per screen refresh while it races, and at every
step while stepping. All numbers on screen come from one frame, so they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gd_studio.engine.arrays import Array, Integers
    from gd_studio.engine.stopping import StopReason
    from gd_studio.experiment.baseline import Baseline
    from gd_studio.experiment.diagnosis import Finding
    from gd_studio.experiment.experiment import Experiment
    from gd_studio.experiment.history import Curve
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.experiment.step import Step
    from gd_studio.experiment.tape import Tape
    from gd_studio.experiment.under_way import Coming

CURVES = ("total", "train_loss", "validation_loss", "train_score", "validation_score")

WATCHABLE = 30.0  # steps per second


@dataclass(frozen=True, eq=False)
class Curves:
    """The recorded columns of the whole run, thinned for drawing; `clock` (n, 3) converts x."""

    by_name: dict[str, Curve]
    clock: Array

    def __getitem__(self, name: str) -> Curve:
        return self.by_name[name]

    def epochs_at(self, steps: Array) -> Array:
        """Return how many epochs had passed at steps (n,)."""
        return np.interp(steps, self.clock[:, 0], self.clock[:, 1])

    def seconds_at(self, steps: Array) -> Array:
        """Return how many seconds of computing had passed at steps (n,)."""
        return np.interp(steps, self.clock[:, 0], self.clock[:, 2])


@dataclass(frozen=True)
class Evaluation:
    """All rows checked at `step`: loss, penalty, total, and accuracy or r2 if there is a score."""

    step: int
    train: dict[str, float]
    validation: dict[str, float] | None

    @property
    def score_name(self) -> str:
        """Which score it is: "accuracy", "r2", or "" for a landscape, which has none."""
        return next((name for name in ("accuracy", "r2") if name in self.train), "")


@dataclass(frozen=True, eq=False)
class Ghost:
    """The run before, or the future that was left: drawn grey behind the present one.

    `settings`: those it started from, and those in force at its end; its label says how they
    differ from the present ones. `forked_at`: the step up to which both are the same run.
    `number` is 1 to 3 for a pinned run, which keeps it, and 0 for the run before. `name` is the
    one that the user has given it; without one it goes by its label.
    """

    label: str
    step: int
    loss: float
    curves: Curves
    steps: Integers
    trajectory: Array
    parameters: Array
    hypothesis: Hypothesis
    settings: tuple[Experiment, Experiment] | None = None
    forked_at: int | None = None
    number: int = 0
    name: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Frame:
    """Everything on screen at one step; arrays are read-only.

    `run_number` rises when another run begins, `number` with every frame. `previous` (P,) are the
    parameters before the step, `gradient` (P,) is the step's own (at step 0 that of all training
    rows), `batch_rows` its training rows; `trajectory` (n, P) lies at `trajectory_steps` (n,).
    `memory` and `previous_memory` (slots, P) are the optimizer's after and before the step; None
    while racing, and where they are too large to be copied for each frame.
    `ahead` (P,) are the parameters after the next step, which is not made yet; None likewise.
    `coming` is the step under way, while its phases are walked.
    `best` is (step, loss) of the best evaluation, `best_parameters` (P,) are those of that very
    step, `without_improvement` is how many evaluations came after it.
    `obeyed` is the number of the last edit that this frame knows of. `ghosts` are the pinned runs
    whose losses mean the same as this one's, `apart` the others: they wait, and are not drawn.
    """

    run_number: int
    number: int
    start: Experiment
    tape: Tape
    experiment: Experiment
    hypothesis: Hypothesis
    step: int
    last_step: int
    epoch: int
    batch: int
    batches: int
    record: Step | None
    parameters: Array
    previous: Array
    gradient: Array
    batch_rows: Integers
    evaluation: Evaluation
    baseline: Baseline | None
    first: float
    curves: Curves
    trajectory_steps: Integers
    trajectory: Array
    trajectory_parameters: Integers | None
    best: tuple[int, float] | None
    stop: StopReason | None
    findings: tuple[Finding, ...] = ()
    without_improvement: int = 0
    ghost: Ghost | None = None
    ghosts: tuple[Ghost, ...] = ()
    apart: tuple[Ghost, ...] = ()
    playing: bool = False
    aimed_rate: float | None = None
    reached_rate: float = 0.0
    seconds: float = 0.0
    obeyed: int = 0
    memory: Array | None = None
    previous_memory: Array | None = None
    ahead: Array | None = None
    coming: Coming | None = None
    best_parameters: Array | None = None

    @property
    def racing(self) -> bool:
        """Whether steps come faster than each can be watched."""
        return self.playing and (self.aimed_rate is None or self.aimed_rate > WATCHABLE)

    @property
    def live(self) -> bool:
        """Whether the newest step is shown."""
        return self.step == self.last_step
