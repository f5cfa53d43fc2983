"""What has to be said beside the numbers, so that nobody takes them for more than they are."""

from __future__ import annotations

from gd_studio.experiment.ledger.case import FEW_NEURONS, Case
from gd_studio.experiment.tape import RestoreBest, SetWeights


def guess_notes(case: Case) -> tuple[str, ...]:
    """Return what is left out of the guess, and what dropout did to it."""
    found = []
    neurons = sum(case.net.sizes[1:])
    if neurons > FEW_NEURONS:
        shown = len(case.net.layers)
        found.append(f"{shown} of {neurons} neurons: those on the way that carries most.")
    if case.dropout > 0:
        found.append(_dropout(case))
    return tuple(found)


def check_notes(case: Case) -> tuple[str, ...]:
    """Return what the batch's mean is of, and whether the row belongs to it."""
    pull, found = case.pull, []
    if pull.weight != pull.rows:
        found.append(
            f"The batch has {pull.rows} rows; counted by class weights they are worth "
            f"{pull.weight:.5g}."
        )
    if case.column is None:
        whose = "train" if case.split is case.hypothesis.prepared.train else "validation"
        found.append(f"This {whose} row is not in the batch, so it did not pull in this step.")
    return tuple(found)


def adjust_notes(case: Case) -> tuple[str, ...]:
    """Return what was done by hand after the step, and in which units the weights are."""
    found = list(hand_notes(case))
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
        return (f"After the step all parameters were set; this one to {now:.5g}.",)
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
