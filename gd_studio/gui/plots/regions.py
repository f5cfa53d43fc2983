"""Decision regions and heat maps: what the model guesses everywhere over two features.

Colour grows with certainty, so that the undecided boundary glows between the regions. A coarse
grid is drawn at every frame, a finer one when the picture has stood still for a moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.gui.colour_maps import blend, region_colors
from gd_studio.gui.plots import grid as grids
from gd_studio.gui.plots.colours import class_colour, colour, mixed, rgb
from gd_studio.gui.plots.grid import Grid, smooth
from gd_studio.gui.plots.live_grid import LiveGrid
from gd_studio.gui.plots.picture_item import PictureItem
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

PICTURE = 240
PICTURE_OF_MANY = 150  # with a layer for each class


class Regions:
    """The picture behind the points."""

    def __init__(self, plot_item: Any, owner: Any) -> None:
        self._image = PictureItem(plot_item)
        self._theme: Theme | None = None
        self._tables: dict[str, Any] = {}
        self._last: tuple[Any, ...] | None = None
        self._live = LiveGrid(owner, lambda count: self._paint(count))
        self.levels = (0.0, 1.0)

    @property
    def value_colors(self) -> Any:
        """The colours of values from low to high (256, 3)."""
        return self._tables["values"]

    def set_theme(self, theme: Theme) -> None:
        """Colour the picture."""
        self._theme = theme
        self._tables = {"regions": region_colors(theme), "values": value_colors(theme)}

    def show(self, frame: Frame, features: Any, spans: Any, base: Any, levels: Any) -> None:
        """Draw what the frame's model guesses over two features."""
        self.levels = levels
        self._last = (frame, features, spans, base)
        self._live.draw()

    def hide(self) -> None:
        """Take everything away and stop waiting."""
        self._live.stop()
        self._image.hide()

    def stop(self) -> None:
        """Do not refine any more until drawn again."""
        self._live.stop()

    def _grid(self, frame: Frame, features: Any, spans: Any, base: Any, count: int) -> Grid:
        prepared = frame.hypothesis.prepared
        key = (prepared, features, spans, count, None if base is None else base.tobytes())
        return self._live.kept(
            key, lambda: grids.over_two(prepared, features, spans, count, base)
        )

    def _paint(self, count: int) -> None:
        assert self._last is not None
        frame, features, spans, base = self._last
        grid = self._grid(frame, features, spans, base, count)
        table = grid.table(frame.hypothesis.guess(frame.parameters, grid.rows))
        size = max(PICTURE, count)
        if frame.hypothesis.task == "regression":
            values, levels, colors = table[..., 0], self.levels, self._tables["values"]
        elif table.shape[2] == 2:
            values, levels, colors = table[..., 1], (0.0, 1.0), self._tables["regions"]
        else:
            self._image.show_colors(self._mixed(table, max(PICTURE_OF_MANY, count)), spans)
            return
        self._image.show_values(smooth(_finite(values), size), levels, colors, spans)

    def _mixed(self, table: Any, size: int) -> Any:
        """Return a picture (size, size, 3): the likeliest class' colour, by its lead."""
        assert self._theme is not None
        shares = np.stack(
            [smooth(_finite(table[..., k]), size) for k in range(table.shape[2])], axis=2
        )
        pale = region_palette(self._theme, table.shape[2])
        top = shares.argmax(axis=2)
        two = np.partition(shares, -2, axis=2)[..., -2:]
        lead = np.sqrt(np.clip(two[..., 1] - two[..., 0], 0, 1))[..., None]
        between = np.array(rgb(colour(self._theme, "boundary")), dtype=np.float32)
        return (between + (pale[top] - between) * lead).astype(np.uint8)


def region_palette(theme: Theme, classes: int) -> Any:
    """Return each class' colour as a region (classes, 3): half way to the boundary's colour."""
    background = colour(theme, "card")
    pale = [mixed(background, class_colour(theme, k), 0.5) for k in range(classes)]
    return np.array([rgb(c) for c in pale], dtype=np.float32)


def value_colors(theme: Theme) -> Any:
    """Return 256 colours for values from low (pale) to high (strong)."""
    return blend((theme.field, theme.class_a_region, theme.accent))


def _finite(values: Any) -> Any:
    return np.nan_to_num(values, nan=0.5, posinf=1e300, neginf=-1e300)
