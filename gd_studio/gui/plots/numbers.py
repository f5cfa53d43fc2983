"""How plots write numbers: a true minus, narrow spaces between thousands, no false digits."""

from __future__ import annotations

import math

from gd_studio.gui import numbers

MINUS = "\u2212"
NARROW_SPACE = "\u202f"


def fixed(value: float) -> str:
    """Write a loss or a score as every panel of the window does, so that all agree."""
    return numbers.loss(value)


def exact(value: float, digits: int = 5) -> str:
    """Write a value with so many significant digits, as a hover text needs it."""
    if not math.isfinite(value):
        return _not_finite(value)
    if value == int(value) and abs(value) < 1e7:
        return whole(int(value))
    return _short_power(f"{value:.{digits}g}")


def whole(value: int) -> str:
    """Write a count or a step, such as 12 000."""
    return f"{value:,}".replace(",", NARROW_SPACE).replace("-", MINUS)


def at_spacing(value: float, spacing: float) -> str:
    """Write an axis value with the decimals that its distance to the next one needs."""
    if not (math.isfinite(value) and spacing > 0):
        return _not_finite(value) if not math.isfinite(value) else exact(value)
    if abs(value) >= 1e6 or 0 < abs(value) < 1e-4 <= spacing * 1e4 or spacing < 1e-4:
        return "0" if abs(value) < spacing * 1e-6 else _short_power(f"{value:.3g}")
    decimals = next(d for d in range(12) if abs(spacing - round(spacing, d)) < spacing * 1e-6)
    text = f"{value:,.{decimals}f}".replace(",", NARROW_SPACE)
    if float(text.replace(NARROW_SPACE, "")) == 0:
        return "0"
    return text.replace("-", MINUS)


def _short_power(text: str) -> str:
    number, mark, power = text.partition("e")
    return (f"{number}e{int(power)}" if mark else number).replace("-", MINUS)


def _not_finite(value: float) -> str:
    return "not a number" if math.isnan(value) else f"{MINUS if value < 0 else ''}infinite"
