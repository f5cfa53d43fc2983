"""The terms of a polynomial: products of inputs up to a degree, each scaled like an input."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.errors import SettingError

MOST_TERMS = 2000
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, eq=False)
class Terms:
    """Exponents (terms, features), and the mean and scale that each term is shifted by."""

    exponents: Integers
    mean: Array
    scale: Array

    def apply(self, x: Array) -> Array:
        """Return the scaled terms (rows, terms) of prepared rows (rows, features)."""
        return (self._products(x) - self.mean) / self.scale

    def names(self, features: tuple[str, ...]) -> tuple[str, ...]:
        """Return each term's name, such as "x²·y"."""
        return tuple(
            "·".join(
                name + (str(power).translate(_RAISED) if power > 1 else "")
                for name, power in zip(features, row, strict=True)
                if power
            )
            for row in self.exponents
        )

    def _products(self, x: Array) -> Array:
        result = np.ones((len(x), len(self.exponents)))
        for j, row in enumerate(self.exponents):
            for i in np.flatnonzero(row):
                result[:, j] *= x[:, i] ** row[i]
        return result


def learn_terms(x: Array, degree: int, scaled: bool) -> Terms:
    """Return the terms up to a degree, scaled by the training rows x (rows, features).

    Raises SettingError where there would be too many.
    """
    features = x.shape[1]
    count = comb(features + degree, degree) - 1
    if count > MOST_TERMS:
        raise SettingError(
            "model.degree",
            f"A polynomial of degree {degree} in {features} inputs has {count} terms, more than "
            f"{MOST_TERMS}; lower the degree or switch columns off.",
        )
    rows = []
    for total in range(1, degree + 1):
        for chosen in combinations_with_replacement(range(features), total):
            rows.append(np.bincount(chosen, minlength=features))
    exponents = np.array(rows, dtype=np.intp)
    plain = Terms(exponents, np.zeros(count), np.ones(count))
    if not scaled:
        return plain
    values = plain.apply(x)
    spread = values.std(axis=0)
    return Terms(exponents, values.mean(axis=0), np.where(spread > 0, spread, 1.0))
