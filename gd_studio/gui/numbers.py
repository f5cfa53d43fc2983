"""How numbers are written on screen: few digits, a true minus sign, never a jumping width."""

from __future__ import annotations

import math


def short(value: float, digits: int = 4) -> str:
    """Write a number with some significant digits: 0.0123, −2.151, 1.2e+06."""
    if not math.isfinite(value):
        return "not finite" if math.isnan(value) else "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("-", "−")


def factor(value: float, digits: int = 4) -> str:
    """Write a number as it stands in a product: a negative one in brackets."""
    text = short(value, digits)
    return f"({text})" if value < 0 else text


def loss(value: float) -> str:
    """Write a loss: three decimals where that says something."""
    if not math.isfinite(value) or abs(value) >= 1000 or 0 < abs(value) < 0.0005:
        return short(value, 3)
    return f"{value:.3f}".replace("-", "−")


def percent(share: float, decimals: int = 1) -> str:
    """Write a share as per cent."""
    if not math.isfinite(share):
        return f"{short(share)} %"
    return f"{100 * share:.{decimals}f} %".replace("-", "−")


def counted(number: int, word: str) -> str:
    """Write a number of things: "1 row", "400 rows"."""
    return f"{number:,}".replace(",", " ") + f" {word}" + ("" if number == 1 else "s")
