"""Trials: what would help is tried for some steps, from where it would begin, before it is offered.

A trial runs beside the run, on its own rows in its own batches; the run never notices. All rates
of a remedy are one batch of models, so that eight cost little more than one. It pauses after every
step: whoever trains meanwhile does so in between.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import Rprop
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Proposal
from gd_studio.experiment.diagnosis.heats import Heats, products_of_step
from gd_studio.experiment.diagnosis.trials import Trying

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run

STEPS = 100
LEAST_STEPS = 20
# Products of numbers in one trial at most, about a quarter of a second; larger ones are not made.
MOST_PRODUCTS = 4e8
MOST_ROWS = 20_000
# A change helps if it brings the loss below this share of where it began, and of nothing learned.
LEAST_GAIN = 0.9
# Of rates that end this close to the lowest loss, by the share of what nothing learned costs, the
# middle one is taken: far from too long steps and from too short ones.
ALIKE = 0.05
MOST_RATE = 1000.0
RATE = "optimizer.learning_rate"


@dataclass(frozen=True)
class Candidate:
    """A change yet to be tried: made at `step`, or (None) from a new start.

    `rates` are those to try it at; the best of them is proposed with it. With `here` it is made
    from the present step on, without going back.
    """

    label: str
    changes: dict[str, Any] = field(default_factory=dict)
    rates: tuple[float, ...] = ()
    step: int | None = None
    here: bool = False


@dataclass(frozen=True)
class Trial:
    """What a trial brought: the rate that ended lowest, and the training loss on its way.

    `left` is the loss at the end as a share of what always guessing the mean would cost.
    """

    rate: float
    steps: int
    before: float
    after: float
    left: float

    @property
    def helps(self) -> bool:
        """Whether it learned something, measured by its start and by nothing learned."""
        return self.after < LEAST_GAIN * self.before and self.left < LEAST_GAIN

    @property
    def words(self) -> str:
        if not np.isfinite(self.after):
            return f"In a trial of {self.steps} steps the loss did not stay finite."
        return (
            f"In a trial of {self.steps} steps this brought the training loss from "
            f"{self.before:.3g} to {self.after:.3g}."
        )


def rounded(value: float) -> float:
    """Return a number to two digits, as one would type it."""
    return float(f"{value:.2g}")


def halvings(rate: float, count: int = 12) -> tuple[float, ...]:
    """Return the rates below one, each half of the one before."""
    return tuple(rate / 2**k for k in range(1, count + 1))


def larger(rate: float, count: int = 8) -> tuple[float, ...]:
    """Return the rates above one, each about six times the one before: to a million-fold."""
    found = (rounded(rate * 10 ** (0.75 * k)) for k in range(1, count + 1))
    return tuple(r for r in found if r <= MOST_RATE)


def usual_rates() -> tuple[float, ...]:
    """Return two rates of each decade that one would try."""
    return (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


def proposed(case: Case, kind: str, *candidates: Candidate) -> Proposal:
    """Return the first candidate that helps in a trial; if none does, the one that ended lowest.

    Where a trial would take too long, the first one is proposed untried. What was proposed for a
    kind of finding stays proposed, while the caller keeps it.
    """
    known = case.trials.proposals.get(kind)
    if known is None or (known.step or 0) > case.step:
        known = case.trials.begin(kind, case.step, _best(case, candidates))
    return known


def _best(case: Case, candidates: tuple[Candidate, ...]) -> Trying:
    made: list[tuple[Trial, Candidate]] = []
    for candidate in candidates:
        trial = yield from trial_of(case, candidate)
        if trial is not None:
            made.append((trial, candidate))
            if trial.helps:
                return _proposal(candidate, trial)
    if not made:
        return _proposal(candidates[0], None)
    trial, candidate = min(made, key=lambda pair: pair[0].left)
    return _proposal(candidate, trial)


def _proposal(candidate: Candidate, trial: Trial | None) -> Proposal:
    changes = dict(candidate.changes)
    if trial is not None:
        changes[RATE] = trial.rate
    elif candidate.rates and RATE not in changes:
        changes[RATE] = candidate.rates[0]
    label = candidate.label.format(rate=f"{changes.get(RATE, 0.0):.3g}")
    if candidate.step is not None:
        label += f" and retry from step {candidate.step}"
    proposal = Proposal(label, changes, candidate.step)
    if trial is None:
        return proposal
    return replace(proposal, tried=trial.words, helped=trial.helps, reached=trial.after)


def trial_of(case: Case, candidate: Candidate) -> Generator[None, None, Trial | None]:
    """Return what a change brings at the best of its rates; None if it takes too long to see."""
    step = case.step if candidate.here else candidate.step
    optimizer = case.settings.optimizer
    if optimizer.full_batch or (isinstance(optimizer, Rprop) and step):
        return None
    if len(case.run.data.dataset.target.values) > MOST_ROWS:
        return None
    is_same_model = step is not None
    if is_same_model and affordable_steps(case.run, len(candidate.rates) or 1) < LEAST_STEPS:
        return None
    yield
    run = yield from _begun(case, candidate, step)
    yield
    rates = np.array(candidate.rates or (run.in_force.optimizer.learning_rate,))
    steps = min(STEPS, affordable_steps(run, len(rates)))
    return (yield from _trial(run, rates, steps)) if steps >= LEAST_STEPS else None


def _begun(case: Case, candidate: Candidate, step: int | None) -> Generator[None, None, Run]:
    """Return a run of its own with the change, where it would begin."""
    if step is not None:
        return (yield from case.run.forking(step, candidate.changes))
    changed = case.settings.edit(candidate.changes)
    return type(case.run)(changed, case.run.folder, case.run.data.dataset)


def affordable_steps(run: Run, lanes: int) -> int:
    """Return how many steps of so many models at once take no longer than a trial may."""
    return int(MOST_PRODUCTS // (lanes * products_of_step(run)))


def _trial(run: Run, rates: Array, steps: int) -> Generator[None, None, Trial]:
    """Make it; a rate counts by the worst that it shows in the last quarter, not by a lucky end."""
    here, heats = Case(run), Heats(run, rates)
    before = float(here.losses_at(run.parameters[None])[0])
    yield
    quarter = steps - steps // 4
    checks, batches = [], []
    for done in range(1, steps + 1):
        totals = yield from heats.step()
        if done > quarter:
            batches.append(totals)
        if done in (quarter, steps):
            checks.append(here.losses_at(heats.thetas))
    worst = np.max([*checks, np.mean(batches, axis=0)], axis=0)
    worst = np.where(np.isfinite(worst), worst, np.inf)
    alike = np.flatnonzero(worst <= worst.min() + ALIKE * here.scale)
    lane = alike[np.argsort(rates[alike])[len(alike) // 2]]
    after = float(worst[lane])
    return Trial(float(rates[lane]), steps, before, after, here.share_of(after))
