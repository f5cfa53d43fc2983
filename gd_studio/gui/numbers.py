"""How numbers are written on screen, in one place, so that all panels agree.

A true minus, narrow spaces between thousands, no false digits, never a jumping width.
"""

from __future__ import annotations

import math
import re

MINUS = "\u2212"
NARROW_SPACE = "\u202f"
# A negative number or one with a power of ten; a hyphen or an e within a word is none.
NUMBER_SAID = re.compile(r"(?<![\w.])(?:-\d+(?:\.\d+)?(?:e[+-]\d+)?|\d+(?:\.\d+)?e[+-]\d+)")


def fixed(value: float) -> str:
    """Write a loss or a score: three decimals, where they say something."""
    if not math.isfinite(value) or abs(value) >= 1000 or 0 < abs(value) < 0.0005:
        return exact(value, 3)
    return f"{value:.3f}".replace("-", MINUS)


def exact(value: float, digits: int = 5) -> str:
    """Write a value with so many significant digits: 0.0123, −2.1514, 1.2e7."""
    if not math.isfinite(value):
        return _not_finite(value)
    text = f"{value:.{digits}g}"
    if abs(value) < 1e7 and (value == int(value) or "e+" in text):
        return whole(round(value))
    return _short_power(text)


def brief(value: float) -> str:
    """Write a value with one or two digits in at most seven letters: −0.012, −1.2e6, −1e−16."""
    if math.isnan(value):
        return "NaN"
    if 0 < abs(value) < 0.001:
        return _short_power(f"{value:.1e}" if abs(value) > 1e-9 else f"{value:.0e}")
    if 1e5 <= abs(value) < math.inf:
        return _short_power(f"{value:.1e}" if abs(value) < 1e99 else f"{value:.0e}")
    return exact(value, 2)


def factor(value: float, digits: int = 4) -> str:
    """Write a number as it stands in a product: a negative one in brackets."""
    text = exact(value, digits)
    return f"({text})" if value < 0 else text


def percent(share: float, decimals: int = 1) -> str:
    """Write a share as per cent."""
    if not abs(share) < 1e4:
        return f"{exact(100 * share, 3)} %"
    return f"{100 * share:,.{decimals}f} %".replace(",", NARROW_SPACE).replace("-", MINUS)


def whole(value: int) -> str:
    """Write a count or a step, such as 12 000."""
    return f"{value:,}".replace(",", NARROW_SPACE).replace("-", MINUS)


def counted(number: int, word: str) -> str:
    """Write a number of things: "1 row", "400 rows"."""
    return f"{whole(number)} {word}" + ("" if number == 1 else "s")


def at_spacing(value: float, spacing: float) -> str:
    """Write an axis value with the decimals that its distance to the next one needs."""
    if not math.isfinite(value):
        return _not_finite(value)
    if spacing <= 0:
        return exact(value)
    # Three digits tell two values apart that are less than a thousand spacings large.
    is_fine = spacing < 1e-4 and (abs(value) < 1000 * spacing or spacing < 1e-11)
    if abs(value) >= 1e6 or 0 < abs(value) < 1e-4 <= spacing * 1e4 or is_fine:
        return "0" if abs(value) < spacing * 1e-6 else _short_power(f"{value:.3g}")
    decimals = next(d for d in range(12) if abs(spacing - round(spacing, d)) < spacing * 1e-6)
    text = f"{value:,.{decimals}f}".replace(",", NARROW_SPACE)
    if float(text.replace(NARROW_SPACE, "")) == 0:
        return "0"
    return text.replace("-", MINUS)


def typeset(sentence: str) -> str:
    """Write the numbers in a sentence of the library as the window does: −1.1e150, not -1.1e+150.

    >>> typeset("It grew 1.8e+03-fold from -3e-05, in step 12.")
    'It grew 1\u202f800-fold from −3e−5, in step 12.'
    """
    return NUMBER_SAID.sub(_typeset, sentence)


def _typeset(found: re.Match[str]) -> str:
    text = found[0]
    digits = sum(letter.isdigit() for letter in text.partition("e")[0])
    return exact(float(text), digits) if "e" in text else text.replace("-", MINUS)


def _short_power(text: str) -> str:
    number, mark, power = text.partition("e")
    return (f"{number}e{int(power)}" if mark else number).replace("-", MINUS)


def _not_finite(value: float) -> str:
    return "not a number" if math.isnan(value) else f"{MINUS if value < 0 else ''}∞"
