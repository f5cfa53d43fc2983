"""Thin rings around the rows of the present batch: those that moved the weights in this step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.points import Points
from gd_studio.gui.plots.view import Found
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

SIZE = 13
MOST = 256


class BatchRings:
    """Rings on the drawn rows of a batch that is not all of the training rows."""

    def __init__(self, plot_item: Any) -> None:
        self._rings = Layer(plot_item, z=9).dots(size=SIZE)
        self._rings.hide()

    def set_theme(self, theme: Theme) -> None:
        """Colour the rings."""
        self._rings.setPen(pen(theme, "text", 1.2))

    def words(self, frame: Frame, found: Found | None) -> str:
        """Say of a row under the mouse that its ring means the present batch."""
        is_ringed = self._rings.isVisible() and found is not None and found[0] == "train"
        if found is None or not is_ringed or found[1] not in frame.batch_rows:
            return ""
        return "\nringed: in this step's batch"

    def show(self, frame: Frame, points: Points | None, is_wanted: bool = True) -> None:
        """Ring the batch's rows among the points, if wanted."""
        batch, rows = frame.batch_rows, len(frame.hypothesis.prepared.train.rows)
        has_batch = is_wanted and frame.step > 0 and 0 < len(batch) < rows
        self._rings.setVisible(points is not None and has_batch)
        if points is None or not has_batch:
            return
        groups = [group for group in points.groups if group.split == "train"]
        is_in = np.zeros(rows, bool)
        is_in[batch] = True
        pairs = [(group, is_in[group.rows]) for group in groups]
        x = np.concatenate([np.empty(0), *(group.x[these] for group, these in pairs)])
        y = np.concatenate([np.empty(0), *(group.y[these] for group, these in pairs)])
        self._rings.setData(x[:MOST], y[:MOST])
