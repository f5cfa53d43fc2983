"""Plateau: the loss stands still where the model could still learn."""

from __future__ import annotations

import math

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.rates import is_plain, rounded

TITLE = "A plateau: the loss stands still"
MOST_LEFT = 0.9
# The first layer's gradient, per parameter, is this share of the last one's where it vanishes.
VANISHED = 0.01
# One step of the best length must promise this share of the loss.
LEAST_PROMISE = 0.05


def plateau(case: Case) -> Finding | None:
    """Return a finding if the loss is flat, and it shows why."""
    if case.is_landscape or not case.has_rate or not case.is_flat:
        return None
    network = case.network
    unpenalized = not case.settings.penalty.active
    if network is not None and unpenalized and case.share_left > MOST_LEFT:
        found = _alike(case, network) or _vanishing(case, network)
        if found is not None:
            return found
    return _too_slow(case)


def _stand(case: Case) -> str:
    return (
        f"In the last {case.window_steps} steps the training loss fell by "
        f"{max(0.0, 100 * case.progress):.2f} %, to {case.loss:.4g}"
    )


def _alike(case: Case, network: Network) -> Finding | None:
    """Find a layer whose neurons have the same weights: they stay one neuron for ever."""
    for layer in network.layers[:-1]:
        matrix = layer.matrix(case.run.parameters)
        if layer.outputs > 1 and (np.ptp(matrix, axis=0) <= 1e-9 * np.abs(matrix).max()).all():
            evidence = f"{_stand(case)}; all {layer.outputs} neurons of {layer.name} are alike."
            reason = (
                "Neurons with the same weights get the same gradient, so they never part; random "
                "initial weights tell them apart."
            )
            proposal = Proposal("Start from Glorot's initial weights", {"model.init": "glorot"})
            return Finding("plateau", TITLE, evidence, reason, proposal)
    return None


def _vanishing(case: Case, network: Network) -> Finding | None:
    """Find a gradient that fades on its way back through the layers."""
    gradient = _gradient(case)[0]
    first, last = network.layers[0], network.layers[-1]
    sizes = [float(np.sqrt(np.square(layer.matrix(gradient)).mean())) for layer in (first, last)]
    if not sizes[0] < VANISHED * sizes[1]:
        return None
    evidence = (
        f"{_stand(case)}; the gradient is {sizes[1]:.2g} per parameter in the output layer and "
        f"{sizes[0]:.2g} in {first.name}."
    )
    reason = (
        f"Each of {len(network.layers) - 1} layers multiplies it by its weights and slopes on the "
        "way back; where these are small, the first layers hardly learn."
    )
    return Finding("plateau", TITLE, evidence, reason, _larger(case))


def _larger(case: Case) -> Proposal:
    model = case.settings.model
    if getattr(model, "init", "") in ("normal", "uniform", "zeros"):
        return Proposal("Start from Glorot's initial weights", {"model.init": "glorot"})
    changes = {"model.activation": "relu", "model.init": "he"}
    return Proposal("Use ReLU and He's initial weights", changes)


def _too_slow(case: Case) -> Finding | None:
    """Find steps so short that one of the best length would gain far more than many of them."""
    if not _creeps(case.window):
        return None
    gradient, bend = _gradient(case)
    square = float(gradient @ gradient)
    if not bend > 0 or not math.isfinite(square):
        return None
    best_rate, promise = square / bend, square * square / (2 * bend)
    slow = case.rate < best_rate / 10 if is_plain(case) else True
    if promise < LEAST_PROMISE * abs(case.loss) or not slow:
        return None
    rate = rounded(best_rate / 2 if is_plain(case) else case.rate * 30)
    evidence = (
        f"{_stand(case)}; a single step of the best length along the gradient would lower it by "
        f"about {100 * promise / abs(case.loss):.0f} %."
    )
    reason = f"The slope is there, but the steps are too short at a learning rate of {case.rate:g}."
    proposal = Proposal(
        f"Set the learning rate to {rate:g} from here on", {"optimizer.learning_rate": rate}
    )
    return Finding("plateau", TITLE, evidence, reason, proposal)


def _creeps(window: Array) -> bool:
    """Whether the loss moves only down, if at all: steps that were too long would shake it."""
    travel, fall = float(np.abs(np.diff(window)).sum()), float(window[0] - window[-1])
    return travel <= 2 * fall + 1e-9 * abs(float(window[-1]))


def _gradient(case: Case) -> tuple[Array, float]:
    """Return the gradient g (P,) of the total loss on the case's rows, and gᵀHg."""
    hypothesis = case.hypothesis
    x, y = case.x.astype(np.float64), case.y.astype(np.float64)
    oracle = hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)
    theta = case.run.parameters.astype(np.float64)
    with np.errstate(all="ignore"):
        gradient = oracle.gradient(theta)
        return gradient, float(gradient @ oracle.hessian_product(theta, gradient))
