"""What is said of a network: of a link, of a node, of what is not drawn, and all in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.gui.network.maps import chosen
from gd_studio.gui.network.places import Node
from gd_studio.gui.network.units import Shown
from gd_studio.gui.numbers import counted, exact, whole

if TYPE_CHECKING:
    from gd_studio.gui.selection import Selection
    from gd_studio.session.frame import Frame


def value_words(frame: Frame, parameter: int) -> str:
    """Say the value of a parameter."""
    return exact(float(frame.parameters[parameter]))


def move_words(frame: Frame, parameter: int) -> str:
    """Say gradient and change of a parameter."""
    gradient = float(frame.gradient[parameter])
    change = float(frame.parameters[parameter]) - float(frame.previous[parameter])
    return f"gradient {exact(gradient, 4)} · change {exact(change, 4)}"


def link_words(frame: Frame, parameter: int) -> str:
    """Say in lines what a link is: both names, value, gradient, change in this step."""
    hypothesis = frame.hypothesis
    value = float(frame.parameters[parameter])
    change = value - float(frame.previous[parameter])
    return "\n".join(
        (
            hypothesis.said_name(parameter),
            hypothesis.parameter_name(parameter),
            f"value {exact(value)}",
            f"gradient {exact(float(frame.gradient[parameter]), 4)}",
            f"change {exact(change, 4)}",
        )
    )


def node_name(frame: Frame, place: int, unit: int) -> str:
    """Return what a node is called: "x", "hidden 1: 3", "output: ŷ"."""
    hypothesis = frame.hypothesis
    return hypothesis.inputs[unit] if place == 0 else hypothesis.neuron_name(place - 1, unit)


def node_words(
    frame: Frame,
    node: Node,
    outputs: list[Array],
    reach: tuple[float, float],
    are_maps: bool,
    selection: Selection,
) -> str:
    """Say in lines what a node is: its name, output on the selected row, bias, and colours."""
    split, row = chosen(frame, selection)
    number = int(split.rows[row]) + 1
    word = "value" if node.place == 0 else "sum z" if _is_last(frame, node) else "activation"
    lines = [
        node_name(frame, node.place, node.unit),
        f"{word} on row {number}: {exact(float(outputs[node.place][node.unit]), 4)}",
    ]
    if node.bias is not None:
        lines.append(f"bias {exact(float(frame.parameters[node.bias]))}")
    low, high = (exact(end, 3) for end in reach)
    lines.append(f"colours {'over the inputs' if are_maps else 'of its layer'}: {low} to {high}")
    return "\n".join(lines)


def cut_words(frame: Frame, shown: Shown) -> str:
    """Say which nodes are drawn and why, if not all are; else nothing."""
    layers = frame.hypothesis.network.layers
    cut = [
        f"{len(c.units)} of {whole(c.total)} "
        + ("inputs" if c.place == 0 else f"in {layers[c.place - 1].name}")
        for c in shown.columns
        if c.is_cut
    ]
    said = []
    if cut:
        said.append(f"{', '.join(cut)}: those with the largest weights going out")
    if shown.left_out:
        said.append(f"{counted(shown.left_out, 'layer')} in the middle not drawn")
    return f"Drawn: {'; '.join(said)}." if said else ""


def summary(frame: Frame, shown: Shown, parameter: int) -> str:
    """Say the whole network in two sentences, for screen readers."""
    network = frame.hypothesis.network
    sizes = ", ".join(whole(size) for size in network.sizes)
    broken = int(np.count_nonzero(~np.isfinite(frame.parameters)))
    name, value = frame.hypothesis.said_name(parameter), value_words(frame, parameter)
    said = [
        f"Network at step {frame.step} with {sizes} nodes from inputs to outputs.",
        f"Selected: {name} is {value}, {move_words(frame, parameter)}.",
    ]
    if broken:
        said.append(f"{counted(broken, 'parameter')} not a number.")
    cut = cut_words(frame, shown)
    return " ".join([*said, cut] if cut else said)


def refusal(text: str) -> str:
    """Say why what was typed is no weight."""
    return f"A weight must be a number such as 0.5, not {text.strip()!r}."


def _is_last(frame: Frame, node: Node) -> bool:
    return node.place == len(frame.hypothesis.network.layers)
