"""Adjust: backpropagation to the parameter, its gradient, and the optimizer's move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from gd_studio.engine.arithmetic import Term, call, largest, number, smallest, sum_of, worked_out
from gd_studio.engine.arrays import Array
from gd_studio.engine.clipping import SPECK
from gd_studio.engine.optimizers import Oracle
from gd_studio.engine.optimizers.account import Account, Entry, Move, UntoldError
from gd_studio.engine.optimizers.full_batch import AbstractFullBatch
from gd_studio.experiment.ledger.case import Case
from gd_studio.experiment.ledger.check import RowLoss, error_entries, penalty_slope
from gd_studio.experiment.ledger.names import given, named, neuron
from gd_studio.experiment.ledger.notes import by_hand
from gd_studio.experiment.ledger.writing import Said

# Multiplications of a step that is made again while someone waits; longer ones are told later.
MOST_AT_ONCE = 2_000_000
# What an activation's slope is in terms of what leaves the neuron, where that is simple.
SLOPES: dict[str, Callable[[Term], Term]] = {
    "identity": lambda h: number(1.0),
    "tanh": lambda h: 1 - h.squared(),
    "sigmoid": lambda h: h * (1 - h),
}


def backward_entries(case: Case, row: RowLoss) -> Iterator[Entry]:
    """Yield the errors, δ by δ from the output back to the parameter's neuron, and its pull."""
    yield from error_entries(case, row)
    for layer in reversed(range(case.depth, len(case.net.layers) - 1)):
        for index in case.neurons(layer):
            if index == case.way[layer] or (case.whole and layer > case.depth):
                yield _delta(case, layer, index)
    yield _own(case)


def gradient_entries(case: Case) -> Iterator[Entry]:
    """Yield the mean over the batch with the penalty's share: the gradient of the step."""
    pull = case.pull
    others = number(pull.others, "others")
    inside = others if pull.mine is None else number(pull.mine, "this row") + others
    term = worked_out(inside) / number(pull.weight, "rows")
    help = "the pulls of the batch's rows, added up, over their number (or weight)"
    if case.penalty.active and case.is_weight:
        slope = number(case.penalty_slope, "penalty")
        yield Entry("penalty's share", penalty_slope(case), case.penalty_slope, "L2·w + L1·sign w")
        term, help = term + slope, f"{help}, and the penalty's share"
    yield Entry("gradient", term, case.gradient, help)


class MoveAccount(NamedTuple):
    """The lines of a move, its sentences, and what may carry a parameter against its gradient.

    `unfinished`: how the optimizer came to it was left out, because that takes too long for a look.
    """

    entries: tuple[Entry, ...] = ()
    words: Said = ()
    carrier: str = ""
    unfinished: bool = False


def move_account(case: Case) -> MoveAccount:
    """Return clipping, rate and the optimizer's own account, to the new value."""
    if case.moment.record is None:
        return MoveAccount()
    clipped = list(clip_entries(case))
    g = clipped[-1].value if clipped else case.gradient
    told, unfinished = _told(case, g)
    lines = (*clipped, rate_entry(case), *told.entries)
    return MoveAccount(lines, tuple(told.words), told.carrier, unfinished)


def clip_entries(case: Case) -> Iterator[Entry]:
    """Yield what clipping makes of the gradient, by norm first and then by value."""
    training, record = case.settings.training, case.moment.record
    assert record is not None
    g = number(case.gradient, "gradient")
    if training.clip_norm is not None:
        allowed = number(training.clip_norm, "norm") / (number(record.gradient_norm, "|g|") + SPECK)
        share = smallest(allowed, 1.0)
        help = "how much is left of a gradient that is too long"
        yield Entry("clip factor", share, float(share.value), help)
        scaled = g * number(share.value, "clip factor")
        yield Entry("clipped", scaled, float(scaled.value), "the gradient at its allowed length")
        g = number(scaled.value, "clipped")
    if training.clip_value is not None:
        most = number(training.clip_value, "limit")
        cut = largest(-most, smallest(most, g))
        yield Entry("cut", cut, float(cut.value), "the gradient, no larger than allowed")


def rate_entry(case: Case) -> Entry:
    """Return the line of the learning rate: the setting times what the schedule makes of it."""
    record = case.moment.record
    assert record is not None
    base, schedule = case.settings.optimizer.learning_rate, case.settings.schedule
    planned = schedule.factor(case.moment.step - 1)
    stalls = record.learning_rate / (base * planned) if planned > 0 else 1.0
    factor = number(planned, "schedule")
    if abs(stalls - 1) > 1e-12:
        factor = factor * number(stalls, "plateau")
    term = number(base, "learning rate") * factor
    title = schedule.title.lower()
    return Entry("η", term, record.learning_rate, f"the rate of this step ({title} schedule)")


def move_of(case: Case) -> Move:
    """Return the whole step as its optimizer saw it."""
    moment = case.moment
    assert moment.record is not None
    return Move(
        moment.step,
        moment.record.learning_rate,
        moment.previous,
        after_the_step(case),
        moment.gradient,
        moment.previous_memory,
        moment.memory,
        _oracle(case) if case.settings.optimizer.full_batch else None,
    )


def _oracle(case: Case) -> Oracle:
    """Return what the optimizer asked in the step; rows lie as the trainer had them.

    In the same precision and order it gives the same answers, to the last bit.
    """
    train = case.hypothesis.prepared.train
    rows = np.ascontiguousarray(case.hypothesis.network_input(train.x).T)
    y = case.hypothesis.network_target(train.y)
    return case.network.oracle(case.loss, case.penalty, rows.T, y)


def after_the_step(case: Case) -> Array | None:
    """Return the parameters that the step itself led to; None if they were set by hand since."""
    return None if by_hand(case) else case.moment.parameters


def _told(case: Case, g: float) -> tuple[Account, bool]:
    """Return the optimizer's account, and whether it was too long a work for now."""
    optimizer, move = case.settings.optimizer, move_of(case)
    unfinished = not case.whole and case.moment.memory is not None and _is_long(case)
    book = Account(move, case.parameter, optimizer.slots, g)
    try:
        if unfinished:
            raise UntoldError
        optimizer.account(book)
    except UntoldError:
        book = Account(move, case.parameter, optimizer.slots, g)
        book.moves_by_itself()
    return book, unfinished


def _is_long(case: Case) -> bool:
    optimizer = case.settings.optimizer
    if not isinstance(optimizer, AbstractFullBatch):
        return False
    rows = len(case.hypothesis.prepared.train.rows)
    return optimizer.effort(rows, len(case.theta)) > MOST_AT_ONCE


def _delta(case: Case, layer: int, index: int) -> Entry:
    """Return δ = (Σ weight × δ behind) × slope of one hidden neuron."""
    found, behind = case.pass_, case.net.layers[layer + 1]
    weights, errors = behind.weight(case.theta)[index], found.deltas[layer + 1]

    def products() -> list[Term]:
        return [
            number(w, "w") * number(d, named("δ", neuron(case, layer + 1, k)))
            for k, (w, d) in enumerate(zip(weights, errors, strict=True))
        ]

    come_back = sum_of(weights @ errors, len(weights), products, "Σ w·δ")
    term = come_back * worked_out(_slope(case, layer, index))
    mask = float(found.masks[layer][index])
    if mask != 1:
        term = term * number(mask, "mask")
    value = float(found.deltas[layer][index])
    help = "the error that comes back: (Σ weight × δ behind) × slope"
    name = named("δ", neuron(case, layer, index))
    return Entry(name, term, value, help, index != case.way[layer])


def _slope(case: Case, layer: int, index: int) -> Term:
    found, activation = case.pass_, case.net.activation_name
    z, h = number(found.sums[layer][index], "z"), number(found.units[layer][index], "h")
    if activation in SLOPES:
        return SLOPES[activation](h)
    return call(f"{activation}_slope", found.slopes[layer][index], z)


def _own(case: Case) -> Entry:
    """Return the row's own pull: what comes in times the error that comes back."""
    source, target = case.layer.place(case.parameter)
    error = named("δ", neuron(case, case.depth, target))
    delta = number(case.pass_.deltas[case.depth][target], error)
    if source is None:
        term: Term = number(1.0, "1") * delta
    else:
        name = given(case, case.depth, source)
        term = number(case.pass_.inputs[case.depth][source], name) * delta
    return Entry("this row", term, case.own_pull, "the row's gradient: input × δ")
