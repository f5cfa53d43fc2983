"""What the neurons, sums and parameters are called in a ledger: one way for all lines."""

from __future__ import annotations

from gd_studio.experiment.ledger.case import Case


def neuron(case: Case, layer: int, index: int) -> str:
    """Return a neuron's name: "hidden 1: 3", counted from 1, or what an output stands for."""
    if layer < len(case.net.layers) - 1:
        return case.hypothesis.neuron_name(layer, index)
    return "" if case.net.outputs == 1 else output(case, index)


def output(case: Case, index: int) -> str:
    """Return what an output stands for."""
    classes = case.hypothesis.classes
    return classes[index] if classes and case.net.outputs > 1 else f"output {index + 1}"


def named(letter: str, of: str) -> str:
    """Return a letter with what it belongs to: "z(hidden 1: 3)"."""
    return f"{letter}({of})" if of else letter


def given(case: Case, layer: int, index: int) -> str:
    """Return the name of a layer's input: a feature, or the activation of a neuron before."""
    if layer == 0:
        return case.hypothesis.inputs[index]
    return named("h", neuron(case, layer - 1, index))
