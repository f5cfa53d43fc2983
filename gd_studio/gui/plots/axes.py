"""Axes of our own making: few labels, kept inside the frame, so that none is ever cut off.

A *time* axis has round numbers, the last one with its unit; a *space* axis has its two ends and
its name between them, under them where there is no room, or in a low plot in place of them. Where
labels would touch, the inner ones give way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from gd_studio.data.cells import date_word
from gd_studio.gui.numbers import at_spacing, exact

EPOCH = date(1970, 1, 1).toordinal()
MOST_TRIED = 12
LOG_FLOOR = 1e-300
BESIDE_NAME = 14  # pixels from the name of an axis to the end on either side
USUAL_END = "−0.0"  # no end is taken to be narrower: the name would go up and down with a digit
KEEP = 16  # pixels more than needed, at which a name comes back between the ends
LOW = 6  # lines of text that a plot must be high to have a line for the name alone

NamePlace = Literal["between", "under", "instead"]


class Label(NamedTuple):
    """A text beside an axis; `at` is the axis value at which its middle stands."""

    at: float
    text: str


@dataclass(frozen=True)
class Scale:
    """How an axis is written: its name (`short`: in a small place), its unit, and its style.

    `shortest` is for where `short` has no room either.

    `within`: the values there can be; the ends written are not beyond them, if some are in sight.
    """

    name: str = ""
    unit: str = ""
    log: bool = False
    ends: bool = False
    whole: bool = False
    hidden: bool = False
    dates: bool = False
    short: str = ""
    shortest: str = ""
    within: tuple[float, float] = (-math.inf, math.inf)


def round_values(low: float, high: float, count: int) -> tuple[list[float], float]:
    """Return at most about `count` round values within [low, high], and their spacing."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [], 1.0
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    spacing = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first = math.ceil(low / spacing - 1e-6)
    last = math.floor(high / spacing + 1e-6)
    return [i * spacing for i in range(first, last + 1)], spacing


ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10)
FEWER = (1, 2, 3, 5, 7.5, 10)


def round_up(value: float, racing: bool = False) -> float:
    """Return the next round number at or above a positive value: 1, 1.5, 2, 2.5, 3, 4, 5 ...

    While racing there are fewer of them, so that an axis changes half as often.
    """
    if not (math.isfinite(value) and value > 0):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    steps = FEWER if racing else ROUND
    return next(power * m for m in steps if power * m >= value * (1 - 1e-9))


def marks(low: float, high: float, count: int, scale: Scale) -> list[Label]:
    """Return about `count` values to be written beside an axis, in rising order."""
    if scale.hidden:
        return []
    if scale.ends and max(low, scale.within[0]) < min(high, scale.within[1]):
        low, high = max(low, scale.within[0]), min(high, scale.within[1])
    if scale.ends and scale.dates:
        return [Label(low, day(low)), Label(high, day(high))]
    if scale.ends:
        spacing = 10.0 ** math.floor(math.log10(max(high - low, LOG_FLOOR) / 20))
        spacing = max(spacing, 1.0) if scale.whole else spacing
        return [Label(low, at_spacing(low, spacing)), Label(high, at_spacing(high, spacing))]
    if scale.log:
        return _powers(low, high, count)
    values, spacing = round_values(low, high, count)
    while len(values) < 2 and count < MOST_TRIED and not scale.whole:
        # A single number, most often 0, says nothing about how large the others are.
        count += 1
        values, spacing = round_values(low, high, count)
    if scale.whole and spacing < 1:
        values, spacing = round_values(low, high, max(1, int(high - low)))
        values = [v for v in values if v == int(v)]
    return [Label(v, at_spacing(v, spacing)) for v in values]


def day(number: float) -> str:
    """Write days since 1970 as a date; a day outside of the calendar stays a number."""
    if math.isfinite(number) and date.min.toordinal() <= number + EPOCH <= date.max.toordinal():
        return date_word(number)
    return exact(number, 4)


def _powers(low: float, high: float, count: int) -> list[Label]:
    """Return powers of ten; `low` and `high` are logarithms to base ten."""
    values, spacing = round_values(low, high, count)
    if spacing >= 1:
        return [Label(v, _power(v)) for v in values if v == int(v)]
    return [Label(v, f"{10.0**v:.2g}") for v in values]


def _power(exponent: float) -> str:
    return f"{10.0**exponent:g}" if -4 <= exponent < 5 else f"1e{int(exponent)}"


def along(
    low: float,
    high: float,
    pixels: float,
    scale: Scale,
    metrics: QFontMetricsF,
    place: NamePlace = "between",
) -> list[Label]:
    """Return the labels under a horizontal axis, moved inwards and thinned until none touch."""
    labels = marks(low, high, max(2, int(pixels / 90)), scale)
    if scale.unit and labels:
        labels[-1] = Label(labels[-1].at, f"{labels[-1].text} {scale.unit}")
    if place == "instead":
        return []
    if scale.ends and scale.name and len(labels) == 2 and place == "between":
        name = name_in(scale, pixels - _sides(labels, metrics), metrics)
        labels.insert(1, Label((low + high) / 2, name))
    return _inside(labels, low, high, pixels, metrics.horizontalAdvance, 10)


def name_place(
    low: float,
    high: float,
    pixels: float,
    lines: float,
    scale: Scale,
    metrics: QFontMetricsF,
    now: NamePlace = "between",
) -> NamePlace:
    """Return where the name of a horizontal axis stands, in a plot so many lines of text high.

    `now`: where it stands now; with a little room more or less it stays there.
    """
    labels = marks(low, high, 2, scale)
    if not (scale.ends and scale.name and len(labels) == 2):
        return "between"
    pixels -= 0 if now == "between" else KEEP
    sides = _sides(labels, metrics)
    usual = 2 * (metrics.horizontalAdvance(USUAL_END) + BESIDE_NAME)
    if metrics.horizontalAdvance(scale.name) <= pixels - max(sides, usual):
        return "between"
    if lines >= LOW:
        return "under"
    shortest = metrics.horizontalAdvance(scale.shortest or scale.short or scale.name)
    return "between" if shortest <= pixels - sides else "instead"


def name_in(scale: Scale, pixels: float, metrics: QFontMetricsF) -> str:
    """Return the name of an axis, or a shorter one, cut to so many pixels.

    A parameter, "h1: x → 3", is cut where it tells least.
    """
    names = [name for name in (scale.name, scale.short, scale.shortest) if name]
    for name in names:
        if metrics.horizontalAdvance(name) <= pixels:
            return name
    last = names[-1] if names else ""
    elide = Qt.TextElideMode.ElideMiddle if " → " in last else Qt.TextElideMode.ElideRight
    return metrics.elidedText(last, elide, max(pixels, 0))


def _sides(labels: Sequence[Label], metrics: QFontMetricsF) -> float:
    """Return the room that the two ends take from a name between them."""
    return sum(metrics.horizontalAdvance(label.text) + BESIDE_NAME for label in labels)


def beside(
    low: float, high: float, pixels: float, scale: Scale, metrics: QFontMetricsF
) -> list[Label]:
    """Return the labels left of a vertical axis; a short name stands between its two ends."""
    labels = marks(low, high, max(2, int(pixels / 55)), scale)
    if scale.ends and len(labels) == 2 and is_short(scale.name):
        labels.insert(1, Label((low + high) / 2, scale.name))
    height = metrics.height()
    return _inside(labels, low, high, pixels, lambda _: height, 2)


def is_short(name: str) -> bool:
    """Return whether a vertical axis' name can be written upright in the column of numbers."""
    return 0 < len(name) <= 4


def _inside(
    labels: Sequence[Label],
    low: float,
    high: float,
    pixels: float,
    extent: Callable[[str], float],
    gap: float,
) -> list[Label]:
    if not (labels and pixels > 0 and high > low):
        return []
    per_value = pixels / (high - low)
    placed = []
    for label in labels:
        half = extent(label.text) / 2
        middle = min(max((label.at - low) * per_value, half), max(pixels - half, half))
        placed.append((middle - half, middle + half, Label(low + middle / per_value, label.text)))
    kept = [placed[0]]
    for candidate in placed[1:-1]:
        if candidate[2].text and _is_clear(candidate, kept[-1], placed[-1], gap):
            kept.append(candidate)
    if len(placed) > 1 and placed[-1][0] >= kept[-1][1] + gap:
        kept.append(placed[-1])
    return [label for _, _, label in kept]


_Placed = tuple[float, float, Label]


def _is_clear(candidate: _Placed, before: _Placed, after: _Placed, gap: float) -> bool:
    return candidate[0] >= before[1] + gap and candidate[1] <= after[0] - gap
