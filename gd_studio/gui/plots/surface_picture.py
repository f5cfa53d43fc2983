"""The map itself: losses as colours, contours as one joined curve, and the colour bar."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont

from gd_studio.experiment.surface import Surface
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.colour_bar import ColourBar
from gd_studio.gui.plots.colours import pen_of
from gd_studio.gui.plots.grid import smooth
from gd_studio.gui.theme import Theme, surface_colors

PICTURE = 303
CONTOURS = 12
EVEN, LEAST_POWER = 0.35, 0.2  # where half of a stretched map lies in its colours, and the limit


class SurfacePicture:
    """Draws a surface once; it stays until another one comes."""

    def __init__(self, plot_item: Any) -> None:
        self._plot = plot_item
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(-10)
        self._contours = pg.PlotCurveItem(antialias=False)
        self._contours.setZValue(-9)
        for item in (self._image, self._contours):
            plot_item.addItem(item, ignoreBounds=True)
            item.hide()
        self._bar = ColourBar(plot_item)
        self._colors = surface_colors()
        self.levels = (0.0, 1.0)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Colour the bar's words and the contours."""
        self._contours.setPen(pen_of(QColor(0, 0, 0, 70)))
        self._bar.set_theme(theme)
        if self._bar.is_shown:
            self.write_bar(font)

    def show(self, surface: Surface, font: QFont, stretched: bool = False) -> None:
        """Draw a surface; `stretched`, colours and contours lay most weight on its bottom."""
        low, high = self.levels = color_levels(surface)
        values = np.nan_to_num(surface.values, nan=high, posinf=high, neginf=low)
        values = np.clip(values, low, high)
        # As shares of the scale: losses themselves can be larger than 32 bits can hold.
        shares = (values - low) / (high - low)
        power = evening(shares) if stretched else 1.0
        shares = smooth(shares**power, PICTURE)
        self._image.setImage(shares, autoLevels=False, levels=(0.0, 1.0), lut=self._colors)
        du, dv = surface.u[1] - surface.u[0], surface.v[1] - surface.v[0]
        width = surface.u[-1] - surface.u[0] + du
        height = surface.v[-1] - surface.v[0] + dv
        self._image.setRect(surface.u[0] - du / 2, surface.v[0] - dv / 2, width, height)
        self._image.show()
        x, y, joined = contours(surface, values, low, high, 2 / power)
        self._contours.setData(x, y, connect=joined)
        self._contours.show()
        self.write_bar(font)

    def hide(self) -> None:
        """Take the map away."""
        self._image.hide()
        self._contours.hide()
        self._bar.hide()

    def write_bar(self, font: QFont) -> None:
        """Write what the ends of the bar mean."""
        low, high = self.levels
        top, bottom = f"worse\n{exact(high, 2)}", f"{exact(low, 2)}\nbetter"
        self._bar.show(self._colors, top, bottom, font)


def color_levels(surface: Surface) -> tuple[float, float]:
    """Return the losses at the dark and the bright end: the steep rim does not wash out the rest.

    The start and the present point are always within.
    """
    finite = surface.values[np.isfinite(surface.values)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(np.percentile(finite, 92))
    marked = [v for v in (surface.start.map, surface.now.map) if np.isfinite(v)]
    low, high = min([low, *marked]), max([high, *(v for v in marked if v <= 10 * high)])
    return low, high if high > low else low + max(abs(low), 1.0) * 1e-6


def evening(shares: Any) -> float:
    """Return the power that makes colours of shares (0 to 1) even where most of them are small.

    Beside a wall a hundred times as high, the floor of a valley would else have but one colour.
    """
    middle = float(np.median(shares))
    if not 0 < middle < EVEN:
        return 1.0
    return max(float(np.log(EVEN) / np.log(middle)), LEAST_POWER)


def contours(
    surface: Surface, values: Any, low: float, high: float, power: float = 2.0
) -> tuple[Any, Any, Any]:
    """Return contour lines as one curve (x, y, joined), closer together towards the bottom."""
    from contourpy import contour_generator

    made = contour_generator(surface.u, surface.v, values)
    xs, ys, joins = [np.empty(0)], [np.empty(0)], [np.empty(0, dtype=np.int32)]
    for k in range(1, CONTOURS + 1):
        for path in made.lines(low + (high - low) * (k / (CONTOURS + 1)) ** power):
            line = np.asarray(path)
            joined = np.ones(len(line), dtype=np.int32)
            joined[-1] = 0
            xs.append(line[:, 0])
            ys.append(line[:, 1])
            joins.append(joined)
    return np.concatenate(xs), np.concatenate(ys), np.concatenate(joins)
