"""Made-up data whose rule is known: the first things a learner fits.

Each kind draws its points from (seed, kind) alone, so the same settings give the same rows
everywhere. Points come in shuffled order.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np

from gd_studio.data.dataset import Column, Dataset, Floats, Integers, words
from gd_studio.data.randomness import generator
from gd_studio.settings import Choice, described, kind_of

Seed = Annotated[
    int,
    described("Seed", "Another seed draws other points by the same rule.", ge=0, le=2**32 - 1),
]


class Generated(Choice, frozen=True):
    """What all made-up data has: how many points, how far they stray, and which draw."""

    samples: Annotated[
        int,
        described(
            "Samples",
            "How many rows are drawn; few rows with much noise are easy to learn by heart.",
            ge=4,
            le=1_000_000,
            scale="log",
        ),
    ] = 200
    noise: Annotated[
        float,
        described(
            "Noise",
            "How far points stray from the rule (standard deviation); no model can guess it.",
            ge=0,
            le=10,
            own=True,
        ),
    ] = 0.1
    seed: Seed = 0

    def load(self, folder: Path | None = None) -> Dataset:
        """Draw the rows; `folder` is of use to files only."""
        return self.draw(generator(self.seed, f"data {kind_of(self)}"))

    def draw(self, rng: np.random.Generator) -> Dataset:
        """Return the data set for one stream of random numbers."""
        raise NotImplementedError

    def _curve(self, names: Sequence[str], x: Floats, y: Floats) -> Dataset:
        inputs = tuple(Column(n, "number", x[:, i].copy()) for i, n in enumerate(names))
        target = Column("y", "number", y)
        return Dataset(self.title, inputs, target, "regression", source=SYNTHETIC)

    def _classes(self, rng: np.random.Generator, points: Floats, codes: Integers) -> Dataset:
        order = rng.permutation(len(points))
        names = tuple(f"class {code}" for code in range(int(codes.max()) + 1))
        inputs = tuple(Column(n, "number", points[order, i]) for i, n in enumerate("xy"))
        target = Column("class", "category", words(names[c] for c in codes[order]))
        return Dataset(self.title, inputs, target, "classification", names, source=SYNTHETIC)

    def _shares(self, parts: int) -> list[int]:
        """Split the samples as evenly as can be."""
        return [len(part) for part in np.array_split(np.arange(self.samples), parts)]


SYNTHETIC = "synthetic: drawn by GD Studio from the rule and the seed"


class Line(Generated, frozen=True, tag="line"):
    """y = slope * x + intercept + noise."""

    title: ClassVar[str] = "Line"
    samples: Annotated[
        int, described("Samples", "How many points.", ge=4, le=1_000_000, scale="log")
    ] = 100
    slope: Annotated[
        float,
        described(
            "Slope", "How much y rises when x rises by one: the weight to be found.", own=True
        ),
    ] = 2.0
    intercept: Annotated[
        float,
        described("Intercept", "The value of y where x is 0: the bias to be found.", own=True),
    ] = 1.0

    def draw(self, rng: np.random.Generator) -> Dataset:
        x = rng.uniform(-1, 1, (self.samples, 1))
        stray = self.noise * rng.standard_normal(self.samples)
        return self._curve(["x"], x, self.slope * x[:, 0] + self.intercept + stray)


class Sine(Generated, frozen=True, tag="sine"):
    """y = sin(pi * periods * x) + noise on -1..1."""

    title: ClassVar[str] = "Sine"
    periods: Annotated[
        float,
        described(
            "Periods",
            "How many waves there are; more need a wider or deeper model.",
            gt=0,
            le=20,
            own=True,
        ),
    ] = 1.0

    def draw(self, rng: np.random.Generator) -> Dataset:
        x = rng.uniform(-1, 1, (self.samples, 1))
        stray = self.noise * rng.standard_normal(self.samples)
        return self._curve(["x"], x, np.sin(np.pi * self.periods * x[:, 0]) + stray)


class Plane(Generated, frozen=True, tag="plane"):
    """y = slope1 * x1 + slope2 * x2 + intercept + noise."""

    title: ClassVar[str] = "Plane"
    slope1: Annotated[float, described("Slope of x1", "How much y rises with x1.", own=True)] = 1.5
    slope2: Annotated[float, described("Slope of x2", "How much y rises with x2.", own=True)] = -0.8
    intercept: Annotated[
        float, described("Intercept", "The value of y where both inputs are 0.", own=True)
    ] = 0.5

    def draw(self, rng: np.random.Generator) -> Dataset:
        x = rng.uniform(-1, 1, (self.samples, 2))
        stray = self.noise * rng.standard_normal(self.samples)
        y = self.slope1 * x[:, 0] + self.slope2 * x[:, 1] + self.intercept + stray
        return self._curve(["x1", "x2"], x, y)


class Moons(Generated, frozen=True, tag="moons"):
    """Two half circles that reach into each other: no straight line parts them."""

    title: ClassVar[str] = "Two moons"
    samples: Annotated[
        int,
        described(
            "Samples",
            "How many points, half of them in each moon.",
            ge=4,
            le=1_000_000,
            scale="log",
        ),
    ] = 400
    noise: Annotated[
        float,
        described(
            "Noise",
            "How far points stray from their moon (standard deviation).",
            ge=0,
            le=10,
            own=True,
        ),
    ] = 0.13

    def draw(self, rng: np.random.Generator) -> Dataset:
        upper, lower = (np.linspace(0, np.pi, n) for n in self._shares(2))
        first = np.column_stack([np.cos(upper), np.sin(upper)])
        second = np.column_stack([1 - np.cos(lower), 0.5 - np.sin(lower)])
        points = np.concatenate([first, second])
        codes = np.repeat([0, 1], [len(first), len(second)])
        points += self.noise * rng.standard_normal(points.shape)
        return self._classes(rng, points, codes)


class Circles(Generated, frozen=True, tag="circles"):
    """A ring around a smaller ring."""

    title: ClassVar[str] = "Circles"
    factor: Annotated[
        float,
        described(
            "Inner radius",
            "The inner ring's radius where the outer one's is 1.",
            gt=0,
            lt=1,
            own=True,
        ),
    ] = 0.5

    def draw(self, rng: np.random.Generator) -> Dataset:
        shares = self._shares(2)
        turn = np.concatenate([np.linspace(0, 2 * np.pi, n, endpoint=False) for n in shares])
        codes = np.repeat([0, 1], shares)
        radius = np.where(codes == 0, 1.0, self.factor)
        points = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
        points += self.noise * rng.standard_normal(points.shape)
        return self._classes(rng, points, codes)


class Spirals(Generated, frozen=True, tag="spirals"):
    """Two arms wound around each other: hard for small networks."""

    title: ClassVar[str] = "Spirals"
    noise: Annotated[
        float,
        described(
            "Noise",
            "How far points stray from their arm (standard deviation).",
            ge=0,
            le=10,
            own=True,
        ),
    ] = 0.03
    turns: Annotated[
        float,
        described(
            "Turns",
            "How often each arm winds around the middle; more is harder.",
            gt=0,
            le=6,
            own=True,
        ),
    ] = 1.5

    def draw(self, rng: np.random.Generator) -> Dataset:
        shares = self._shares(2)
        # The square root spreads points evenly along the arm, which gets longer with each turn.
        along = np.concatenate([np.sqrt(np.linspace(0.01, 1, n)) for n in shares])
        codes = np.repeat([0, 1], shares)
        turn = 2 * np.pi * self.turns * along + np.pi * codes
        points = np.column_stack([along * np.cos(turn), along * np.sin(turn)])
        points += self.noise * rng.standard_normal(points.shape)
        return self._classes(rng, points, codes)


class Xor(Generated, frozen=True, tag="xor"):
    """Class 1 where exactly one of x and y is above 0: the rule no single neuron can learn."""

    title: ClassVar[str] = "Exclusive or"

    def draw(self, rng: np.random.Generator) -> Dataset:
        quarter = np.repeat(np.arange(4), self._shares(4))
        sign = np.column_stack([1 - 2 * (quarter // 2), 1 - 2 * (quarter % 2)])
        points = sign * rng.uniform(0.05, 1, (self.samples, 2))
        points += self.noise * rng.standard_normal(points.shape)
        return self._classes(rng, points, (sign[:, 0] * sign[:, 1] < 0).astype(np.intp))


class Blobs(Generated, frozen=True, tag="blobs"):
    """Round heaps, one per class, on a circle."""

    title: ClassVar[str] = "Blobs"
    noise: Annotated[
        float,
        described(
            "Noise", "The share of points that carry another heap's label.", ge=0, le=1, own=True
        ),
    ] = 0.0
    centers: Annotated[
        int, described("Centres", "How many heaps, one class each.", ge=2, le=10, own=True)
    ] = 3
    spread: Annotated[
        float,
        described(
            "Spread",
            "How wide each heap is (standard deviation); wide ones overlap.",
            ge=0,
            le=10,
            own=True,
        ),
    ] = 0.3

    def draw(self, rng: np.random.Generator) -> Dataset:
        shares = self._shares(self.centers)
        codes = np.repeat(np.arange(self.centers), shares)
        turn = 2 * np.pi * codes / self.centers + np.pi / 6
        points = np.column_stack([np.cos(turn), np.sin(turn)])
        points += self.spread * rng.standard_normal(points.shape)
        return self._classes(rng, points, relabelled(rng, codes, self.centers, self.noise))

    def check(self) -> None:
        if self.samples < self.centers:
            raise ValueError(f"samples: Samples must be at least {self.centers}, one per centre.")


def relabelled(rng: np.random.Generator, codes: Integers, classes: int, share: float) -> Integers:
    """Return the codes with a share of them moved to another class, but never a class emptied."""
    wrong = rng.permutation(len(codes))[: round(share * len(codes))]
    moved = codes.copy()
    moved[wrong] = (codes[wrong] + rng.integers(1, classes, len(wrong))) % classes
    return moved if len(np.unique(moved)) == classes else codes
