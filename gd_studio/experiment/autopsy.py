"""The autopsy of a diverged run: what ceased to be finite first, where, and how it came to that.

It is made at once, from the trainer whose step went wrong: its sums, gradient and update are still
there. Within a step the order is: sums layer by layer, loss, gradient from the last layer to the
first, update; then the check of all rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.layers import Layer
from gd_studio.engine.trainer import Trainer
from gd_studio.experiment.history import History
from gd_studio.experiment.hypothesis import Hypothesis

Checked = Sequence[tuple[float, float]]

LAST_STEPS = 5
# The growth is looked for in so many of the last steps.
GROWTH_STEPS = 16


@dataclass(frozen=True)
class Autopsy:
    """What a divergence left behind.

    `quantity` ceased to be finite at `step`, in `layer`, with `value`; `parameter` is the said name
    of the one most concerned, `weight` its last finite value. `updates` are the lengths of the last
    finite updates; they grew by `growth` at each of the last `growing` steps. The training loss was
    lowest at step `before`.
    """

    step: int
    quantity: str
    layer: str
    value: str
    parameter: str
    weight: float
    rate: float
    updates: tuple[float, ...]
    growth: float | None
    growing: int
    before: int

    @property
    def event(self) -> str:
        """What happened, in a sentence."""
        return (
            f"At step {self.step} {self.quantity} was no longer finite ({self.value}), at a "
            f"learning rate of {self.rate:g}."
        )

    @property
    def words(self) -> str:
        """What happened, to which parameter, and how it came, in two or three sentences."""
        concerned = f"The parameter most concerned is {self.parameter}, {self.weight:.4g} by then."
        sentences = [self.event, concerned]
        if self.growth is not None:
            sentences.append(self._growth())
        return " ".join(sentences)

    def _growth(self) -> str:
        last = ", ".join(f"{update:.3g}" for update in self.updates)
        if self.growing == 1:
            return f"The last update was {self.growth:.3g} times the one before it: {last}."
        return (
            f"The last {self.growing} updates grew {self.growth:.3g}-fold a step; the last ones "
            f"were {last}."
        )


@dataclass(frozen=True)
class _Place:
    """A quantity that is not finite: what it is called, its value, and a parameter's index."""

    quantity: str
    value: float
    index: int


def autopsy(
    trainer: Trainer, hypothesis: Hypothesis, history: History, found: Checked | None = None
) -> Autopsy:
    """Return what the step just made by a trainer of a hypothesis shows of its divergence.

    `history` ends with the step before; `found` are (total, score) of train and validation rows,
    if the step itself was still finite and they were checked.
    """
    step = trainer.step_number
    place = _place(trainer, hypothesis, found)
    updates = history.last("update_norm", GROWTH_STEPS)
    growth, growing = _growth(updates)
    return Autopsy(
        step,
        place.quantity,
        next((x.name for x in trainer.network.layers if _has(x, place.index)), ""),
        _said(place.value),
        hypothesis.said_name(place.index),
        float(trainer.previous[place.index]),
        float(trainer.rate),
        tuple(float(update) for update in updates[-LAST_STEPS:]),
        growth,
        growing,
        history.lowest_evaluated(step - 1),
    )


def _place(trainer: Trainer, hypothesis: Hypothesis, found: Checked | None) -> _Place:
    """Return the first quantity of the step that is not finite; failing that, of the check."""
    return (
        _in_sums(trainer, hypothesis)
        or _in_loss(trainer)
        or _in_gradient(trainer)
        or _in_update(trainer)
        or _in_check(trainer, found or ())
    )


def _in_sums(trainer: Trainer, hypothesis: Hypothesis) -> _Place | None:
    layers, theta = trainer.network.layers, trainer.previous
    for i, sums in enumerate(trainer.passes.sums):
        bad = ~np.isfinite(sums)
        if not bad.any():
            continue
        value = float(sums[bad][0])
        if not layers:
            return _Place("the height", value, _largest(theta))
        layer, neuron = layers[i], int(bad.any(axis=-1).argmax())
        start = layer.offset + neuron * (layer.inputs + 1)
        index = start + _largest(theta[start : start + layer.inputs + 1])
        hidden = layer.name != "output"
        what = f"the sum of {hypothesis.neuron_name(i, neuron)}" if hidden else "the output"
        return _Place(what, value, index)
    return None


def _in_loss(trainer: Trainer) -> _Place | None:
    for what, value in (("batch loss", trainer.batch_loss), ("penalty", trainer.penalty_value)):
        if not math.isfinite(value):
            return _Place(f"the {what}", float(value), _largest_of_last(trainer))
    return None


def _in_gradient(trainer: Trainer) -> _Place | None:
    gradient = trainer.gradient
    for layer in reversed(trainer.network.layers):
        index = layer.offset + _largest(gradient[layer.offset : layer.offset + layer.size])
        if not math.isfinite(gradient[index]):
            return _Place(f"the gradient of {layer.name}", float(gradient[index]), index)
    if math.isfinite(trainer.gradient_norm):
        return None
    # Of a landscape, or of finite entries whose squares are not.
    return _Place("the gradient's length", float(trainer.gradient_norm), _largest(gradient))


def _in_update(trainer: Trainer) -> _Place | None:
    if math.isfinite(trainer.update_norm):
        return None
    index = _largest(trainer.theta - trainer.previous)
    return _Place("the update", float(trainer.update_norm), index)


def _in_check(trainer: Trainer, found: Checked) -> _Place:
    named = zip(("the training loss", "the validation loss"), found, strict=False)
    what, value = next(
        ((what, total) for what, (total, _) in named if not math.isfinite(total)),
        ("the sum of all numbers of the step", math.inf),
    )
    return _Place(what, value, _largest_of_last(trainer))


def _largest(vector: Array) -> int:
    """Return the index of the largest entry, of one that is not finite if there is one."""
    bad = ~np.isfinite(vector)
    return int(bad.argmax()) if bad.any() else int(np.abs(vector).argmax())


def _largest_of_last(trainer: Trainer) -> int:
    """Return the index of the largest parameter of the last layer."""
    layers = trainer.network.layers
    offset = layers[-1].offset if layers else 0
    return offset + _largest(trainer.previous[offset:])


def _has(layer: Layer, index: int) -> bool:
    return layer.offset <= index < layer.offset + layer.size


def _said(value: float) -> str:
    """Say what is no finite number."""
    return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"


def _growth(updates: Array) -> tuple[float | None, int]:
    """Return (factor per step, steps) of the growth at the end of a row of lengths."""
    if len(updates) < 2:
        return None, 0
    rising = np.diff(updates) > 0
    growing = len(rising) if rising.all() else int(rising[::-1].argmin())
    first = updates[-1 - growing]
    if growing == 0 or first <= 0:
        return None, 0
    with np.errstate(over="ignore"):
        return float(np.exp((np.log(updates[-1]) - np.log(first)) / growing)), growing
