"""The map behind the rows of the failure view: the loss everywhere, for an assumed truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.experiment.failure import losses_if, nearest
from gd_studio.gui.colour_maps import surface_colors
from gd_studio.gui.plots.failure_scale import LossScale
from gd_studio.gui.plots.grid import smooth
from gd_studio.gui.plots.lens import Lens
from gd_studio.gui.plots.live_grid import COARSE, LiveGrid
from gd_studio.gui.plots.picture_item import PictureItem
from gd_studio.gui.plots.samples import Numbers

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

PICTURE = 240


@dataclass(frozen=True, eq=False)
class Truth:
    """What is taken as right: one `value` everywhere, or (None) that of the nearest known row.

    Values are as the model sees them: a class code, or a scaled target. `at` (n, 2) are the known
    rows' places as shares of the picture, `values` (n, ...) their targets.
    """

    value: Any = None
    at: Numbers | None = None
    values: Any = None

    def of(self, places: Numbers) -> Any:
        """Return the truth at places (k, 2), as shares of the picture."""
        if self.value is not None:
            return np.repeat(np.asarray(self.value)[None], len(places), axis=0)
        assert self.at is not None
        return self.values[nearest(self.at, places)]


class FailureMap:
    """Paints the losses of a grid; coarse at every frame, finer when it has stood still."""

    def __init__(self, plot_item: Any, owner: Any) -> None:
        self._image = PictureItem(plot_item)
        self.colors = surface_colors()
        self._live = LiveGrid(owner, lambda count: self._paint(count))
        self._last: tuple[Frame, Lens, Truth, LossScale] | None = None
        self._truths: tuple[Truth, int, Any] | None = None
        self.values: Numbers = np.zeros((0, 0))

    def show(self, frame: Frame, lens: Lens, truth: Truth, scale: LossScale) -> None:
        """Draw the loss at every place of the lens."""
        self._last = (frame, lens, truth, scale)
        self._live.draw()

    def loss_at(self, x: float, y: float) -> float:
        """Return the loss at a place, computed there and not read from the picture."""
        assert self._last is not None
        frame, lens, truth, _ = self._last
        right = truth.of(as_shares(lens, np.array([x]), np.array([y])))
        row = lens.row(x, y)[None]
        return float(losses_if(frame.hypothesis, frame.parameters, row, right)[0])

    def hide(self) -> None:
        """Take the picture away and stop waiting."""
        self._live.stop()
        self._image.hide()

    def stop(self) -> None:
        """Do not refine any more until drawn again."""
        self._live.stop()

    def _paint(self, count: int) -> None:
        assert self._last is not None
        frame, lens, truth, scale = self._last
        grid = self._live.kept((*lens.key, count), lambda: lens.grid(count))
        right = self._truth_of(truth, count)
        losses = losses_if(frame.hypothesis, frame.parameters, grid.rows, right)
        self.values = losses.reshape(count, count)
        size = max(PICTURE, count)
        shares = smooth(scale.shares(self.values), size)
        self._image.show_values(shares, (0.0, 1.0), self.colors, lens.spans)

    def _truth_of(self, truth: Truth, count: int) -> Any:
        """Return the truth of each cell; who is nearest is looked up once, on the coarse grid."""
        if truth.value is not None:
            return truth.of(np.empty((count * count, 2)))
        if self._truths is None or self._truths[:2] != (truth, COARSE):
            self._truths = (truth, COARSE, truth.of(_cells(COARSE)))
        coarse = self._truths[2]
        step = ((np.arange(count) + 0.5) * COARSE / count).astype(np.intp)
        return coarse[(step[:, None] * COARSE + step[None, :]).ravel()]


def as_shares(lens: Lens, x: Numbers, y: Numbers) -> Numbers:
    """Return places (k, 2) as shares of the picture, so that both axes count alike."""
    (left, right), (bottom, top) = lens.spans
    return np.stack([(x - left) / (right - left), (y - bottom) / (top - bottom)], axis=1)


def _cells(count: int) -> Numbers:
    middle = (np.arange(count) + 0.5) / count
    return np.stack([np.tile(middle, count), np.repeat(middle, count)], axis=1)
