"""The loss at single points of a surface: on the map below a point, and truly there.

Both are computed at the point, in float64, and never read from the picture; their difference and
the distance between the two places say how far the map can be trusted.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.data import Split
from gd_studio.engine.arrays import Array
from gd_studio.engine.planes import Plane
from gd_studio.engine.randomness import generator
from gd_studio.experiment.parts import finished

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

MOST_ROWS = 5000


@dataclass(frozen=True)
class PointLoss:
    """A point of parameter space seen on a map.

    `map`: the total loss at (u, v) on the plane, below the point; `true`: that of the point
    itself; `distance`: how far, in parameters, the point is off the plane.
    """

    map: float
    true: float
    distance: float = 0.0
    u: float = 0.0
    v: float = 0.0

    @property
    def gap(self) -> float:
        """By how much the map is higher than the truth (lower: negative)."""
        return self.map - self.true


@dataclass(frozen=True, eq=False)
class PlaneLosses:
    """Total losses at any places of a plane, over network inputs x and targets y, in float64.

    x (features + 1, rows) and y (outputs, rows) are the rows of the map.
    """

    hypothesis: Hypothesis
    plane: Plane
    x: Array
    y: Array

    @property
    def work(self) -> int:
        """How many products one loss takes, roughly: rows times parameters."""
        return int(self.x.shape[1]) * self.hypothesis.network.size

    def at(self, places: Array) -> Array:
        """Return the map's losses (n,) at places (n, 2)."""
        return finished(self.in_blocks(self.below(np.asarray(places, np.float64))))

    def point(self, theta: Array) -> PointLoss:
        """Return what the map says of a parameter vector (P,), and what is true of it."""
        return self.points(theta[None])[0]

    def points(self, thetas: Array) -> list[PointLoss]:
        """Return what the map says of parameter vectors (n, P), and what is true of them."""
        return finished(self.points_in_blocks(thetas))

    def points_in_blocks(self, thetas: Array) -> Generator[None, None, list[PointLoss]]:
        """Do `points`; each `next` is about 2 ms of work."""
        thetas = thetas.astype(np.float64)
        inside, away = self.plane.project(thetas)
        both = np.concatenate([self.below(inside), thetas])
        losses = yield from self.in_blocks(both)
        return [
            PointLoss(float(below), float(true), float(far), float(u), float(v))
            for below, true, far, (u, v) in zip(
                losses[: len(thetas)], losses[len(thetas) :], away, inside, strict=True
            )
        ]

    def gradient(self, theta: Array) -> Array:
        """Return the gradient (P,) of the total loss at a parameter vector (P,)."""
        hypothesis = self.hypothesis
        oracle = hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, self.x, self.y)
        with np.errstate(all="ignore"):
            return oracle.gradient(theta.astype(np.float64))

    def in_blocks(self, thetas: Array) -> Generator[None, None, Array]:
        """Return the total losses (n,) of parameter vectors (n, P), block by block."""
        losses = np.empty(len(thetas))
        for first, found in self.hypothesis.total_losses_in_blocks(thetas, self.x, self.y):
            losses[first : first + len(found)] = found
            yield
        return losses

    def below(self, places: Array) -> Array:
        """Return the points (n, P) of the plane at places (n, 2)."""
        plane = self.plane
        below: Array = plane.origin + places[:, :1] * plane.u + places[:, 1:] * plane.v
        return below


def rows_of(hypothesis: Hypothesis) -> tuple[Array, Array, str]:
    """Return network inputs and targets of the training rows, and a note on which they are.

    Of more than 5 000 rows it is a fair sample, and the note says so; else it is empty.
    """
    train = hypothesis.prepared.train
    note = ""
    if len(train.rows) > MOST_ROWS:
        chosen = np.sort(generator(0, "surface rows").permutation(len(train.rows))[:MOST_ROWS])
        note = f"loss of a fair sample of {MOST_ROWS} of {len(train.rows)} training rows"
        train = Split(train.x[chosen], train.y[chosen], train.rows[chosen])
    return hypothesis.network_input(train.x), hypothesis.network_target(train.y), note
