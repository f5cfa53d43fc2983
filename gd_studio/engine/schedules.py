"""Schedules: how the learning rate changes as the run goes on.

`factor(t)` multiplies the learning rate; t counts steps from 0. A warm-up raises the rate in
equal parts over its first steps, and the schedule proper starts after it. Formulas are PyTorch's.
To add one: a class, and a name in `Schedule`.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, get_args

from gd_studio.settings import Choice, described, kind_of

Minimum = Annotated[
    float,
    described(
        "Minimum",
        "The share of the learning rate below which the rate never falls.",
        ge=0,
        le=1,
        live=True,
    ),
]


class AbstractSchedule(Choice, frozen=True):
    """A factor for the learning rate at every step."""

    warmup: Annotated[
        int,
        described(
            "Warm-up",
            "Over this many first steps the rate climbs in equal parts to its full height.",
            ge=0,
            le=10_000_000,
            unit="steps",
            more=True,
            live=True,
        ),
    ] = 0

    def factor(self, t: int) -> float:
        """Return the factor of the step after t steps."""
        if t < self.warmup:
            return (t + 1) / self.warmup
        return self.after_warmup(t - self.warmup)

    def after_warmup(self, t: int) -> float:
        """Return the factor t steps after the warm-up."""
        raise NotImplementedError


class Constant(AbstractSchedule, frozen=True, tag="constant"):
    """The same rate at every step."""

    title: ClassVar[str] = "Constant"

    def after_warmup(self, t: int) -> float:
        return 1.0


class StepDecay(AbstractSchedule, frozen=True, tag="step"):
    """factor ^ ⌊t / every⌋: the rate falls by a factor at regular steps."""

    title: ClassVar[str] = "Step by step"
    every: Annotated[
        int,
        described(
            "Every",
            "After this many steps the rate is multiplied by the factor again.",
            ge=1,
            le=10_000_000,
            unit="steps",
            live=True,
        ),
    ] = 300
    gamma: Annotated[
        float,
        described(
            "Factor",
            "What the rate is multiplied by each time.",
            gt=0,
            le=1,
            live=True,
            own=True,
        ),
    ] = 0.5

    def after_warmup(self, t: int) -> float:
        return self.gamma ** (t // self.every)


class Exponential(AbstractSchedule, frozen=True, tag="exponential"):
    """gamma ^ t: the rate falls by the same share at every step."""

    title: ClassVar[str] = "Exponential"
    gamma: Annotated[
        float,
        described(
            "Factor",
            "What the rate is multiplied by at every step.",
            gt=0,
            le=1,
            live=True,
            own=True,
        ),
    ] = 0.999

    def after_warmup(self, t: int) -> float:
        return float(self.gamma**t)


class Polynomial(AbstractSchedule, frozen=True, tag="polynomial"):
    """(1 - t/T) ^ power up to T steps, then 0; a straight line for power 1."""

    title: ClassVar[str] = "Polynomial"
    steps: Annotated[
        int,
        described(
            "Length",
            "After this many steps the rate has come down to zero, and nothing moves any more.",
            ge=1,
            le=10_000_000,
            unit="steps",
            live=True,
        ),
    ] = 1500
    power: Annotated[
        float,
        described(
            "Power",
            "The form of the way down: 1 is a straight line, more falls faster at first.",
            gt=0,
            le=100,
            live=True,
        ),
    ] = 1.0

    def after_warmup(self, t: int) -> float:
        return float((1 - min(t, self.steps) / self.steps) ** self.power)


class Cosine(AbstractSchedule, frozen=True, tag="cosine"):
    """min + (1 - min)(1 + cos πt/T) / 2 up to T steps, then min (Loshchilov and Hutter 2017)."""

    title: ClassVar[str] = "Cosine"
    steps: Annotated[
        int,
        described(
            "Length",
            "After this many steps the rate has come down to its minimum and stays there.",
            ge=1,
            le=10_000_000,
            unit="steps",
            live=True,
        ),
    ] = 1500
    minimum: Minimum = 0.0

    def after_warmup(self, t: int) -> float:
        return along_cosine(1.0, self.minimum, min(t, self.steps) / self.steps)


class CosineRestarts(AbstractSchedule, frozen=True, tag="cosine_restarts"):
    """A cosine from 1 to min over T steps, again from 1 over T·growth, and so on (SGDR).

    (Loshchilov and Hutter 2017.)
    """

    title: ClassVar[str] = "Cosine with restarts"
    period: Annotated[
        int,
        described(
            "First period",
            "After this many steps the rate jumps back to its full height for the first time.",
            ge=1,
            le=10_000_000,
            unit="steps",
            live=True,
        ),
    ] = 300
    growth: Annotated[
        int,
        described(
            "Period growth",
            "How many times longer each period is than the one before.",
            ge=1,
            le=100,
            live=True,
        ),
    ] = 1
    minimum: Minimum = 0.0

    def after_warmup(self, t: int) -> float:
        length = self.period
        if self.growth == 1:
            t %= length
        while t >= length:
            t -= length
            length *= self.growth
        return along_cosine(1.0, self.minimum, t / length)


class OneCycle(AbstractSchedule, frozen=True, tag="one_cycle"):
    """From 1 / div_factor up to 1, then down to 1 / (div_factor · final_div_factor), by cosines.

    The peak is at step pct_start·T - 1, the end at step T - 1, and the rate stays there
    (Smith and Topin 2018).
    """

    title: ClassVar[str] = "One cycle"
    steps: Annotated[
        int,
        described(
            "Length",
            "The number of steps in which the rate climbs to its peak and comes down again.",
            ge=1,
            le=10_000_000,
            unit="steps",
            live=True,
        ),
    ] = 1500
    pct_start: Annotated[
        float,
        described(
            "Climb",
            "The share of the cycle that the rate climbs; the learning rate is its peak.",
            ge=0,
            le=1,
            live=True,
        ),
    ] = 0.3
    div_factor: Annotated[
        float,
        described(
            "Start divisor",
            "The cycle starts from the learning rate divided by this.",
            ge=1,
            le=1e9,
            scale="log",
            more=True,
            live=True,
        ),
    ] = 25.0
    final_div_factor: Annotated[
        float,
        described(
            "End divisor",
            "The cycle ends at its first rate divided by this.",
            ge=1,
            le=1e9,
            scale="log",
            more=True,
            live=True,
        ),
    ] = 1e4

    def after_warmup(self, t: int) -> float:
        first, last = 1 / self.div_factor, 1 / self.div_factor / self.final_div_factor
        peak, end = self.pct_start * self.steps - 1, self.steps - 1
        t = min(t, end)
        if t <= peak:
            return along_cosine(first, 1.0, t / peak if peak > 0 else 1.0)
        return along_cosine(1.0, last, (t - peak) / (end - peak))


class Plateau(AbstractSchedule, frozen=True, tag="plateau"):
    """The rate falls by a factor whenever the loss has stopped improving.

    These are the settings; what has been seen so far is `engine.plateau.PlateauMemory`, whose
    factor comes on top of this one's, which knows no loss and stays 1.
    """

    title: ClassVar[str] = "When the loss stalls"
    gamma: Annotated[
        float,
        described(
            "Factor",
            "What the rate is multiplied by when the loss stalls.",
            gt=0,
            lt=1,
            live=True,
            own=True,
        ),
    ] = 0.1
    patience: Annotated[
        int,
        described(
            "Patience",
            "How many evaluations without a better loss are let pass before the rate falls.",
            ge=0,
            le=1_000_000,
            unit="evaluations",
            live=True,
        ),
    ] = 10
    threshold: Annotated[
        float,
        described(
            "Threshold",
            "A loss is better only if it is below the best so far by this share of it.",
            ge=0,
            lt=1,
            scale="log",
            more=True,
            live=True,
        ),
    ] = 1e-4
    cooldown: Annotated[
        int,
        described(
            "Cooldown",
            "After each fall of the rate this many evaluations are not counted.",
            ge=0,
            le=1_000_000,
            unit="evaluations",
            more=True,
            live=True,
        ),
    ] = 0
    minimum: Minimum = 0.0

    def after_warmup(self, t: int) -> float:
        return 1.0


def along_cosine(start: float, end: float, share: float) -> float:
    """Return the height of half a cosine from `start` to `end`, with a share of the way done."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


Schedule = (
    Constant
    | StepDecay
    | Exponential
    | Polynomial
    | Cosine
    | CosineRestarts
    | OneCycle
    | Plateau
)

SCHEDULES: dict[str, type[AbstractSchedule]] = {kind_of(c): c for c in get_args(Schedule)}
