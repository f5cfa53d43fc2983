"""A hypothesis: the model as a function of its parameters, from a raw row to a guess.

It joins the network of the engine with the preparation of the data, holds no parameters itself,
and may be used from any thread: every call works on arrays of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from gd_studio.data import Prepared, Split
from gd_studio.engine.analytic import Landscape
from gd_studio.engine.arrays import Array
from gd_studio.engine.function import Function
from gd_studio.engine.landscape import Vectors, total_losses, total_losses_in_blocks
from gd_studio.engine.losses import AbstractLoss, probabilities
from gd_studio.engine.network import Network, with_ones
from gd_studio.engine.penalties import Penalty
from gd_studio.errors import GDStudioError
from gd_studio.experiment.baseline import r_squared, targets
from gd_studio.experiment.equation import equation
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.models import LandscapeModel, Mlp, NetworkModel, Polynomial
from gd_studio.experiment.terms import Terms, learn_terms

EVALUATED_AT_ONCE = 4096


class Hypothesis:
    """What an experiment's model can say about its data, for any parameters theta (P,)."""

    def __init__(self, experiment: Experiment, prepared: Prepared) -> None:
        self.prepared = prepared
        self.task = prepared.task
        self.classes = prepared.classes
        self.model = experiment.model
        self.loss = _loss(experiment, prepared)
        self.loss_title = self.loss.title
        self.penalty: Penalty = experiment.penalty
        self.dtype = np.dtype(experiment.training.precision)
        self.terms: Terms | None = None
        if isinstance(self.model, Polynomial):
            scaled = experiment.preparation.standardize
            self.terms = learn_terms(prepared.train.x, self.model.degree, scaled)
        self.network: Function = self._network()
        self._is_weight = self.network.is_weight()

    def _network(self) -> Function:
        model, train = self.model, self.prepared.train
        if isinstance(model, LandscapeModel):
            return Landscape(model.text)
        assert isinstance(model, NetworkModel)
        inputs = len(self.terms.exponents) if self.terms else train.x.shape[1]
        outputs = train.y.shape[1] if self.task == "regression" else len(self.classes)
        outputs = 1 if self.task == "classification" and outputs == 2 else outputs
        activation = model.activation if isinstance(model, Mlp) else "identity"
        return Network(model.widths(inputs, outputs), activation)

    def with_penalty(self, penalty: Penalty) -> Hypothesis:
        """Return the same hypothesis under another penalty (a live edit)."""
        other = object.__new__(Hypothesis)
        other.__dict__.update(self.__dict__, penalty=penalty)
        return other

    # --- from rows to guesses -----------------------------------------------------------------

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the network's inputs: features, or a polynomial's terms."""
        features = tuple(f.name for f in self.prepared.features)
        return self.terms.names(features) if self.terms else features

    def network_input(self, x: Array) -> Array:
        """Return prepared rows (rows, features) as the network takes them (inputs + 1, rows)."""
        return with_ones(self.terms.apply(x) if self.terms else x, self.dtype)

    def network_target(self, y: Array) -> Array:
        """Return targets of a split as the network takes them (outputs, rows)."""
        return targets(y, len(self.classes)).astype(self.dtype)

    def outputs(self, theta: Array, x: Array) -> Array:
        """Return the network's outputs (rows, outputs): scaled values, or logits."""
        return self._outputs(theta, x).T

    def _outputs(self, theta: Array, x: Array) -> Array:
        """Return the outputs as the engine has them (outputs, rows), of prepared rows."""
        parts = [
            self._forward(theta, x[i : i + EVALUATED_AT_ONCE])
            for i in range(0, len(x), EVALUATED_AT_ONCE)
        ]
        return np.concatenate(parts, axis=1) if parts else np.zeros((self.network.outputs, 0))

    def guess(self, theta: Array, x: Array) -> Array:
        """Return guesses for prepared rows: (rows, outputs) in own units, or (rows, classes)."""
        return self.guess_of(self.outputs(theta, x))

    def guess_of(self, z: Array) -> Array:
        """Return what the network's outputs z (rows, outputs) mean, as `guess` gives it."""
        if self.task != "classification":
            return self.prepared.untransform_target(z)
        p = np.empty_like(z.T)
        with np.errstate(over="ignore"):
            probabilities(np.ascontiguousarray(z.T), p)
        return np.vstack([1 - p, p]).T if len(self.classes) == 2 else p.T

    def predict(self, theta: Array, raw: Any) -> Array:
        """Return guesses for rows in the data's own units and words."""
        if self.task == "landscape":
            raise GDStudioError(
                "A landscape has no inputs to guess from; its parameters are its place, and "
                "`evaluate` tells its height there."
            )
        return self.guess(theta, self.prepared.transform(raw))

    def _forward(self, theta: Array, x: Array) -> Array:
        theta = np.ascontiguousarray(theta, self.dtype)
        bound = self.network.bind(theta, None, len(x))
        with np.errstate(over="ignore", invalid="ignore"):
            return bound.forward(self.network_input(x)).astype(np.float64)

    # --- how wrong the guesses are ------------------------------------------------------------

    def row_losses(self, theta: Array, split: Split) -> Array:
        """Return the loss of each row (rows,) of a split, times the weight of its class."""
        z = self.outputs(theta, split.x)
        with np.errstate(over="ignore", invalid="ignore"):
            return self.loss.rows(z.T, targets(split.y, len(self.classes)))

    def penalty_value(self, theta: Array) -> float:
        """Return the penalty at theta."""
        return float(self.penalty.value(np.asarray(theta, np.float64), self._is_weight))

    def evaluate(self, theta: Array, split: Split) -> dict[str, float]:
        """Return loss, penalty, total, and accuracy or r2 (landscapes: none), of a split."""
        y = targets(split.y, len(self.classes))
        z = self._outputs(theta, split.x)
        with np.errstate(over="ignore", invalid="ignore"):
            loss, penalty, score = self.judge(theta, z, y, split.y, np.empty_like(z))
        found = {"loss": loss, "penalty": penalty, "total": loss + penalty}
        return {**found, self.score_name: score} if self.score_name else found

    @property
    def formula(self) -> str:
        """The formula of a landscape; empty for other models."""
        return self.network.formula if isinstance(self.network, Landscape) else ""

    @property
    def score_name(self) -> str:
        """What tells how good it is beside the loss: "accuracy", "r2", or "" for a landscape."""
        return {"regression": "r2", "classification": "accuracy"}.get(self.task, "")

    def judge(
        self, theta: Array, z: Array, y: Array, truth: Array, room: Array
    ) -> tuple[float, float, float]:
        """Return loss, penalty and score of outputs z (outputs, rows) at theta.

        `truth` is the split's target, `y` the same as `targets`; `room`, of z's shape, is used up.
        """
        loss = self.loss.mean(z, y, room)
        penalty = self.penalty_value(theta) if self.penalty.active else 0.0
        return loss, penalty, self._score(z, truth)

    def _score(self, z: Array, truth: Array) -> float:
        if self.task == "landscape":
            return math.nan
        if self.task == "regression":
            return r_squared(z.T, truth)
        guessed = z[0] > 0 if len(self.classes) == 2 else z.argmax(axis=0)
        return int(np.count_nonzero(guessed == truth)) / len(truth)

    def total_losses(self, thetas: Array, split: Split) -> Array:
        """Return the total loss on a split at many parameter vectors at once: (K, P) -> (K,)."""
        x, y = self.network_input(split.x), self.network_target(split.y)
        thetas = np.ascontiguousarray(thetas, self.dtype)
        return total_losses(self.network, self.loss, self.penalty, thetas, x, y)

    def total_losses_in_blocks(
        self, thetas: Vectors, x: Array, y: Array
    ) -> Iterator[tuple[int, Array]]:
        """Yield (first index, total losses) for network inputs x and targets y, block by block."""
        yield from total_losses_in_blocks(self.network, self.loss, self.penalty, thetas, x, y)

    # --- names and formulas -------------------------------------------------------------------

    def parameter_name(self, index: int) -> str:
        """Return a parameter's name, such as `hidden 1.weight[0,2]`."""
        return self.network.parameter_name(index)

    def said_name(self, index: int) -> str:
        """Return a parameter's name as it is said: "hidden 1: x → 3"."""
        if not isinstance(self.network, Network):
            return self.network.parameter_name(index)
        layer = self.network.layer_of(index)
        source, target = layer.place(index)
        first, last = layer.offset == 0, layer.name == "output"
        origin = "bias" if source is None else self.inputs[source] if first else str(source + 1)
        return f"{layer.name}: {origin} → {self.output_name(target) if last else target + 1}"

    def neuron_name(self, place: int, unit: int) -> str:
        """Return the name of a unit of the layer at a place: "hidden 1: 3", "output: ŷ"."""
        layers = self.network.layers
        last = place == len(layers) - 1
        return f"{layers[place].name}: {self.output_name(unit) if last else unit + 1}"

    def output_name(self, output: int) -> str:
        """Return what an output stands for: ŷ, or a class's name."""
        return "ŷ" if self.network.outputs == 1 else self.classes[output]

    def equation(self, theta: Array) -> str:
        """Return the hypothesis as an equation, with its present numbers where they are few."""
        return equation(self, theta)

    def coefficients(self, theta: Array) -> dict[str, Any]:
        """Return {"intercept": ..., feature: ...} of a linear model in the data's own units.

        For three and more classes each value is a list, one number per class.
        """
        layer = self.network.layers[0]
        weights = np.asarray(layer.weight(theta), np.float64)
        mean = np.array([f.mean for f in self.prepared.features])
        scale = np.array([f.scale for f in self.prepared.features])
        by = self.prepared.target_scale if self.task == "regression" else 1.0
        at = self.prepared.target_mean if self.task == "regression" else 0.0
        own = weights / scale[:, None] * by
        intercept = np.asarray(layer.bias(theta), np.float64) * by + at - mean @ own
        rows = np.vstack([intercept, own])
        names = ("intercept", *(f.name for f in self.prepared.features))
        single = rows.shape[1] == 1
        return {
            n: float(r[0]) if single else [float(v) for v in r]
            for n, r in zip(names, rows, strict=True)
        }


def _loss(experiment: Experiment, prepared: Prepared) -> AbstractLoss:
    """Return the loss at work on these data: class weights are of the training rows."""
    loss = experiment.loss_for(prepared.task).for_task(prepared.task)
    if prepared.task != "classification":
        return loss
    counts = np.bincount(prepared.train.y, minlength=len(prepared.classes))
    return loss.for_classes(prepared.classes, counts.tolist())
