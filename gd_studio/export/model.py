"""A trained model as it leaves: its weights, and all it takes to use them elsewhere.

Weights alone are of no use to anyone: the description says how a row in own units and words
becomes features, in which order the layers stand, and what the outputs mean.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from gd_studio.engine.analytic import Landscape
from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.run import Run
from gd_studio.settings import plain

FORMAT = "gd-studio model"
VERSION = 1


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A hypothesis with the parameters (P,) of one step; made from a run, or from a frame."""

    hypothesis: Hypothesis
    parameters: Array
    experiment: Experiment
    step: int

    @classmethod
    def of(cls, run: Run) -> TrainedModel:
        """Return a run's model at its present step."""
        return cls(run.hypothesis, run.parameters, run.in_force, run.step_number)

    def weights(self) -> dict[str, Array]:
        """Return {"hidden 1.weight": (inputs, outputs), "hidden 1.bias": (outputs,), ...}."""
        named = self.hypothesis.network.weights(self.parameters)
        return {name: np.ascontiguousarray(view) for name, view in named.items()}


def description(model: TrainedModel) -> dict[str, Any]:
    """Return all but the weights, as plain values that JSON can hold."""
    hypothesis = model.hypothesis
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": model.experiment.name,
        "step": model.step,
        "task": hypothesis.task,
        "how_to_guess": _steps_to_a_guess(hypothesis),
        "preparation": hypothesis.prepared.to_dict(),
        "terms": _terms(hypothesis),
        "network": _network(hypothesis),
        "loss": plain(model.experiment.loss_for(hypothesis.task)),
    }


def as_json_text(value: object) -> str:
    """Return plain values as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _network(hypothesis: Hypothesis) -> dict[str, Any]:
    network = hypothesis.network
    if isinstance(network, Landscape):
        return {"formula": network.formula, "precision": hypothesis.dtype.name}
    assert isinstance(network, Network)
    return {
        "activation": network.activation_name,
        "output": _output(hypothesis),
        "precision": hypothesis.dtype.name,
        "layers": [
            {
                "name": layer.name,
                "inputs": layer.inputs,
                "outputs": layer.outputs,
                "weight": f"{layer.name}.weight",
                "bias": f"{layer.name}.bias",
            }
            for layer in network.layers
        ],
    }


def _terms(hypothesis: Hypothesis) -> dict[str, Any] | None:
    terms = hypothesis.terms
    if terms is None:
        return None
    return {
        "names": list(hypothesis.inputs),
        "exponents": terms.exponents.tolist(),
        "means": terms.mean.tolist(),
        "scales": terms.scale.tolist(),
    }


def _output(hypothesis: Hypothesis) -> str:
    if hypothesis.task == "regression":
        return "value"
    return "sigmoid" if len(hypothesis.classes) == 2 else "softmax"


def _steps_to_a_guess(hypothesis: Hypothesis) -> list[str]:
    if isinstance(hypothesis.network, Landscape):
        return ["x and y are a place; network.formula is the height there, which is the loss."]
    steps = [
        "Take the columns of preparation.columns in their order; replace what is missing by fill.",
        "A number becomes (value - mean) / scale; a date is first counted as days since "
        "1970-01-01; a category becomes one feature for each of its categories, 1 where it is "
        "the row's own and 0 elsewhere. Together they are preparation.features.",
    ]
    if hypothesis.terms is not None:
        steps.append(
            "Each term is the product of all features, each raised to its power in a row of "
            "terms.exponents; then (term - mean) / scale. The terms take the features' place."
        )
    steps.append(
        "For each layer in order: a = activation(a @ weight + bias), with weight as (inputs, "
        "outputs); after the last layer there is no activation."
    )
    steps.append(_OUTPUTS[_output(hypothesis)])
    return steps


_OUTPUTS = {
    "value": "The guess is output * preparation.target.scale + preparation.target.mean.",
    "sigmoid": "1 / (1 + exp(-output)) is the probability of the second of the two classes.",
    "softmax": "exp(output) / sum(exp(output)) are the probabilities of the classes, in order.",
}
