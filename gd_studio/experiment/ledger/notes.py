"""What has to be said beside the numbers, so that nobody takes them for more than they are."""

from __future__ import annotations

from gd_studio.experiment.ledger.case import FEW_NEURONS, Case
from gd_studio.experiment.tape import RestoreBest, SetWeights


def guess_notes(case: Case) -> tuple[str, ...]:
    """Return what dropout did to the guess."""
    return (_dropout(case),) if case.dropout > 0 else ()


def guess_more(case: Case) -> tuple[str, ...]:
    """Return how many neurons are left out of the guess."""
    neurons = sum(case.net.sizes[1:])
    if neurons <= FEW_NEURONS:
        return ()
    shown = len(case.net.layers)
    return (f"{shown} of {neurons} neurons: those on the way that carries most.",)


def check_notes(case: Case) -> tuple[str, ...]:
    """Return whether the row belongs to the batch."""
    if case.column is not None:
        return ()
    whose = "train" if case.split is case.hypothesis.prepared.train else "validation"
    return (f"This {whose} row is not in the batch.",)


def check_more(case: Case) -> tuple[str, ...]:
    """Return what follows for a row outside the batch, and by what its mean is divided."""
    pull, found = case.pull, []
    if case.column is None:
        found.append("A row that is not in the batch does not pull in its step.")
    if pull.weight != pull.rows:
        found.append(
            f"The batch has {pull.rows} rows; counted by class weights they are worth "
            f"{pull.weight:.5g}."
        )
    return tuple(found)


def adjust_more(case: Case, unfinished: bool) -> tuple[str, ...]:
    """Return in which units the weights are, and what is not told, or not row by row."""
    found = []
    if unfinished:
        found.append("How the optimizer came to this takes a moment: pause, and it is told.")
    if not case.pull.counted:
        found.append("The batch is large: the other rows' pulls are what its gradient leaves.")
    if case.hypothesis.prepared.settings.standardize:
        found.append("Inputs are standardised: a weight counts per deviation of its input.")
    return tuple(found)


def hand_notes(case: Case) -> tuple[str, ...]:
    """Return what was done by hand after the step, or that there was none yet."""
    moment = case.moment
    if moment.record is None:
        return ("Step moves the parameter against its gradient.",)
    if by_hand(case):
        now = float(moment.parameters[case.parameter])
        return (f"After the step parameters were set by hand; this one is {now:.5g} now.",)
    return ()


def by_hand(case: Case) -> bool:
    """Whether the parameters after the step are not what the step made of them."""
    acts = case.moment.tape.at(case.moment.step)
    return any(isinstance(act, SetWeights | RestoreBest) for act in acts)


def _dropout(case: Case) -> str:
    if case.column is None:
        return "This row is not in the batch: it is shown without dropout."
    if not case.is_masked:
        return "The batch is too large to draw its dropout again: shown without."
    left_out = sum(int((mask == 0).sum()) for mask in case.pass_.masks)
    return f"Dropout left out {left_out} of {sum(case.net.sizes[1:-1])} hidden neurons."
