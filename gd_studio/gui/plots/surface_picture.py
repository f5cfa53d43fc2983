"""The map itself: losses as colours, contours as one joined curve, and the colour bar.

What takes long (resampling, colours, contours) is made in the background with the surface; drawing
it is handing it over.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtGui import QFont, QImage

from gd_studio.experiment.surface import Surface
from gd_studio.gui.colour_maps import surface_colors
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.colour_bar import ColourBar
from gd_studio.gui.plots.grid import smooth
from gd_studio.gui.plots.images import image_of, packed
from gd_studio.gui.plots.surface_map import SurfaceMap
from gd_studio.gui.plots.surface_scale import Shades, shades
from gd_studio.gui.theme import Theme

PICTURE = 303
STRIPE = 8  # picture cells from one stripe to the next where there is no finite loss


@dataclass(frozen=True, eq=False)
class Picture:
    """A surface ready to be drawn: its image, where it is unknown, and its contours."""

    surface: Surface
    shades: Shades
    image: QImage  # PICTURE by PICTURE pixels
    unknown: Any | None  # 0 known, 1 unknown, 2 a stripe in it; None: all is known
    contours: tuple[Any, Any, Any]  # x, y, joined


def picture_of(surface: Surface, scale: str) -> Generator[None, None, Picture]:
    """Prepare a surface for drawing; each `next` is about 2 ms of work."""
    made = shades(surface, scale)
    yield
    smoothed = smooth(np.nan_to_num(made.shares, nan=1.0), PICTURE)
    yield
    image = colored(smoothed)
    yield
    lines = yield from _contours(surface, made)
    return Picture(surface, made, image, _unknown(made.shares), lines)


class SurfacePicture:
    """The map with its colour bar; both stay until another picture comes."""

    def __init__(self, plot_item: Any) -> None:
        self.map = SurfaceMap(plot_item.getViewBox())
        self._bar = ColourBar(plot_item)
        self._colors = surface_colors()
        self._shown: Picture | None = None

    @property
    def bar_words(self) -> tuple[str, str]:
        """What stands at the upper and at the lower end of the bar."""
        return self._bar.words

    @property
    def marks_unknown(self) -> bool:
        """Whether parts of the map are hatched, because no finite loss is known there."""
        return self.map.marks_unknown

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Colour the bar's words, and what is unknown."""
        self._bar.set_theme(theme)
        self.map.set_theme(theme)
        self.write_bar(font)

    def show(self, picture: Picture, font: QFont) -> None:
        """Draw a picture."""
        self._shown = picture
        self.map.show_picture(picture)
        self.write_bar(font)

    def hide(self) -> None:
        """Take the map away."""
        self._shown = None
        self.map.hide()
        self._bar.hide()

    def write_bar(self, font: QFont) -> None:
        """Write what the ends and the middle of the bar mean."""
        if self._shown is None:
            return
        made = self._shown.shades
        least = "≥ " if made.runs_over else ""
        top = f"high\n(worse)\n{least}{exact(made.high, 2)}"
        bottom = f"{exact(made.low, 2)}\nlow\n(better)"
        self._bar.show(self._colors, top, bottom, font, exact(made.middle, 2))


def colored(shares: Any) -> QImage:
    """Return a picture of shares from 0 to 1 (n, n), the first row lowest, dark where low."""
    table = packed(surface_colors())
    places = np.clip(shares * (len(table) - 1) + 0.5, 0, len(table) - 1).astype(np.intp)
    return image_of(table[places[::-1]])


def _contours(surface: Surface, made: Shades) -> Generator[None, None, tuple[Any, Any, Any]]:
    """Return contour lines as one curve (x, y, joined), closer together towards the bottom."""
    from contourpy import contour_generator

    known = np.ma.masked_invalid(made.shares)
    lines = contour_generator(surface.u, surface.v, known)
    xs, ys, joins = [np.empty(0)], [np.empty(0)], [np.empty(0, dtype=np.int32)]
    for level in made.contours:
        yield
        for path in lines.lines(float(level)):
            line = np.asarray(path)
            joined = np.ones(len(line), dtype=np.int32)
            joined[-1] = 0
            xs.append(line[:, 0])
            ys.append(line[:, 1])
            joins.append(joined)
    return np.concatenate(xs), np.concatenate(ys), np.concatenate(joins)


def _unknown(shares: Any) -> Any | None:
    """Return a picture of where shares are NaN: 1, and 2 on stripes across; None if nowhere."""
    nowhere = np.isnan(shares)
    if not nowhere.any():
        return None
    rows, columns = (
        ((np.arange(PICTURE) + 0.5) * count / PICTURE).astype(int) for count in shares.shape
    )
    stripes = (np.arange(PICTURE)[:, None] + np.arange(PICTURE)) % STRIPE < 2
    return (nowhere[np.ix_(rows, columns)] * (1 + stripes)).astype(np.uint8)
