"""The loss along a line through parameter space: down the gradient, or along one parameter.

Along the gradient's ray the loss at first falls as the gradient forecasts, L − η‖g‖², and then
bends away from it; how soon tells which learning rates are too high. (Cauchy 1847; Nocedal and
Wright 2006, "Numerical Optimization", chapter 3.) All of it in float64.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.data import Split
from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.landscape import BLOCK_SUMS
from gd_studio.engine.penalties import Penalty
from gd_studio.experiment.fair_rows import fair_rows

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

MOST_ROWS = 5000
POINTS = 61
REACH = 3.0  # times the rate, to which a linear axis of rates goes
DECADES = (-2.0, 1.0)  # around the rate, between which a logarithmic one goes
LEAST_SPAN = 1.0
LINE_NUMBERS = 2_000_000  # parameters of a line's points held at once

Work = Generator[None, None, Array]


@dataclass(frozen=True, eq=False)
class RayRequest:
    """The ray theta − η g is asked for: theta, gradient (P,); frozen, so for any thread.

    `batch` (n,) are the training rows of which the gradient is, none meaning all; `rate` is the
    rate to be marked, `chosen` another one to be in sight; `after` (P,) is where the step ended,
    or None before the first one.
    """

    hypothesis: Hypothesis
    theta: Array
    gradient: Array
    batch: Integers
    rate: float
    chosen: float = 0.0
    after: Array | None = None
    log: bool = False
    step: int = 0


@dataclass(frozen=True)
class Losses:
    """Total losses of the same parameters: of the training rows, and of the gradient's batch."""

    train: float
    batch: float


@dataclass(frozen=True, eq=False)
class Ray:
    """Total losses along theta − η g: `train` and `batch` (n,) at `rates` η (n,).

    `is_batch`: whether the gradient is of fewer rows than all; else both lines are one. `before`,
    `at_rate`, `after`: at η = 0, at the marked rate, and where the step ended. `train_slope` is
    dL/dη at 0 over the training rows, −g·∇L; over the batch it is −‖g‖². `off_ray` is how far the
    step ended from theta − rate · g, as a share of its length, and `angle` that between the step
    and −g, in degrees. `rows` of `all_rows` training rows were looked at.
    """

    step: int
    rates: Array
    train: Array
    batch: Array
    is_batch: bool
    before: Losses
    at_rate: Losses
    after: Losses | None
    gradient_norm: float
    train_slope: float
    off_ray: float
    angle: float
    rate: float
    log: bool
    rows: int
    all_rows: int

    def forecast(self, rates: Array | float) -> Array:
        """Return L − η‖g‖², the loss of the gradient's rows if it fell as it begins to."""
        with np.errstate(over="ignore", invalid="ignore"):
            squared = np.float64(self.gradient_norm) ** 2
            return np.asarray(self.before.batch - np.asarray(rates) * squared)


@dataclass(frozen=True, eq=False)
class StripRequest:
    """The loss is asked for as one parameter varies, all others held at theta (P,).

    `before` is the parameter's value a step ago, or None at the start.
    """

    hypothesis: Hypothesis
    theta: Array
    parameter: int
    before: float | None = None
    step: int = 0


@dataclass(frozen=True, eq=False)
class Strip:
    """Total losses of the training rows `losses` (n,) at `values` (n,) of one parameter.

    `value` with `loss` is the present place, `slope` = dL/dθ there; `before` with `loss_before`
    is where the last step came from, the others held where they are now.
    """

    step: int
    parameter: int
    values: Array
    losses: Array
    value: float
    loss: float
    slope: float
    before: float | None
    loss_before: float
    rows: int
    all_rows: int


def ray(request: RayRequest) -> Generator[None, None, Ray]:
    """Compute the losses along a ray, block by block; each `next` is about 1 ms of work."""
    hypothesis = request.hypothesis
    theta, gradient = (v.astype(np.float64) for v in (request.theta, request.gradient))
    train = hypothesis.prepared.train
    sample = fair_rows(train, MOST_ROWS, "ray rows")
    is_batch = 0 < len(request.batch) < len(train.rows)
    rates = _rates(request)
    marked = np.concatenate([rates, [0.0, request.rate]])
    found = [(yield from _with_end(hypothesis, sample, theta, gradient, marked, request.after))]
    if is_batch:
        rows = fair_rows(_part(train, request.batch), MOST_ROWS, "ray batch")
        found.append(
            (yield from _with_end(hypothesis, rows, theta, gradient, marked, request.after))
        )
    slope = yield from total_gradient(hypothesis, theta, sample)
    of_train, of_batch = found[0], found[-1]
    pairs = [Losses(float(a), float(b)) for a, b in zip(of_train, of_batch, strict=True)]
    count = len(rates)
    return Ray(
        request.step,
        rates,
        of_train[:count],
        of_batch[:count],
        is_batch,
        pairs[count],
        pairs[count + 1],
        pairs[count + 2] if request.after is not None else None,
        float(np.linalg.norm(gradient)),
        -float(gradient @ slope),
        *_away(theta, gradient, request),
        request.rate,
        request.log,
        len(sample.rows),
        len(train.rows),
    )


def strip(request: StripRequest) -> Generator[None, None, Strip]:
    """Compute the losses along one parameter, block by block; each `next` is about 1 ms."""
    hypothesis, index = request.hypothesis, request.parameter
    theta = request.theta.astype(np.float64)
    train = hypothesis.prepared.train
    sample = fair_rows(train, MOST_ROWS, "ray rows")
    value, before = float(theta[index]), request.before
    values = _values(value, before)
    direction = np.zeros_like(theta)
    direction[index] = -1.0
    origin = theta.copy()
    origin[index] = 0.0
    marked = np.concatenate([values, [value, value if before is None else before]])
    losses = yield from losses_along(hypothesis, sample, origin, direction, marked)
    gradient = yield from total_gradient(hypothesis, theta, sample)
    return Strip(
        request.step,
        index,
        values,
        losses[:-2],
        value,
        float(losses[-2]),
        float(gradient[index]),
        before,
        float(losses[-1]),
        len(sample.rows),
        len(train.rows),
    )


def losses_along(
    hypothesis: Hypothesis, rows: Split, theta: Array, direction: Array, at: Array
) -> Work:
    """Return the total losses (n,) of rows at theta − η · direction, for η in `at` (n,)."""
    x, y = _inputs(hypothesis, rows)
    losses = np.empty(len(at))
    lines = max(1, LINE_NUMBERS // len(theta))
    for line in range(0, len(at), lines):
        with np.errstate(over="ignore", invalid="ignore"):
            points = theta - at[line : line + lines, None] * direction
        for first, found in hypothesis.total_losses_in_blocks(points, x, y):
            losses[line + first : line + first + len(found)] = found
            yield
    return losses


def total_gradient(hypothesis: Hypothesis, theta: Array, rows: Split) -> Work:
    """Return the gradient (P,) of the total loss of rows, added up over blocks of them."""
    x, y = _inputs(hypothesis, rows)
    network, loss = hypothesis.network, hypothesis.loss
    result = np.zeros_like(theta)
    count = max(1, BLOCK_SUMS // (4 * sum(network.sizes[1:])))
    with np.errstate(all="ignore"):
        for first in range(0, x.shape[1], count):
            part = slice(first, first + count)
            a, b = np.ascontiguousarray(x[:, part]), np.ascontiguousarray(y[:, part])
            of_block = network.oracle(loss, Penalty(), a, b).gradient(theta)
            result += of_block * (loss.total_weight(b) / loss.total_weight(y))
            yield
        hypothesis.penalty.add_gradient(theta, network.is_weight(), result)
    return result


def _with_end(
    hypothesis: Hypothesis,
    rows: Split,
    theta: Array,
    gradient: Array,
    marked: Array,
    after: Array | None,
) -> Work:
    """Return the losses at the marked rates, and at `after` if there is one."""
    losses = yield from losses_along(hypothesis, rows, theta, gradient, marked)
    if after is None:
        return losses
    end = after.astype(np.float64)
    at_end = yield from losses_along(hypothesis, rows, end, np.zeros_like(end), np.zeros(1))
    return np.concatenate([losses, at_end])


def _away(theta: Array, gradient: Array, request: RayRequest) -> tuple[float, float]:
    """Return how far a step ended off the ray, and its angle to it; zeros before the first."""
    if request.after is None:
        return 0.0, 0.0
    with np.errstate(all="ignore"):
        step = request.after.astype(np.float64) - theta
        length, norm = float(np.linalg.norm(step)), float(np.linalg.norm(gradient))
        if length == 0 or norm == 0:
            return 0.0, 0.0
        off = float(np.linalg.norm(step + request.rate * gradient)) / length
        cosine = float((step / length) @ (-gradient / norm))
        return off, math.degrees(math.acos(min(max(cosine, -1.0), 1.0)))


def _rates(request: RayRequest) -> Array:
    rates = [r for r in (request.rate, request.chosen) if math.isfinite(r) and r > 0]
    rate = max(rates, default=1.0)
    if request.log:
        low, high = (math.log10(rate) + decades for decades in DECADES)
        return np.logspace(low, high, POINTS)
    return np.linspace(0.0, REACH * rate, POINTS)


def _values(value: float, before: float | None) -> Array:
    """Return the values of a strip: wide enough to hold the last move with room around it."""
    moved = 0.0 if before is None else value - before
    half = max(LEAST_SPAN, 1.2 * abs(value), 2.0 * abs(moved))
    if not math.isfinite(half):
        return np.full(POINTS, math.nan)
    return np.linspace(value - half, value + half, POINTS)


def _part(train: Split, rows: Integers) -> Split:
    return Split(train.x[rows], train.y[rows], train.rows[rows])


def _inputs(hypothesis: Hypothesis, rows: Split) -> tuple[Array, Array]:
    """Return network inputs and targets in float64, of rounded numbers where the run has such."""
    x, y = hypothesis.network_input(rows.x), hypothesis.network_target(rows.y)
    return x.astype(np.float64), y.astype(np.float64)
