"""Schedules: how the learning rate changes as the run goes on.

`factor(t)` multiplies the learning rate; t counts steps from 0. A warm-up raises the rate in
equal parts over its first steps, and the schedule proper starts after it.
To add one: a class, and a name in `Schedule`.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, get_args

from gd_studio.settings import Choice, described, kind_of


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
    minimum: Annotated[
        float,
        described(
            "Minimum",
            "The share of the learning rate that is left at the end.",
            ge=0,
            le=1,
            live=True,
        ),
    ] = 0.0

    def after_warmup(self, t: int) -> float:
        wave = 0.5 * (1 + math.cos(math.pi * min(t, self.steps) / self.steps))
        return self.minimum + (1 - self.minimum) * wave


Schedule = Constant | StepDecay | Exponential | Cosine

SCHEDULES: dict[str, type[AbstractSchedule]] = {kind_of(c): c for c in get_args(Schedule)}
