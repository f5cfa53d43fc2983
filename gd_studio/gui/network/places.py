"""Where the nodes and links of a network lie in a picture, and what is at a place of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from gd_studio.engine.arrays import Integers
from gd_studio.engine.layers import Layer
from gd_studio.gui.network.links import Curves
from gd_studio.gui.network.units import Shown

LARGEST_NODE = 56.0
FARTHEST = 3.2  # node sizes between neighbours in a column with room to spare


@dataclass(frozen=True)
class Node:
    """A node: unit `unit` of column `place`, in its square; `bias` is its parameter, if any."""

    place: int
    unit: int
    square: QRectF
    bias: int | None


@dataclass(frozen=True, eq=False)
class Places:
    """All nodes, and all links: `curves`, the `parameters` (n,) and the `layers` (n,) they are."""

    shown: Shown
    nodes: tuple[Node, ...]
    curves: Curves
    parameters: Integers
    layers: Integers
    size: float
    spacing: float  # between two columns
    gap: float | None  # the middle of the columns that are left out

    def link_of(self, parameter: int) -> int | None:
        """Return the link that a parameter is, if it is drawn."""
        found = np.flatnonzero(self.parameters == parameter)
        return int(found[0]) if len(found) else None

    def node_of(self, bias: int) -> Node | None:
        """Return the node whose bias a parameter is, if it is drawn."""
        return next((node for node in self.nodes if node.bias == bias), None)

    def node_at(self, x: float, y: float) -> Node | None:
        """Return the node at a place of the picture."""
        return next((node for node in self.nodes if node.square.contains(x, y)), None)

    def drawn(self, layer: int) -> list[int]:
        """Return the parameters of a layer that are drawn, rising, biases included."""
        links = self.parameters[self.layers == layer].tolist()
        biases = [n.bias for n in self.nodes if n.place == layer + 1 and n.bias is not None]
        return sorted([*links, *biases])


def lay_out(layers: Sequence[Layer], shown: Shown, area: QRectF, most: float) -> Places:
    """Return places inside `area` with nodes of at most `most` pixels a side."""
    columns = shown.columns
    slots = len(columns) + (1 if shown.left_out else 0)
    tallest = max(len(column.units) for column in columns)
    spacing = area.width() / max(slots - 1, 1)
    room = min(area.height() / tallest - 3, area.width() / slots * 0.5, most)
    size = float(max(4, int(room)))
    spacing = (area.width() - size) / max(slots - 1, 1)
    after = len(columns) // 2 if shown.left_out else len(columns)
    middles = [
        area.left() + size / 2 + spacing * (i if i < after else i + 1)
        for i in range(len(columns))
    ]
    nodes: list[Node] = []
    for column, x in zip(columns, middles, strict=True):
        layer = layers[column.place - 1] if column.place else None
        heights = _heights(len(column.units), area, size)
        for unit, y in zip(column.units.tolist(), heights, strict=True):
            square = QRectF(round(x - size / 2), round(y - size / 2), size, size)
            bias = layer.offset + (unit + 1) * (layer.inputs + 1) - 1 if layer else None
            nodes.append(Node(column.place, unit, square, bias))
    curves, parameters, of = _links(layers, nodes)
    gap = area.left() + size / 2 + spacing * after if shown.left_out else None
    return Places(shown, tuple(nodes), curves, parameters, of, size, spacing, gap)


def _heights(count: int, area: QRectF, size: float) -> list[float]:
    apart = min(area.height() / count, max(size * FARTHEST, 24))
    top = area.center().y() - apart * (count - 1) / 2
    return [top + apart * i for i in range(count)]


def _links(layers: Sequence[Layer], nodes: list[Node]) -> tuple[Curves, Integers, Integers]:
    """Return the curves from every drawn node to every drawn node of the next layer."""
    starts, ends, parameters, of = [], [], [], []
    for i, layer in enumerate(layers):
        sources = [n for n in nodes if n.place == i]
        for target in (n for n in nodes if n.place == i + 1):
            for source in sources:
                a, b = source.square, target.square
                starts.append((a.right(), a.center().y()))
                ends.append((b.left(), b.center().y()))
                parameters.append(layer.offset + target.unit * (layer.inputs + 1) + source.unit)
                of.append(i)
    shape = (len(starts), 2)
    curves = Curves(np.array(starts).reshape(shape), np.array(ends).reshape(shape))
    return curves, np.array(parameters, np.intp), np.array(of, np.intp)
