"""A surface in the camera's box as a picture: each column of pixels is filled from near to far.

What rises above everything nearer, or dips below it, is seen; all else is hidden. So no piece is
painted twice, and all columns are found at once. (Wright 1973, "A two-space solution to the hidden
line problem for plotting functions of two variables".)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from gd_studio.gui.colour_maps import surface_colors
from gd_studio.gui.plots.camera import HEIGHT, RADIUS, Camera

FINENESS = 320  # pieces each way, about as many as a plot has pixels
LIT = 2  # pieces each way that share their light
COLORS, LIGHTS = 256, 32
DARKEST = 0.72  # of a colour's brightness, where the surface turns away from the light
MOST_DEPTHS = 480  # samples of a column, from near to far


class Window(NamedTuple):
    """A picture of so many pixels; the middle of the box is at (x, y), a unit `scale` pixels."""

    width: int
    height: int
    x: float
    y: float
    scale: float


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights (n, n) in the box, v upwards and u across, NaN in holes, and their colours (n, n).

    `normals` (3, m, m) stand on every second place.
    """

    heights: Any
    normals: Any
    colors: Any

    def picture(self, camera: Camera, window: Window) -> Any:
        """Return what is seen as 0xAARRGGBB (height, width), 0 where nothing is."""
        seen = np.zeros((window.width, window.height), np.uint32)
        depths = _depths(camera, window)
        if len(depths):
            places, rises = self._columns(camera, window, depths)
            colors = self._shades(camera).ravel()
            _fill(seen, places, rises, colors)
        return np.ascontiguousarray(seen.T[::-1])

    def _columns(self, camera: Camera, window: Window, depths: Any) -> tuple[Any, Any]:
        """Return (width, depths) places in the heights, and pixels from below; NaN beyond."""
        a, e = math.radians(camera.azimuth), math.radians(camera.elevation)
        across = ((np.arange(window.width) + 0.5 - window.x) / window.scale).astype(np.float32)
        count = len(self.heights)
        half = np.float32((count - 1) / 2)
        column = _line(across, math.cos(a), depths, math.sin(a), half)
        row = _line(across, -math.sin(a), depths, math.cos(a), half)
        beyond = (column < 0) | (column >= count) | (row < 0) | (row >= count)
        column[beyond] = row[beyond] = 0
        places = row.astype(np.int32) * np.int32(count) + column.astype(np.int32)
        rises = self.heights.ravel().take(places)
        rises *= np.float32(window.scale * math.cos(e))
        floor = window.height - window.y - window.scale * HEIGHT / 2 * math.cos(e)
        rises += (floor + window.scale * math.sin(e) * depths).astype(np.float32)
        rises[beyond] = np.nan
        return places, rises

    def _shades(self, camera: Camera) -> Any:
        """Return the place (n, n) in the palette: of the height's colour, away from the light."""
        (across, upwards, up), (x, y, z) = self.normals, _light(camera)
        facing = np.abs(x * across + y * upwards + z * up)
        level = (facing * np.float32(LIGHTS - 1) + np.float32(0.5)).astype(np.uint16) * COLORS
        count = len(self.heights)
        return level.repeat(LIT, 0)[:count].repeat(LIT, 1)[:, :count] + self.colors


def relief_of(heights: Any) -> Relief:
    """Return heights (rows, columns) of the box, NaN in holes, made as fine as a picture needs."""
    fine = _finer(_finer(np.asarray(heights, np.float32)).T).T
    lit = np.nan_to_num(fine[::LIT, ::LIT])
    along_v, along_u = np.gradient(lit, np.float32(2 * LIT / FINENESS))
    normals = np.stack([-along_u, -along_v, np.ones_like(lit)])
    normals /= np.sqrt((normals * normals).sum(axis=0))
    colors = np.nan_to_num(fine / np.float32(HEIGHT)) * np.float32(COLORS - 1)
    return Relief(np.ascontiguousarray(fine), normals, colors.astype(np.uint16))


def _finer(table: Any) -> Any:
    """Return a table with FINENESS + 1 rows between which the old ones lie evenly."""
    at = np.linspace(0, len(table) - 1, FINENESS + 1)
    low = np.minimum(at.astype(int), len(table) - 2)
    share = (at - low).astype(np.float32)[:, None]
    # Where a row is met exactly the next one says nothing: it may be a hole.
    above = np.where(share > 0, table[low + 1], 0)
    return np.where(share < 1, (1 - share) * table[low], 0) + share * above


def _light(camera: Camera) -> Any:
    """Return the way to the light (3,): over the eye's left shoulder."""
    du, dv, _ = camera.towards()
    light = np.array([0.5 * du - 0.4 * dv, 0.5 * dv + 0.4 * du, 1.0], np.float32)
    return light / np.linalg.norm(light)


def _depths(camera: Camera, window: Window) -> Any:
    """Return how far away (n,) columns are looked at, the nearest first: a pixel each, or less."""
    e = math.radians(camera.elevation)
    tall = HEIGHT / 2 * math.cos(e)
    low = (-(window.height - window.y) / window.scale - tall) / math.sin(e)
    high = (window.y / window.scale + tall) / math.sin(e)
    low, high = max(low, -RADIUS), min(high, RADIUS)
    if high <= low:
        return np.empty(0, np.float32)
    pixels = (high - low) * window.scale
    return np.linspace(low, high, min(max(int(pixels), 16), MOST_DEPTHS), dtype=np.float32)


def _line(across: Any, by: float, depths: Any, along: float, half: Any) -> Any:
    """Return the nearest row or column (width, depths) of the heights, before it is cut off."""
    start = half + np.float32(0.5)
    return (across * (half * np.float32(by)))[:, None] + (
        depths * (half * np.float32(along)) + start
    )


def _fill(seen: Any, places: Any, rises: Any, colors: Any) -> None:
    """Fill columns (width, height), counted from below, with what rises or dips beyond the near."""
    hole = np.isnan(rises)
    level = np.clip(np.where(hole, 0, rises) + 0.5, 0, seen.shape[1]).astype(np.int32)
    first = np.argmin(hole, axis=1)
    edge = level[np.arange(len(level)), first]
    # A hole reaches no farther than the near edge, and hides nothing.
    level = np.where(hole, edge[:, None], level)
    # What comes right behind a hole is beyond it: nothing fills the pixels up to there.
    solid = np.ones(hole.shape, np.uint32)
    solid[:, 1:][hole[:, :-1] & ~hole[:, 1:]] = 0
    for sign, reach in ((1, np.maximum.accumulate), (-1, np.minimum.accumulate)):
        ends = sign * reach(level, axis=1)
        counts = np.diff(ends, axis=1, prepend=sign * edge[:, None])
        _paint(seen, edge, sign, counts, places, solid, colors)


def _paint(
    seen: Any, edge: Any, sign: int, counts: Any, places: Any, solid: Any, colors: Any
) -> None:
    """Paint so many pixels (width, depths) in turn, up or down from an edge (width,)."""
    steps = np.flatnonzero(counts != 0)
    drawn = counts.ravel()[steps]
    whole = counts.sum(axis=1)
    column = np.repeat(np.arange(len(seen)), whole)
    within = np.arange(len(column)) - np.repeat(np.cumsum(whole) - whole, whole)
    row = edge[column] + within if sign > 0 else edge[column] - 1 - within
    color = _palette()[colors[places.ravel()[steps]]] * solid.ravel()[steps]
    seen[column, row] = np.repeat(color, drawn)


@cache
def _palette() -> Any:
    """Return all colours at each light (LIGHTS · COLORS,) as 0xAARRGGBB, darkest light first."""
    colors = surface_colors(COLORS).astype(float)
    lights = np.linspace(DARKEST, 1.0, LIGHTS)
    red, green, blue = np.rint(lights[:, None, None] * colors).astype(np.uint32).transpose(2, 0, 1)
    table: Any = 0xFF000000 | red << 16 | green << 8 | blue
    return table.ravel()
