"""What the window asks of a run without changing it: a trial of rates, and what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gd_studio.errors import GDStudioError
from gd_studio.session.commands import Recorded

if TYPE_CHECKING:
    from gd_studio.experiment.rate_trial import RateTrial
    from gd_studio.experiment.run import Run


def rate_trial(run: Run, rates: tuple[float, ...]) -> RateTrial | str:
    """Return a trial of rates from the present weights, or the sentence that refuses it."""
    from gd_studio.experiment.rate_trial import prepare_trial  # here: the window comes first

    try:
        return prepare_trial(run, rates)
    except GDStudioError as error:
        return str(error)


def recorded(run: Run) -> Recorded:
    """Return tape and trace of a run as it is now."""
    from gd_studio.experiment.trace import trace_of  # here: the window comes first

    return Recorded(run.timeline.whole_tape, trace_of(run))
