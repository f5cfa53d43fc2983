"""The ledger in words: what was guessed, what it cost, and why the parameter moved as it did."""

from __future__ import annotations

from gd_studio.experiment.ledger.adjust import MoveAccount
from gd_studio.experiment.ledger.case import Case
from gd_studio.experiment.ledger.writing import Said


def truth_of(case: Case, short: bool = False) -> str:
    """Return the true output of the row, in own units or words; of two classes, short, 0 or 1."""
    hypothesis, truth = case.hypothesis, case.split.y[case.row]
    if hypothesis.classes:
        name = hypothesis.classes[int(truth)]
        if len(hypothesis.classes) != 2:
            return name
        return f"{int(truth)}" if short else f"{int(truth)} ({name})"
    return f"{float(hypothesis.prepared.untransform_target(truth)[0]):.4g}".replace("-", "−")


def guess_words(case: Case) -> Said:
    """Say the guess for the row, and the truth."""
    hypothesis, truth = case.hypothesis, case.split.y[case.row]
    guess = hypothesis.guess_of(case.pass_.sums[-1][None])[0]
    if not hypothesis.classes:
        true = float(hypothesis.prepared.untransform_target(truth)[0])
        return (("The model guesses ", float(guess[0]), "; the truth is ", true, "."),)
    name = hypothesis.classes[int(truth)]
    best = int(guess.argmax())
    return (
        (
            f"The model thinks {hypothesis.classes[best]} likeliest, at ",
            float(guess[best]),
            f"; the truth is {name}",
            *(() if best == int(truth) else (", at ", float(guess[int(truth)]))),
            ".",
        ),
    )


def check_words(case: Case) -> Said:
    """Say what the guess costs, beside the mean of the batch."""
    pull = case.pull
    mean = (pull.loss_others + (pull.loss_mine or 0.0)) / pull.weight
    beside = "more than" if case.row_loss > mean else "less than"
    which = f"the {pull.rows} rows of the batch" if case.moment.step else "all training rows"
    return (("That costs ", case.row_loss, f", {beside} the mean of ", mean, f" over {which}."),)


def adjust_words(case: Case, move: MoveAccount) -> Said:
    """Say which way the parameter moved, how far, and why, and how the optimizer came to that."""
    slope = case.gradient
    would = "raise" if slope > 0 else "lower"
    why = ("raising it would ", would, " the loss (gradient ", slope, ")")
    if case.moment.record is None:
        return (("If it is moved, ", *why, "; so Step moves it the other way."),)
    new = next((entry.value for entry in move.entries if entry.name == "new"), None)
    return () if new is None else (moved(case, new, why, move.carrier), *move.words)


def moved(
    case: Case, new: float, why: tuple[str | float, ...], carrier: str
) -> tuple[str | float, ...]:
    """Return the sentence of a move, with its reason: its gradient, or else what carried it."""
    by = new - float(case.theta[case.parameter])
    this = "This weight" if case.is_weight else "This parameter"
    if by == 0:
        nothing = " did not move: its gradient is 0." if case.gradient == 0 else " did not move."
        return (f"{this}{nothing}",)
    way = "up" if by > 0 else "down"
    start: tuple[str | float, ...] = (f"{this} moved {way} by ", abs(by))
    if case.gradient == 0:
        return (*start, f" though its gradient is 0: {carrier}.")
    if (by > 0) == (case.gradient > 0):
        return (*start, " although ", *why, f": {carrier}.")
    return (*start, " because ", *why, ".")


def place_words(case: Case, height: float) -> tuple[Said, Said]:
    """Say the place on a landscape, and that its height is the loss."""
    x, y = (float(value) for value in case.theta)
    return (
        (("The place is (", x, ", ", y, "); its height is ", height, "."),),
        (("The height is the loss: ", height, "."),),
    )
