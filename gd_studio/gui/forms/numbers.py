"""How a number is read from what was typed, written in an editor, and stepped by its arrows."""

from __future__ import annotations

import math
import re

from gd_studio.settings import Setting

Number = int | float

# Steps on a logarithmic scale go through these: fine enough for a learning rate.
_MANTISSAS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)


def written(value: Number) -> str:
    """Write a number in as few characters as hold its value: 0.1, 1500, 1e-8.

    >>> written(0.1), written(2.0), written(1e-08)
    ('0.1', '2', '1e-8')
    """
    if isinstance(value, int):
        return str(value)
    text = repr(float(value)).removesuffix(".0")
    return re.sub(r"e([+-])0*(\d)", lambda m: f"e{'-' if m[1] == '-' else ''}{m[2]}", text)


def read(text: str, whole: bool) -> Number:
    """Read a typed number: `1e-3`, `0,1`, `1 500` and `−2` are understood. ValueError if not."""
    bare = re.sub(r"[\s'_\u2009\u202f]", "", text).replace("−", "-")
    if whole and re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", bare):
        bare = bare.replace(",", "")
    value = float(bare.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError("not finite")
    if not whole:
        return value
    if value != int(value):
        raise ValueError("not whole")
    return int(bare) if re.fullmatch(r"[+-]?\d+", bare) else int(value)


def written_weights(value: object) -> str:
    """Write class weights as on screen: a word, or `1 · 4`."""
    if isinstance(value, list | tuple):
        return " · ".join(written(number) for number in value)
    return str(value)


def read_weights(text: str) -> str | list[float]:
    """Read class weights typed in any usual way; ValueError holds the sentence to show."""
    words = [word for word in re.split(r"[\s;·×|]+|,\s+", text.strip(" ()[]")) if word]
    if [word.lower() for word in words] in ([], ["none"], ["balanced"]):
        return words[0].lower() if words else "none"
    try:
        numbers = [float(read(word, whole=False)) for word in words]
    except ValueError:
        numbers = [0.0]
    if min(numbers) <= 0:
        raise ValueError(
            "Class weights are none, balanced, or a number above 0 for each class such as 1 · 4."
        )
    return numbers


def inside(value: Number, setting: Setting) -> bool:
    """Say whether a value keeps a setting's bounds."""
    low, high = setting.minimum, setting.maximum
    above = low is None or value > low or (value == low and not setting.open_minimum)
    below = high is None or value < high or (value == high and not setting.open_maximum)
    return above and below


def stepped(value: Number, steps: int, setting: Setting, factor: float = 1.0) -> Number:
    """Return the value some arrow presses away, kept within the setting's bounds.

    Whole numbers and shares go by one or by a round part of themselves; a logarithmic
    scale goes 1, 1.5, 2, 3, 5, 7, 10. `factor`: what is shown is the value times this.
    """
    whole = setting.editor in WHOLE
    new = float(value) * factor
    for _ in range(abs(steps)):
        new = _log_step(new, steps, whole) if setting.scale == "log" else _step(new, steps, whole)
    new = _rounded(new / factor)
    if not inside(new, setting):
        edge = setting.minimum if steps < 0 else setting.maximum
        is_open = setting.open_minimum if steps < 0 else setting.open_maximum
        if edge is None or is_open:
            return value
        new = edge
    return int(new) if whole else new


WHOLE = ("integer", "seed", "batch")


def _step(value: float, direction: int, whole: bool) -> float:
    size = math.floor(math.log10(abs(value))) - 1 if value else -1
    unit = 10.0 ** max(min(size, 6), 0 if whole else -2)
    sign = 1 if direction > 0 else -1
    # A value between two round ones goes to the next round one first.
    place = value / unit
    on_place = abs(place - round(place)) < 1e-9
    base = round(place) if on_place else (math.floor(place) if sign > 0 else math.ceil(place))
    return _rounded((base + sign) * unit)


def _log_step(value: float, direction: int, whole: bool) -> float:
    if value <= 0:
        return (1.0 if whole else 1e-4) if direction > 0 else value
    power = math.floor(math.log10(value))
    ladder = [m * 10.0**p for p in (power - 1, power, power + 1) for m in _MANTISSAS]
    if whole:
        ladder = sorted({float(round(rung)) for rung in ladder})
    near = value * 1e-9
    if direction > 0:
        return next(rung for rung in ladder if rung > value + near)
    return next((rung for rung in reversed(ladder) if rung < value - near), value)


def _rounded(value: float) -> float:
    return float(f"{value:.10g}")
