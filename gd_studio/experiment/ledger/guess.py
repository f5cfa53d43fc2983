"""Guess: the sum inside each neuron on the way to the parameter and on to the output."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gd_studio.engine.arithmetic import Term, call, number, sum_of
from gd_studio.engine.optimizers.account import Entry
from gd_studio.experiment.ledger.case import Case
from gd_studio.experiment.ledger.names import given, named, neuron


def guess_entries(case: Case) -> Iterator[Entry]:
    """Yield the lines from the inputs to the guess, layer by layer."""
    last = len(case.net.layers) - 1
    for layer in range(last + 1):
        for index in case.neurons(layer):
            aside = index != case.way[layer]
            if aside and not case.whole:
                continue
            yield _sum(case, layer, index, aside)
            if layer < last:
                yield _activation(case, layer, index, aside)
    yield from _in_own_units(case)


def _sum(case: Case, layer: int, index: int, aside: bool) -> Entry:
    found, matrix = case.pass_, case.net.layers[layer].matrix(case.theta)[index]
    value = float(found.sums[layer][index])

    def terms() -> list[Term]:
        inputs = found.inputs[layer][:-1]
        products = [
            number(w, "w") * number(a, given(case, layer, i))
            for i, (w, a) in enumerate(zip(matrix[:-1], inputs, strict=True))
        ]
        return [*products, number(matrix[-1], "b")]

    term = sum_of(value, len(matrix), terms, "Σ w·h + b" if layer else "Σ w·x + b")
    help = "the sum inside the neuron: weight × input, over its inputs, and the bias"
    return Entry(named("z", neuron(case, layer, index)), term, value, help, aside)


def _activation(case: Case, layer: int, index: int, aside: bool) -> Entry:
    found, activation = case.pass_, case.net.activation_name
    z = number(found.sums[layer][index], "z")
    term: Term = z
    if activation != "identity":
        term = call(activation, found.units[layer][index], z)
    mask, help = float(found.masks[layer][index]), "what the neuron hands on"
    if mask != 1:
        term = term * number(mask, "mask")
        help = "dropout left it out" if mask == 0 else "made up for those that dropout left out"
    value = float(found.inputs[layer + 1][index])
    return Entry(named("h", neuron(case, layer, index)), term, value, help, aside)


def _in_own_units(case: Case) -> Iterator[Entry]:
    """Yield the guess of numbers in the data's own units, where those are not the network's."""
    prepared = case.hypothesis.prepared
    if case.hypothesis.task != "regression":
        return
    scale, mean = prepared.target_scale, prepared.target_mean
    if scale == 1 and mean == 0:
        return
    for index in case.neurons(len(case.net.layers) - 1):
        z = float(case.pass_.sums[-1][index])
        term = number(mean, "mean") + number(scale, "scale") * number(z, "z")
        name = named("ŷ", neuron(case, len(case.net.layers) - 1, index))
        yield Entry(name, term, float(np.float64(term.value)), "the guess in the data's own units")
