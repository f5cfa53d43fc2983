"""Pens and colours of drawn things, all made from the theme's tokens."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from gd_studio.gui.theme import CLASS_SIGNS, CLASS_SYMBOLS, Theme

DASHES = {
    "dashed": [4.0, 3.0],
    "dotted": [1.5, 3.0],
    "long": [9.0, 3.0],
    "dash-dot": [6.0, 2.5, 1.5, 2.5],
}
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


def colour(theme: Theme, token: str, alpha: int = 255) -> QColor:
    """Return a token of the theme (or a colour's own #rrggbb), more or less see-through."""
    result = QColor(token if token.startswith("#") else str(getattr(theme, token)))
    result.setAlpha(alpha)
    return result


def pen(
    theme: Theme, token: str, width: float = 1, dash: str = "solid", alpha: int = 255
) -> QPen:
    """Return a pen that keeps its width at every zoom."""
    return pen_of(colour(theme, token, alpha), width, dash)


def pen_of(color: QColor, width: float = 1, dash: str = "solid") -> QPen:
    """Return a pen of any colour that keeps its width at every zoom."""
    # A copy: many are asked for at every step, and to make one takes three times as long.
    return QPen(_pen_of(color.rgba(), width, dash))


@lru_cache(maxsize=1000)
def _pen_of(rgba: int, width: float, dash: str) -> QPen:
    made = QPen(QColor.fromRgba(rgba), width)
    made.setCosmetic(True)
    if dash in DASHES:
        made.setDashPattern(DASHES[dash])
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


def class_colour(theme: Theme, code: int) -> QColor:
    """Return the colour of the class with this code."""
    return QColor(theme.classes[code % len(theme.classes)])


def symbol(code: int) -> str:
    """Return the point shape of the class with this code: colour is never its only sign."""
    return CLASS_SYMBOLS[code % len(CLASS_SYMBOLS)]


def shape_sign(code: int) -> str:
    """Return the character that looks like the point shape of a class."""
    return CLASS_SIGNS[code % len(CLASS_SIGNS)]


def rgb(color: QColor) -> tuple[int, int, int]:
    """Return a colour's red, green and blue."""
    return color.red(), color.green(), color.blue()


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """Return a colour that has this share (0 to 1) of the second one."""
    rest = 1 - share
    return QColor(
        round(first.red() * rest + second.red() * share),
        round(first.green() * rest + second.green() * share),
        round(first.blue() * rest + second.blue() * share),
    )
