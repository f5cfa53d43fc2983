"""Parameters' names where there is little room: less of the layer, all of what it joins.

The rule: a name is written whole, "hidden 1: x → 3". Where one of a table or of a plot's lines has
no room, all of that table or plot have their layer in short, "h1: x → 3"; what then has still no
room gets dots in its middle. Tooltips, texts for screen readers and exports always have it whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF

ELIDED = Qt.TextElideMode.ElideMiddle


@lru_cache(maxsize=1000)
def shorter_name(name: str) -> str:
    """Return the said name of a parameter, neuron or layer with its layer in short.

    >>> shorter_name("hidden 1: body mass index → 5"), shorter_name("output: 2 → ŷ")
    ('h1: body mass index → 5', 'out: 2 → ŷ')
    """
    return re.sub(r"^output(?=: )", "out", re.sub(r"^hidden (?=\d+(: |$))", "h", name))


def have_room(names: Iterable[str], room: float, metrics: QFontMetrics | QFontMetricsF) -> bool:
    """Return whether all names can be written whole, each in so many pixels."""
    return all(metrics.horizontalAdvance(name) <= room for name in names)


def fitting_name(
    name: str, room: float, metrics: QFontMetrics | QFontMetricsF, short: bool = False
) -> str:
    """Return a name as it fits into so many pixels; `short`: one beside it has no room whole."""
    forms = (shorter_name(name),) if short else (name, shorter_name(name))
    for form in forms:
        if metrics.horizontalAdvance(form) <= room:
            return form
    if isinstance(metrics, QFontMetrics):
        return metrics.elidedText(forms[-1], ELIDED, int(room))
    return metrics.elidedText(forms[-1], ELIDED, room)
