"""What the views along a line say: how much a step was to gain, and how much it did."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.experiment.rays import Ray, Strip
from gd_studio.gui.numbers import counted, exact, percent, whole

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

OFF_THE_RAY = 1e-4  # share of the step, of which rounding in 32 bits is a hundredth
SAME = 1e-5


def ray_words(frame: Frame, ray: Ray, landscape: bool) -> dict[str, str]:
    """Return the names of the lines and marks of a ray."""
    rows = len(frame.batch_rows)
    return {
        "train": "f(x, y)" if landscape else "training rows",
        "batch": f"batch of {whole(rows)}",
        "forecast": "forecast L − η‖g‖²",
        "rate": f"rate {exact(ray.rate, 4)}",
        "chosen": f"set now {exact(frame.experiment.optimizer.learning_rate, 4)}",
    }


def ray_note(frame: Frame, ray: Ray) -> str:
    """Say the forecast and the actual drop, with their numbers."""
    rate, norm = exact(ray.rate, 4), exact(ray.gradient_norm, 4)
    promised, drop = _of_batch(ray)
    said = [f"forecast η‖g‖² = {rate} · {norm}² = {exact(promised, 4)}"]
    way = "actual drop" if ray.after else "it would drop by"
    of = f" ({percent(drop / promised, 0)})" if promised > 0 and math.isfinite(drop) else ""
    whose = " of the batch" if ray.is_batch else ""
    said.append(f"{way}{whose} {exact(drop, 4)}{of}")
    if ray.is_batch:
        first, fell = _of_train(ray)
        said.append(f"training rows: forecast {exact(first, 4)}, actual {exact(fell, 4)}")
    return " · ".join([*said, *_caveats(frame, ray)])


def short_ray_note(ray: Ray) -> str:
    """Say the drops and their forecasts where there is little room."""
    promised, drop = _of_batch(ray)
    said = f"drop {exact(drop, 3)} of {exact(promised, 3)} forecast"
    if not ray.is_batch:
        return said
    first, fell = _of_train(ray)
    return f"batch: {said} · train: {exact(fell, 3)} of {exact(first, 3)}"


def _of_batch(ray: Ray) -> tuple[float, float]:
    """Return (forecast, actual) drop of the rows of which the gradient is."""
    with np.errstate(over="ignore"):
        promised = float(ray.rate * np.float64(ray.gradient_norm) ** 2)
    return promised, ray.before.batch - (ray.after or ray.at_rate).batch


def _of_train(ray: Ray) -> tuple[float, float]:
    """Return (forecast, actual) drop of all training rows."""
    return -ray.rate * ray.train_slope, ray.before.train - (ray.after or ray.at_rate).train


def _caveats(frame: Frame, ray: Ray) -> list[str]:
    """Say what keeps the picture from being the step itself."""
    said = []
    if ray.after is not None and ray.off_ray > OFF_THE_RAY:
        kind = frame.experiment.optimizer.title
        turned = math.isfinite(ray.angle) and round(ray.angle) > 0
        way = f"{ray.angle:.0f}° off the gradient" if turned else "another length"
        said.append(f"the step of {kind} went elsewhere ({way}): its mark is off the line")
    record = frame.record
    if record is not None and ray.step == frame.step and ray.rows == ray.all_rows:
        away = abs(record.total - ray.before.batch)
        if away > SAME * max(abs(record.total), 1e-12):
            said.append(f"in the step itself the loss was {exact(record.total, 4)}: dropout, or "
                        "settings changed since")  # fmt: skip
    bad = np.flatnonzero(~np.isfinite(ray.train))
    if len(bad):
        said.append(f"no finite loss from rate {exact(float(ray.rates[bad[0]]), 3)} on")
    return [*said, *sample_words(ray)]


def outside(ray: Ray, top: float) -> list[str]:
    """Say how high the loss climbs beyond the picture."""
    finite = ray.train[np.isfinite(ray.train)]
    if not finite.size or finite.max() <= top:
        return []
    at = float(ray.rates[np.flatnonzero(ray.train > top)[0]])
    return [f"beyond rate {exact(at, 3)} it climbs to {exact(float(finite.max()), 3)}"]


def strip_note(frame: Frame, strip: Strip) -> str:
    """Say value and slope of the parameter, and what its last move did."""
    value, slope = exact(strip.value), exact(strip.slope, 4)
    said = [f"now {value}, loss {exact(strip.loss, 4)}, slope ∂L/∂θ = {slope}"]
    if strip.before is not None:
        moved = strip.value - strip.before
        change = strip.loss - strip.loss_before
        said.append(
            f"the last step moved it by {exact(moved, 3)} from {exact(strip.before)}, which "
            f"alone changed the loss by {exact(change, 3)}"
        )
    if not np.isfinite(strip.losses).all():
        said.append("where the line is broken the loss is not finite")
    return " · ".join([*said, *sample_words(strip)])


def short_strip_note(strip: Strip) -> str:
    """Say value, loss and slope where there is little room."""
    return f"loss {exact(strip.loss, 4)} · slope ∂L/∂θ = {exact(strip.slope, 3)}"


def sample_words(found: Ray | Strip) -> list[str]:
    """Say that only a sample of many rows was looked at."""
    if found.rows == found.all_rows:
        return []
    return [f"loss of a fair sample of {whole(found.rows)} of {counted(found.all_rows, 'row')}"]
