"""Where places of a plot lie in the pixels of its view, for items that paint themselves."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QTransform

from gd_studio.gui.plots.clipping import Bounds


class ViewPixels(NamedTuple):
    """What of a plot its view shows, and the view's size in pixels."""

    left: float
    right: float
    bottom: float
    top: float
    width: float
    height: float

    def of(self, places: Any) -> Any:
        """Return pixels (n, 2) of places (n, 2); those far off may be infinite."""
        across = self.width / ((self.right - self.left) or 1.0)
        upwards = self.height / ((self.top - self.bottom) or 1.0)
        with np.errstate(all="ignore"):
            return (np.asarray(places, np.float64) - (self.left, self.top)) * (across, -upwards)

    def of_pairs(self, x: Any, y: Any) -> Any:
        """Return pixels (n, 2) of places x (n,) and y (n,), as `of` does of both as one array."""
        across = self.width / ((self.right - self.left) or 1.0)
        upwards = self.height / ((self.top - self.bottom) or 1.0)
        found = np.empty((len(x), 2))
        with np.errstate(all="ignore"):
            np.multiply(x - self.left, across, out=found[:, 0])
            np.multiply(y - self.top, -upwards, out=found[:, 1])
        return found

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel of one place; one far off may be infinite."""
        across = self.width / ((self.right - self.left) or 1.0)
        upwards = self.height / ((self.top - self.bottom) or 1.0)
        return (x - self.left) * across, (self.top - y) * upwards

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return the place at a pixel."""
        per_x, per_y = self.per_pixel
        return self.left + x * per_x, self.top - y * per_y

    @property
    def per_pixel(self) -> tuple[float, float]:
        """How much of the plot's own units a pixel is, across and upwards."""
        return (self.right - self.left) / self.width, (self.top - self.bottom) / self.height

    def to_units(self) -> QTransform:
        """Return what lets a painter in the plot's own units paint in pixels of the view."""
        per_x, per_y = self.per_pixel
        return QTransform(per_x, 0, 0, -per_y, self.left, self.top)

    def bounds(self) -> QRectF:
        """Return what the view shows, in the plot's own units."""
        return QRectF(self.left, self.bottom, self.right - self.left, self.top - self.bottom)

    def box(self, bounds: Bounds, beyond: float = 0.0) -> Bounds:
        """Return what can be seen of bounds (left, right, bottom, top): left, right, top, bottom.

        By `beyond` pixels more than the view holds.
        """
        (x, bottom), (x2, top) = self.of([[bounds[0], bounds[2]], [bounds[1], bounds[3]]]).tolist()
        return (
            max(x, -beyond),
            min(x2, self.width + beyond),
            max(top, -beyond),
            min(bottom, self.height + beyond),
        )


def pixels_of(view: Any) -> ViewPixels:
    """Return the pixels of a ViewBox as it is now."""
    # Not view.viewRange(), which copies it, nor width() and height(), which ask Qt twice each.
    (left, right), (bottom, top) = view.state["viewRange"]
    size = view.size()
    return ViewPixels(left, right, bottom, top, max(size.width(), 1.0), max(size.height(), 1.0))
