"""A camera that walks around a box: orthographic projection, with nothing but numpy.

The box holds a loss surface: u and v from -1 to 1 on its floor, heights from 0 to `HEIGHT`. Seen
without perspective, equal losses stay equally high wherever they lie.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.float64]]

HEIGHT = 1.1
LOWEST, HIGHEST = 5.0, 90.0
LEAST_ZOOM, MOST_ZOOM = 0.5, 8.0
RADIUS = math.sqrt(2)  # of the floor's corners


@dataclass(frozen=True)
class Camera:
    """Where it stands: `azimuth` around the box and `elevation` above the floor, in degrees."""

    azimuth: float = 35.0
    elevation: float = 30.0
    zoom: float = 1.0

    def turned(self, around: float, upwards: float) -> Camera:
        """Return the camera moved by degrees around the box and upwards, never below the floor."""
        elevation = min(max(self.elevation + upwards, LOWEST), HIGHEST)
        return replace(self, azimuth=(self.azimuth + around) % 360, elevation=elevation)

    def zoomed(self, factor: float) -> Camera:
        """Return the camera with everything larger by a factor, within limits."""
        return replace(self, zoom=min(max(self.zoom * factor, LEAST_ZOOM), MOST_ZOOM))

    def project(self, points: Numbers) -> Numbers:
        """Return (across, upwards, away) of points (..., 3) = (u, v, height), same shape.

        Things further away have a larger third number. The middle of the box is at (0, 0, 0).
        """
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        u, v, height = points[..., 0], points[..., 1], points[..., 2] - HEIGHT / 2
        away = u * math.sin(a) + v * math.cos(a)
        return np.stack(
            [
                u * math.cos(a) - v * math.sin(a),
                height * math.cos(e) + away * math.sin(e),
                away * math.cos(e) - height * math.sin(e),
            ],
            axis=-1,
        )

    def scale(self, width: float, height: float) -> float:
        """Return how many pixels a unit takes, so that the box fits whichever way it is turned."""
        e = math.radians(self.elevation)
        tall = 2 * RADIUS * math.sin(e) + HEIGHT * math.cos(e)
        return max(min(width / (2 * RADIUS), height / tall), 1e-6) * self.zoom

    @property
    def near(self) -> tuple[float, float]:
        """The signs of u and v at the corner of the floor that is nearest."""
        a = math.radians(self.azimuth)
        return (-1.0 if math.sin(a) >= 0 else 1.0, -1.0 if math.cos(a) >= 0 else 1.0)

    def towards(self) -> tuple[float, float, float]:
        """Return the way (u, v, height) from a point towards the eye, a unit of floor long."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        return -math.sin(a), -math.cos(a), math.tan(min(e, math.radians(89.9)))
