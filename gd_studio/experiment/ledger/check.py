"""Check: the row's loss from its guess, the mean over the batch, and the penalty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gd_studio.engine.arithmetic import Term, number
from gd_studio.engine.optimizers.account import Entry
from gd_studio.experiment.ledger.case import Case
from gd_studio.experiment.ledger.losses import told
from gd_studio.experiment.ledger.names import named, neuron, output

GUESSED = "ŷ"


class RowLoss:
    """The selected row's loss and errors, told once for all three parts of a ledger."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.noted: list[Entry] = []
        z = case.pass_.sums[-1]
        y = case.pass_.target
        terms = [number(value, "z") for value in z]
        found = told(case.loss, terms, [float(v) for v in y], self._note)
        self.loss = found[0] if found else number(case.row_loss)
        self.errors = found[1] if found else [number(d) for d in case.pass_.deltas[-1]]

    @property
    def guessed(self) -> list[Entry]:
        """The lines that still belong to the guess: probabilities."""
        return [entry for entry in self.noted if entry.name.startswith(GUESSED)]

    @property
    def on_the_way(self) -> list[Entry]:
        """The other lines that lead to the loss."""
        return [entry for entry in self.noted if not entry.name.startswith(GUESSED)]

    def _note(self, name: str, term: Term, help: str) -> Term:
        said = self._of_class(name)
        self.noted.append(Entry(said, term, float(term.value), help, self._is_aside(name)))
        return number(term.value, said)

    def _of_class(self, name: str) -> str:
        """Return "ŷ(setosa)" for "ŷ1": a class has its name here as it has beside z and δ."""
        letter = name.rstrip("0123456789")
        if letter == name or self._case.net.outputs == 1:
            return name
        return named(letter.strip(), output(self._case, int(name[len(letter) :]) - 1))

    def _is_aside(self, name: str) -> bool:
        """Whether it is of a class that is neither the truth nor on the way."""
        found = self._case.pass_
        if len(found.target) == 1 or not name[-1].isdigit():
            return False
        shown = {int(found.target.argmax()), self._case.way[-1]}
        digits = "".join(c for c in name if c.isdigit())
        return int(digits) - 1 not in shown


def check_entries(case: Case, row: RowLoss) -> Iterator[Entry]:
    """Yield the lines from the guess to the total loss of the batch."""
    yield from row.on_the_way
    yield Entry("row loss", row.loss, case.row_loss, "how wrong the guess for this row is")
    yield _mean(case)
    if case.penalty.active:
        yield from _penalty(case)


def _mean(case: Case) -> Entry:
    pull, record = case.pull, case.moment.record
    value = record.loss if record is not None else _first_loss(case)
    others = number(pull.loss_others, "others")
    inside = others if pull.loss_mine is None else number(pull.loss_mine, "row loss") + others
    help = "the losses of the batch's rows, added up, over their number (or weight)"
    return Entry("batch mean", inside / number(pull.weight, "rows"), value, help)


def _first_loss(case: Case) -> float:
    pull = case.pull
    return (pull.loss_others + (pull.loss_mine or 0.0)) / pull.weight


def _penalty(case: Case) -> Iterator[Entry]:
    """Yield the price of large weights, and the total."""
    weights = case.theta * case.network.is_weight()
    parts, penalty = [], case.penalty
    if penalty.l1 > 0:
        parts.append(number(penalty.l1, "L1") * number(np.abs(weights).sum(), "Σ|w|"))
    if penalty.l2 > 0:
        parts.append(0.5 * (number(penalty.l2, "L2") * number(weights @ weights, "Σw²")))
    term = parts[0] + parts[1] if len(parts) > 1 else parts[0]
    record = case.moment.record
    value = record.penalty if record is not None else float(term.value)
    yield Entry("penalty", term, value, "the price of large weights, biases excepted")
    mean = record.loss if record is not None else _first_loss(case)
    both = number(mean, "batch mean") + number(value, "penalty")
    yield Entry("total", both, mean + value, "what the step makes smaller")


def error_entries(case: Case, row: RowLoss) -> Iterator[Entry]:
    """Yield the errors at the outputs, with which backpropagation begins."""
    last = len(case.net.layers) - 1
    for index in case.neurons(last):
        if index != case.way[last] and not case.whole:
            continue
        name = named("δ", neuron(case, last, index))
        value = float(case.pass_.deltas[-1][index])
        help = "the error at the output: how the row's loss changes with z"
        yield Entry(name, row.errors[index], value, help, index != case.way[last])


def penalty_slope(case: Case) -> Term:
    """Return the penalty's share of the gradient."""
    weight, penalty = number(case.theta[case.parameter], "old"), case.penalty
    parts: list[Term] = []
    if penalty.l2 > 0:
        parts.append(number(penalty.l2, "L2") * weight)
    if penalty.l1 > 0:
        parts.append(number(penalty.l1, "L1") * number(np.sign(weight.value), "sign of old"))
    return parts[0] + parts[1] if len(parts) > 1 else parts[0]
