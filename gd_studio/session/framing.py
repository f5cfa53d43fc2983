"""Making frames from a run, cheaply enough to do it sixty times a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gd_studio.engine.arrays import Array, read_only
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.history import Curve
from gd_studio.experiment.outlook import Outlook
from gd_studio.session.frame import CURVES, Curves, Evaluation, Frame, Ghost
from gd_studio.session.pins import Pins, named
from gd_studio.session.watch import Watch

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run
    from gd_studio.experiment.under_way import Coming

# Above this many sums a frame does not check all rows again while the loop races.
CHEAP_SUMS = 1_000_000
# A larger memory of an optimizer is not copied for each frame.
MOST_MEMORY = 32 * 2**20


@dataclass(frozen=True, eq=False)
class Told:
    """What the runner knows beside its run, and a frame tells: ghosts, rates, wishes obeyed.

    With `unlooked` a frame tells what was found last, and nothing is diagnosed for it.
    """

    run_number: int
    ghost: Ghost | None
    pins: Pins
    obeyed: int
    playing: bool
    aimed_rate: float | None
    reached_rate: float
    coming: Coming | None
    unlooked: bool = False


class Framer:
    """Turns the present moment of a run into a frame; remembers what need not be made again."""

    def __init__(self, watch: Watch | None = None) -> None:
        self._number = 0
        self._watch = watch or Watch()
        self._outlook = Outlook()
        self._ghost: tuple[Ghost | None, Experiment, Ghost | None] | None = None
        self._curves: Curves | None = None
        self._curves_of: tuple[Any, int, int] | None = None

    def frame(self, run: Run, told: Told) -> Frame:
        """Return the frame of the run's present step."""
        self._number += 1
        racing = told.playing and (told.aimed_rate or 1e9) > 30
        ghosts, apart = told.pins.beside(run.hypothesis, run.in_force)
        before, after = (None, None) if racing else memories(run)
        return Frame(
            **moment(run),
            **course(run),
            run_number=told.run_number,
            number=self._number,
            evaluation=evaluation(run, racing),
            curves=self.curves(run),
            findings=self._watch.findings(run, told.playing, told.unlooked),
            ghost=self._named(told.ghost, run.in_force),
            ghosts=ghosts,
            apart=apart,
            playing=told.playing,
            aimed_rate=told.aimed_rate,
            reached_rate=told.reached_rate,
            obeyed=told.obeyed,
            memory=after,
            previous_memory=before,
            ahead=None if racing else self._outlook.next(run),
            coming=told.coming,
        )

    def _named(self, ghost: Ghost | None, in_force: Experiment) -> Ghost | None:
        """Name a ghost once for given settings: views know it by being the same object."""
        if ghost is None or self._ghost is None or self._ghost[:2] != (ghost, in_force):
            self._ghost = (ghost, in_force, named(ghost, in_force) if ghost else None)
        return self._ghost[2]

    def curves(self, run: Run) -> Curves:
        """Return the thinned columns; made anew only when the history has grown."""
        key = (run.history, len(run.history), run.history.evaluations)
        if self._curves is None or self._curves_of != key:
            by_name = {name: _locked_curve(run.history.curve(name)) for name in CURVES}
            self._curves = Curves(by_name, _locked(run.history.clock()))
            self._curves_of = key
        return self._curves


def moment(run: Run) -> dict[str, Any]:
    """Return the fields of a frame that tell the present step."""
    batch, batches = run.batch
    return {
        "start": run.experiment,
        "tape": run.timeline.tape,
        "experiment": run.in_force,
        "hypothesis": run.hypothesis,
        "step": run.step_number,
        "epoch": run.epoch,
        "batch": batch,
        "batches": batches,
        "record": run.record,
        "parameters": run.parameters,
        "previous": run.previous,
        "gradient": run.gradient if run.step_number else read_only(run.full_gradient()),
        "batch_rows": read_only(run.batch_rows),
        "stop": run.stop_reason,
    }


def course(run: Run) -> dict[str, Any]:
    """Return the fields of a frame that tell how the run has gone so far."""
    memory = run.stop_memory
    steps, trajectory = run.timeline.trajectory.path()
    return {
        "last_step": run.last_step,
        "baseline": run.baseline,
        "first": memory.first_loss,
        "trajectory_steps": _locked(steps),
        "trajectory": trajectory,
        "trajectory_parameters": run.timeline.trajectory.parameters,
        "best": (memory.best_step, memory.best_loss),
        "best_parameters": run.best_parameters,
        "without_improvement": memory.without_improvement,
        "seconds": run.seconds,
    }


def memories(run: Run) -> tuple[Array | None, Array | None]:
    """Return the optimizer's memory before and after the present step; None if it is too large."""
    if run.trainer.memory.nbytes > MOST_MEMORY:
        return None, None
    return run.memory_before(), run.memory


def evaluation(run: Run, racing: bool) -> Evaluation:
    """Return all rows checked at the present step, or when racing the last recorded check."""
    network = run.hypothesis.network
    sums = sum(network.sizes[1:]) * (len(run.data.train.rows) + len(run.data.validation.rows))
    held_out = len(run.data.validation.rows) > 0
    if racing and sums > CHEAP_SUMS:
        return _recorded(run)
    return Evaluation(
        run.step_number,
        run.evaluate("train"),
        run.evaluate("validation") if held_out else None,
    )


def ghost_of(run: Run, curves: Curves, forked_at: int | None = None) -> Ghost | None:
    """Return what is left of a run when another takes its place; None if it never stepped."""
    if run.last_step == 0:
        return None
    here = run.step_number
    run.seek(run.last_step)
    steps, trajectory = run.timeline.trajectory.path()
    ghost = Ghost(
        "",
        run.last_step,
        evaluation(run, racing=False).train["total"],
        curves,
        _locked(steps),
        trajectory,
        run.parameters,
        run.hypothesis,
        (run.experiment, run.in_force),
        forked_at,
    )
    run.seek(here)
    return ghost


def _recorded(run: Run) -> Evaluation:
    at = run.history["evaluated_step"]
    place = int((at <= run.step_number).sum()) - 1
    column = {name: float(run.history[name][place]) for name in CURVES[1:]}
    score = run.hypothesis.score_name
    # The next step's record holds the penalty at the parameters that were checked.
    step = int(at[place])
    after = run.history.record(step + 1) if step < len(run.history) else None
    penalty = after.penalty if after else run.hypothesis.penalty_value(run.parameters)

    def numbers(split: str) -> dict[str, float]:
        total = column[f"{split}_loss"]
        found = {"loss": total - penalty, "penalty": penalty, "total": total}
        return {**found, score: column[f"{split}_score"]} if score else found

    held_out = len(run.data.validation.rows) > 0
    return Evaluation(step, numbers("train"), numbers("validation") if held_out else None)


def _locked_curve(curve: Curve) -> Curve:
    return Curve(_locked(curve.steps), _locked(curve.values))


def _locked(array: Array) -> Array:
    """Make an array that was just made, and belongs to nobody else, read-only."""
    array.flags.writeable = False
    return array
