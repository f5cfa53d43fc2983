"""The colours in the nodes: a map of each node's outputs over two inputs, or one row's output."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.data import Prepared
from gd_studio.engine.arrays import Array
from gd_studio.experiment.activations_map import NodeOutputs, resolution_for
from gd_studio.gui.colour_maps import blend
from gd_studio.gui.network.places import Node
from gd_studio.gui.plots.grid import over_two
from gd_studio.gui.plots.images import packed
from gd_studio.gui.plots.regions import value_colors
from gd_studio.gui.plots.samples import SPLITS, fair_sample, own_units, split_of, wide_range
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.gui.selection import Selection
    from gd_studio.session.frame import Frame

LEVELS = 256
BROKEN = LEVELS  # the level of what is not a number
MARGIN = 0.15  # around the rows, as in the prediction plot


@dataclass(frozen=True, eq=False)
class Maps:
    """Levels (nodes, cells, cells) from low to high, and what they mean: (lowest, highest)."""

    levels: Array
    reach: tuple[tuple[float, float], ...]
    are_maps: bool


class NodeMaps:
    """Makes the maps of one network after another; what is bound to it is kept."""

    def __init__(self) -> None:
        self._of: tuple[Any, Any] = (None, None)
        self._grid: NodeOutputs | None = None
        self._cells = 1
        self._row: tuple[Any, NodeOutputs] | None = None

    def over_rows(self, frame: Frame, nodes: tuple[Node, ...], selection: Selection) -> Maps:
        """Return the maps of a frame's nodes; of other than two features, of the selected row."""
        self._follow(frame)
        signed = is_signed(frame)
        if self._grid is None:
            outputs = self.of_row(frame, selection)
            scales = [_reach(column, signed) for column in outputs]
            values = np.array([[outputs[n.place][n.unit]] for n in nodes])
            reach = [scales[n.place] for n in nodes]
            return Maps(_levels(values, reach).reshape(-1, 1, 1), tuple(reach), False)
        outputs = self._grid(frame.parameters)
        values = np.array([outputs[n.place][n.unit] for n in nodes])
        reach = [_reach(row, signed) for row in values]
        levels = _levels(values, reach).reshape(-1, self._cells, self._cells)
        return Maps(levels[:, ::-1], tuple(reach), True)

    def of_row(self, frame: Frame, selection: Selection) -> list[Array]:
        """Return each node's output on the selected row, one array for each column."""
        self._follow(frame)
        split, row = chosen(frame, selection)
        key = (selection.split, row)
        if self._row is None or self._row[0] != key:
            self._row = (key, NodeOutputs(frame.hypothesis, split.x[row : row + 1]))
        return [column[:, 0].copy() for column in self._row[1](frame.parameters)]

    def _follow(self, frame: Frame) -> None:
        hypothesis = frame.hypothesis
        if self._of == (hypothesis.network, hypothesis.prepared):
            return
        self._of = (hypothesis.network, hypothesis.prepared)
        self._grid, self._row = None, None
        cells = resolution_for(hypothesis.network)
        if len(hypothesis.prepared.features) == 2 and cells is not None:
            self._cells = cells
            prepared = hypothesis.prepared
            grid = over_two(prepared, (0, 1), _spans(prepared), cells)
            self._grid = NodeOutputs(hypothesis, grid.rows)


def is_signed(frame: Frame) -> bool:
    """Whether colours run from one class to the other: below 0 speaks for the first of two."""
    return len(frame.hypothesis.classes) == 2


def chosen(frame: Frame, selection: Selection) -> tuple[Any, int]:
    """Return the split and the place of the selected row, kept inside."""
    prepared = frame.hypothesis.prepared
    split = split_of(prepared, selection.split)
    split = split if len(split.rows) else prepared.train
    return split, min(selection.row, len(split.rows) - 1)


@cache
def node_colors(theme: Theme, signed: bool) -> Array:
    """Return the colours (257,) of all levels as 0xAARRGGBB; the last is of what is no number."""
    if signed:
        even = blend((theme.class_a, theme.boundary, theme.class_b), LEVELS)
        at = np.linspace(-1, 1, LEVELS)
        sharp = np.sign(at) * np.abs(at) ** 0.6  # a narrow band of "undecided"
        table = even[np.round((sharp + 1) / 2 * (LEVELS - 1)).astype(np.intp)]
    else:
        table = value_colors(theme)
    return np.append(packed(table), np.uint32(int("ff" + theme.warning[1:], 16)))


def _reach(values: Array, signed: bool) -> tuple[float, float]:
    """Return the values of the lowest and the highest colour."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return -1.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if signed:
        high = max(-low, high) or 1.0
        return -high, high
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _levels(values: Array, reach: list[tuple[float, float]]) -> Array:
    low, high = np.array(reach, values.dtype).T[:, :, None]
    with np.errstate(all="ignore"):
        share = np.clip((values - low) / (high - low), 0, 1)
        levels = np.rint(share * (LEVELS - 1))
    return np.where(np.isnan(levels), BROKEN, levels).astype(np.intp)


def _spans(prepared: Prepared) -> tuple[tuple[float, float], tuple[float, float]]:
    sample = fair_sample(prepared)
    first, second = (
        wide_range(
            np.concatenate([own_units(prepared, sample.x(s), feature) for s in SPLITS]), MARGIN
        )
        for feature in (0, 1)
    )
    return first, second
