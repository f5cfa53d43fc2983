"""Colours between colours: maps of values to colours, and how well two tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QColor

from gd_studio.gui.theme import Theme


def surface_colors(count: int = 256) -> np.ndarray:
    """Return viridis as (count, 3) bytes: dark is low (better), bright is high (worse)."""
    from pyqtgraph import colormap  # only once a surface is drawn

    table: np.ndarray = colormap.get("viridis").getLookupTable(nPts=count, alpha=False)
    return table


def diverging_colors(theme: Theme, count: int = 256) -> np.ndarray:
    """Return crimson (negative) - white - teal (positive) as (count, 3) bytes."""
    return blend((theme.negative, theme.diverging_middle, theme.positive), count)


def region_colors(theme: Theme, count: int = 256) -> np.ndarray:
    """Return first class - undecided - second class as (count, 3) bytes, for decision regions."""
    stops = (theme.class_a_region, theme.boundary, theme.class_b_region)
    sharpness = np.linspace(-1, 1, count)
    place = np.sign(sharpness) * np.abs(sharpness) ** 0.5  # a narrow band of "undecided"
    return _interpolated(stops, (place + 1) / 2)


def blend(colors: Sequence[str], count: int = 256) -> np.ndarray:
    """Return `count` colours running evenly through the given ones, as bytes."""
    return _interpolated(colors, np.linspace(0, 1, count))


def contrast(text: str, background: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    low, high = sorted((_luminance(text), _luminance(background)))
    return (high + 0.05) / (low + 0.05)


def _interpolated(colors: Sequence[str], at: np.ndarray) -> np.ndarray:
    channels_of = [(c.red(), c.green(), c.blue()) for c in map(QColor, colors)]
    stops = np.array(channels_of, dtype=np.float64)
    where = np.linspace(0, 1, len(stops))
    channels = [np.interp(at, where, stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _luminance(color: str) -> float:
    parts = (part / 255 for part in (int(color[i : i + 2], 16) for i in (1, 3, 5)))
    linear = [p / 12.92 if p <= 0.04045 else math.pow((p + 0.055) / 1.055, 2.4) for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
