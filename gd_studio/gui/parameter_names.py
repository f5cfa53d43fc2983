"""Parameters' names where there is little room: less of the layer, all of what it joins."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF

ELIDED = Qt.TextElideMode.ElideMiddle


def shorter_name(name: str) -> str:
    """Return the said name of a parameter with its layer in short.

    >>> shorter_name("hidden 1: body mass index → 5")
    'h1: body mass index → 5'
    """
    layer, colon, rest = name.partition(": ")
    short = layer.replace("hidden ", "h").replace("output", "out")
    return f"{short}{colon}{rest}" if colon else name


def fitting_name(name: str, room: float, metrics: QFontMetrics | QFontMetricsF) -> str:
    """Return a name; one too wide for so many pixels with less of its layer's, then in dots."""
    for whole in (name, shorter_name(name)):
        if metrics.horizontalAdvance(whole) <= room:
            return whole
    if isinstance(metrics, QFontMetrics):
        return metrics.elidedText(shorter_name(name), ELIDED, int(room))
    return metrics.elidedText(shorter_name(name), ELIDED, room)
