"""All diagnoses, and what they find in a run.

Each diagnosis is a file with a function from a `Case` to a `Finding`, or None where it does not
apply. To add one: a file, and a name in a row below. Of the causes of a bad course only the first
is told, since it brings the others about; of the symptoms only the first, where there is no cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.dead import dead
from gd_studio.experiment.diagnosis.diverged import diverged
from gd_studio.experiment.diagnosis.finding import Finding
from gd_studio.experiment.diagnosis.imbalance import imbalance
from gd_studio.experiment.diagnosis.no_better import no_better, smothered
from gd_studio.experiment.diagnosis.oscillation import oscillation
from gd_studio.experiment.diagnosis.overfitting import overfitting
from gd_studio.experiment.diagnosis.plateau import plateau
from gd_studio.experiment.diagnosis.saturated import saturated
from gd_studio.experiment.diagnosis.too_high import too_high
from gd_studio.experiment.diagnosis.unscaled import unscaled
from gd_studio.experiment.divergence import Diverged

if TYPE_CHECKING:
    from gd_studio.experiment.diagnosis.trials import Trials
    from gd_studio.experiment.run import Run

Diagnosis = Callable[[Case], Finding | None]
ENDS: tuple[Diagnosis, ...] = (diverged, unscaled)
CAUSES: tuple[Diagnosis, ...] = (unscaled, smothered, dead, too_high, oscillation, saturated)
OF_DATA: tuple[Diagnosis, ...] = (imbalance, overfitting)
SYMPTOMS: tuple[Diagnosis, ...] = (plateau, no_better)


def diagnose(run: Run, trials: Trials | None = None) -> tuple[Finding, ...]:
    """Return what there is to say about a run at its present step; nothing if it is healthy.

    A few milliseconds of work, and where something is found up to a second for the trials of what
    may help, unless they are made in parts by whoever hands in `trials`. These keep what was
    proposed, so that it is tried once, for one timeline under the same settings. What only a
    trial can bear out is not told before it has ended. The run is only read.
    """
    case = Case(run, trials)
    return tuple(finding for finding in _all(case) if finding.certain)


def _all(case: Case) -> tuple[Finding, ...]:
    if isinstance(case.run.stop_reason, Diverged):
        return tuple(_found(ENDS, case))
    found = (*_first(CAUSES, case), *_found(OF_DATA, case))
    return found or _first(SYMPTOMS, case)


def _found(looks: tuple[Diagnosis, ...], case: Case) -> Iterator[Finding]:
    return (finding for look in looks if (finding := look(case)) is not None)


def _first(looks: tuple[Diagnosis, ...], case: Case) -> tuple[Finding, ...]:
    return tuple(islice(_found(looks, case), 1))
