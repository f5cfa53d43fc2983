"""A loss surface as a mesh of quads in the camera's box, thinned to what can be drawn quickly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from gd_studio.experiment.surface import Surface
from gd_studio.gui.plots.camera import HEIGHT, Camera, Numbers
from gd_studio.gui.plots.relief import Relief, relief_of

HeightKind = Literal["linear", "whole", "log"]
MOST_LINES = 51  # grid lines each way of a drawing for export, and of what the mouse finds
PERCENTILE = 92  # of the losses, above which a linear height is cut: a rim would flatten the rest
STEPS_TO_EYE = 48
CLEARANCE = 0.012  # of the box, by which the surface must stand higher to hide something


@dataclass(frozen=True)
class HeightScale:
    """What height a loss has: from `low` at the floor to `high` at the top of the box.

    `cut` is the highest loss where that is more than `high`; `refused`: a logarithm was asked for
    but there are losses at or below 0.
    """

    low: float
    high: float
    log: bool
    cut: float | None = None
    refused: bool = False

    def share(self, losses: Any) -> Numbers:
        """Return heights of losses as shares of the box, 0 to 1; NaN where there is no loss."""
        losses = np.asarray(losses, np.float64)
        with np.errstate(all="ignore"):
            if self.log:
                found = np.log(losses / self.low) / np.log(self.high / self.low)
            else:
                found = (losses - self.low) / (self.high - self.low)
        found = np.where(losses == np.inf, 1.0, found)
        result: Numbers = np.where(np.isnan(found), np.nan, np.clip(found, 0.0, 1.0))
        return result


@dataclass(frozen=True, eq=False)
class Mesh:
    """Points (rows · columns, 3) in the box, and quads (n, 4) of their indices.

    `shares` (n,) is the height of each quad's middle, `losses` (rows, columns) are those of the
    points, at `u` (columns,) and `v` (rows,). `heights` are those of all points of the surface,
    which the picture on the screen is made of; `missing` of the mesh's points have no loss.
    """

    points: Numbers
    quads: np.ndarray[Any, np.dtype[np.intp]]
    shares: Numbers
    losses: Numbers
    u: Numbers
    v: Numbers
    scale: HeightScale
    heights: Numbers
    missing: int

    @cached_property
    def relief(self) -> Relief:
        """What the picture on the screen is made of."""
        return relief_of(self.heights)

    def place(self, uv: Any, losses: Any) -> Numbers:
        """Return points (n, 3) in the box for coordinates (n, 2) and losses (n,).

        NaN where a point lies beyond the map.
        """
        uv = np.asarray(uv, np.float64)
        low = np.array([self.u[0], self.v[0]])
        high = np.array([self.u[-1], self.v[-1]])
        floor = 2 * (uv - low) / (high - low) - 1
        inside = (np.abs(floor) <= 1 + 1e-9).all(axis=1)
        heights = HEIGHT * self.scale.share(losses)
        placed = np.column_stack([floor, heights])
        placed[~inside] = np.nan
        return placed

    def facing(self, camera: Camera) -> Numbers:
        """Return how much each quad (n,) faces the light, 0 to 1: over the eye's left shoulder."""
        corners = self.points[self.quads]
        normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
        lengths = np.sqrt((normals * normals).sum(axis=1))
        du, dv, _ = camera.towards()
        light = np.array([0.5 * du - 0.4 * dv, 0.5 * dv + 0.4 * du, 1.0])
        found: Numbers = np.abs(normals @ light) / (lengths * np.linalg.norm(light))
        return found

    def hidden(self, points: Numbers, camera: Camera) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which points (n, 3) the surface stands in front of, by walking to the eye."""
        du, dv, rise = camera.towards()
        reach = np.linspace(0, 2, STEPS_TO_EYE + 1)[1:]
        u = points[:, 0, None] + reach * du
        v = points[:, 1, None] + reach * dv
        height = points[:, 2, None] + reach * rise
        rows, columns = self.losses.shape
        with np.errstate(invalid="ignore"):
            inside = (np.abs(u) <= 1) & (np.abs(v) <= 1)
            column = np.where(inside, (u + 1) / 2 * (columns - 1), 0)
            row = np.where(inside, (v + 1) / 2 * (rows - 1), 0)
            surface = _between(self.points[:, 2].reshape(rows, columns), row, column)
            over = inside & (surface > height + CLEARANCE * HEIGHT)
        return np.asarray(over.any(axis=1))


def mesh_of(surface: Surface, kind: HeightKind) -> Mesh:
    """Return a surface as a mesh of at most 51 × 51 points, evenly chosen of its own."""
    rows, columns = (_lines(n) for n in surface.values.shape)
    losses = np.asarray(surface.values, np.float64)[np.ix_(rows, columns)]
    scale = height_scale(surface, kind)
    heights = HEIGHT * scale.share(losses)
    aa, bb = np.meshgrid(*(_floor(at) for at in (surface.u[columns], surface.v[rows])))
    points = np.stack([aa, bb, heights], axis=-1).reshape(-1, 3)
    quads = _quads(len(rows), len(columns))
    corners = points[quads, 2]
    whole = ~np.isnan(corners).any(axis=1)
    return Mesh(
        points,
        quads[whole],
        corners[whole].mean(axis=1) / HEIGHT,
        losses,
        np.asarray(surface.u, np.float64)[columns],
        np.asarray(surface.v, np.float64)[rows],
        scale,
        HEIGHT * scale.share(surface.values),
        int(np.isnan(heights).sum()),
    )


def height_scale(surface: Surface, kind: HeightKind) -> HeightScale:
    """Return the scale of heights; a linear one is cut, but never start and present point."""
    finite = surface.values[np.isfinite(surface.values)].astype(np.float64)
    marks = [m for point in (surface.start, surface.now) for m in (point.map, point.true)]
    known = [m for m in marks if np.isfinite(m)]
    if not finite.size:
        return HeightScale(0.0, 1.0, False)
    low = min(float(finite.min()), *known) if known else float(finite.min())
    highest = max(float(finite.max()), *known) if known else float(finite.max())
    if kind == "log" and low > 0:
        return HeightScale(low, _above(low, highest), True)
    if kind == "whole":
        return HeightScale(low, _above(low, highest), False)
    high = max([float(np.percentile(finite, PERCENTILE)), *known])
    high = _above(low, high)
    cut = highest if highest > high * (1 + 1e-9) else None
    return HeightScale(low, high, False, cut, refused=kind == "log")


def _above(low: float, high: float) -> float:
    return high if high > low else low + max(abs(low), 1.0) * 1e-6


def _between(grid: Numbers, row: Numbers, column: Numbers) -> Numbers:
    """Return values between the four nearest of a grid, at fractional rows and columns."""
    i = np.clip(row.astype(int), 0, grid.shape[0] - 2)
    j = np.clip(column.astype(int), 0, grid.shape[1] - 2)
    a, b = row - i, column - j
    lower = (1 - b) * grid[i, j] + b * grid[i, j + 1]
    upper = (1 - b) * grid[i + 1, j] + b * grid[i + 1, j + 1]
    result: Numbers = (1 - a) * lower + a * upper
    return result


def _lines(count: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    return np.linspace(0, count - 1, min(count, MOST_LINES)).round().astype(np.intp)


def _floor(at: Any) -> Numbers:
    at = np.asarray(at, np.float64)
    result: Numbers = 2 * (at - at[0]) / (at[-1] - at[0]) - 1
    return result


def _quads(rows: int, columns: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    first = np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)
    first = first.reshape(-1, 1)
    return np.asarray(first + np.array([0, 1, columns + 1, columns]), dtype=np.intp)
