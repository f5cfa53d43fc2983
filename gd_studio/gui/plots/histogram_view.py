"""How often each size of residual occurs: train filled, validation as a dashed outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from gd_studio.gui.numbers import counted, exact
from gd_studio.gui.plots.all_rows import AllRows
from gd_studio.gui.plots.axes import Scale, round_up
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.prediction_legend import split_entries
from gd_studio.gui.plots.residual_view import Residuals, say_residuals
from gd_studio.gui.plots.samples import SPLITS, Numbers, Sample
from gd_studio.gui.plots.view import View
from gd_studio.gui.selection import SplitName

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

BINS = 24
DASHES: dict[SplitName, str] = {"train": "solid", "validation": "dashed"}


class HistogramView(View):
    """Shares of each split's rows in bins of equal width, from the least to the largest."""

    is_sampled = False

    def __init__(self, panel: PlotPanel, residuals: AllRows) -> None:
        super().__init__(panel)
        self._residuals = residuals
        self._zero = pg.PlotCurveItem()
        self._steps = {s: pg.PlotCurveItem(fillLevel=0) for s in SPLITS}
        for item in (*self._steps.values(), self._zero):
            item.hide()
            panel.plot_item.addItem(item, ignoreBounds=True)
        self._edges: Numbers = np.array([0.0, 1.0])
        self._counts: dict[SplitName, Any] = {}
        self._counted: dict[SplitName, Residuals] | None = None
        self._note = ""

    @property
    def note(self) -> str:
        return self._note

    @property
    def counts(self) -> dict[SplitName, Any]:
        """How many rows of each split fell into each bin."""
        return self._counts

    def set_theme(self) -> None:
        theme = self.panel.theme
        self._zero.setPen(pen(theme, "muted", 1, "dotted"))
        for split, item in self._steps.items():
            item.setPen(pen(theme, split, 1.5, DASHES[split]))
            item.setBrush(colour(theme, split, 40) if split == "train" else None)

    def draw(self, frame: Frame, sample: Sample) -> None:
        found: dict[SplitName, Residuals] = self._residuals.of(frame, "residuals") or {}
        if found is not self._counted:
            self._counted = found
            self._count(found)
        edges = self._edges
        rows = sum(len(one.residual) for one in found.values())
        lost = rows - sum(int(counts.sum()) for counts in self._counts.values())
        tallest = 0.0
        for split, item in self._steps.items():
            shares = self._shares(split)
            item.setVisible(shares is not None and self.panel.legend.shows(split))
            if shares is not None:
                heights = np.concatenate([[0.0], np.repeat(shares, 2), [0.0]])
                item.setData(np.repeat(edges, 2), heights)
                tallest = max(tallest, float(shares.max()))
        name = frame.hypothesis.prepared.target_name
        self.panel.set_scales(
            Scale(f"residual of {name}: actual − predicted", ends=True, short="residual"),
            Scale("% of the rows"),
        )
        top = round_up(1.05 * tallest)
        self.panel.want_range(float(edges[0]), float(edges[-1]), 0, top)
        self._zero.setData([0, 0], [0, 2 * top])
        self._zero.show()
        say_residuals(self.panel, frame, self._residuals)
        said = f"Bins of {exact(float(edges[1] - edges[0]), 3)}."
        if "validation" in self._counts:
            said += " Dashed: validation."
        self._note = said + (f" {counted(lost, 'row')} of no finite guess." if lost else "")

    def hide(self) -> None:
        for item in (*self._steps.values(), self._zero):
            item.hide()

    def stop(self) -> None:
        self._residuals.stop()

    def hover(self, frame: Frame, x: float, y: float) -> str:
        at = int(np.searchsorted(self._edges, x, side="right")) - 1
        if not 0 <= at < len(self._edges) - 1:
            return ""
        said = [f"residual {exact(self._edges[at], 4)} to {exact(self._edges[at + 1], 4)}"]
        for split, counts in self._counts.items():
            share = float(counts[at]) / max(int(counts.sum()), 1)
            said.append(f"{split}: {counted(int(counts[at]), 'row')}, {100 * share:.1f} %")
        return "\n".join(said)

    def entries(self, frame: Frame) -> list[Entry]:
        return split_entries(self._steps, self._counts)

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        rows: list[list[Any]] = [
            [split, float(low), float(high), int(count)]
            for split, counts in self._counts.items()
            for low, high, count in zip(self._edges[:-1], self._edges[1:], counts, strict=True)
        ]
        return ["part", "from", "to", "rows"], rows

    def _count(self, found: dict[SplitName, Residuals]) -> None:
        values = {split: one.residual[one.drawable] for split, one in found.items()}
        self._edges = edges = bin_edges(np.concatenate([np.empty(0), *values.values()]))
        self._counts = {s: np.histogram(v, edges)[0] for s, v in values.items()}

    def _shares(self, split: SplitName) -> Numbers | None:
        counts = self._counts.get(split)
        if counts is None or not counts.sum():
            return None
        shares: Numbers = 100 * counts / counts.sum()
        return shares


def bin_edges(values: Numbers) -> Numbers:
    """Return the edges of about `BINS` bins of a round width around all values, one at 0."""
    low = min(float(values.min(initial=0.0)), 0.0)
    high = max(float(values.max(initial=0.0)), 0.0)
    width = round_up((high - low) / BINS) if high > low else 1.0
    first, last = np.floor(low / width), np.ceil(high / width)
    # A value on the last edge would lie in no bin of its own.
    return np.asarray(width * np.arange(first, max(last, first + 1) + 1), dtype=np.float64)
