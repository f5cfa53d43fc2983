"""Plateau: the loss stands still where the model could still learn."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.layers import Layer
from gd_studio.engine.network import Network
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding
from gd_studio.experiment.diagnosis.rates import descent_at, is_plain, oracle_of, parameters_at
from gd_studio.experiment.diagnosis.trial import (
    RATE,
    Candidate,
    larger,
    proposed,
    rounded,
    usual_rates,
)

TITLE = "A plateau: the loss stands still"
MOST_LEFT = 0.9
# Below this share of what nothing learned costs, a loss that stands still has learned.
LEAST_LEFT = 0.1
# The first layer's gradient, per parameter, is this share of the last one's where it vanishes.
VANISHED = 0.05
# One step of the best length must promise this share of the loss.
LEAST_PROMISE = 0.05
GLOROT = Candidate(
    "Start from Glorot's initial weights, at a learning rate of {rate}",
    {"model.init": "glorot"},
    usual_rates(),
)
RELU = Candidate(
    "Use ReLU and He's initial weights, at a learning rate of {rate}",
    {"model.activation": "relu", "model.init": "he"},
    usual_rates(),
)


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


def alike_layer(case: Case, network: Network) -> Layer | None:
    """Return a hidden layer whose neurons all have the same weights, if there is one."""
    for layer in network.layers[:-1]:
        matrix = layer.matrix(case.run.parameters)
        if layer.outputs > 1 and (np.ptp(matrix, axis=0) <= 1e-9 * np.abs(matrix).max()).all():
            return layer
    return None


def _alike(case: Case, network: Network) -> Finding | None:
    """Find a layer whose neurons have the same weights: they stay one neuron for ever."""
    layer = alike_layer(case, network)
    if layer is None:
        return None
    evidence = f"{_stand(case)}; all {layer.outputs} neurons of {layer.name} are alike."
    reason = (
        "Neurons with the same weights get the same gradient, so they never part; random "
        "initial weights tell them apart."
    )
    return Finding("plateau", TITLE, evidence, reason, proposed(case, "alike", GLOROT))


def _vanishing(case: Case, network: Network) -> Finding | None:
    """Find a gradient that fades on its way back through the layers: now, or at the start.

    On a plateau itself that of the last layer may be next to 0, too.
    """
    found = _faded(case, network, case.step) or _faded(case, network, 0)
    if found is None:
        return None
    evidence = f"{_stand(case)}; {found}."
    reason = (
        f"Each of {len(network.layers) - 1} layers multiplies it by its weights and slopes on the "
        "way back; where these are small, the first layers hardly learn."
    )
    drawn = getattr(case.settings.model, "init", "") in ("normal", "uniform", "zeros")
    wanted = (GLOROT, RELU) if drawn else (RELU,)
    return Finding("plateau", TITLE, evidence, reason, proposed(case, "vanishing", *wanted))


def _faded(case: Case, network: Network, step: int) -> str | None:
    theta = parameters_at(case, step)
    if theta is None:
        return None
    with np.errstate(all="ignore"):
        gradient = oracle_of(case).gradient(theta.astype(np.float64))
    first, last = network.layers[0], network.layers[-1]
    sizes = [float(np.sqrt(np.square(layer.matrix(gradient)).mean())) for layer in (first, last)]
    if not sizes[0] < VANISHED * sizes[1]:
        return None
    when = "the gradient is" if step else "at the start the gradient was"
    return (
        f"{when} {sizes[1]:.2g} per parameter in the output layer and {sizes[0]:.2g} in "
        f"{first.name}"
    )


def _too_slow(case: Case) -> Finding | None:
    """Find steps so short that one of the best length would gain far more than many of them."""
    if case.share_left < LEAST_LEFT or not _creeps(case.window):
        return None
    found = descent_at(case)
    if found is None or found.promise < LEAST_PROMISE * abs(case.loss):
        return None
    if is_plain(case) and case.rate > found.rate / 10:
        return None
    evidence = (
        f"{_stand(case)}; a single step of the best length along the gradient would lower it by "
        f"about {100 * found.promise / abs(case.loss):.0f} %."
    )
    reason = f"The slope is there, but the steps are too short at a learning rate of {case.rate:g}."
    untried = rounded(found.rate / 2 if is_plain(case) else case.rate * 30)
    label = "Set the learning rate to {rate} from here on"
    longer = Candidate(label, {RATE: untried}, larger(case.rate), here=True)
    proposal = proposed(case, "slow", longer)
    # Where longer steps do not help they are no remedy, and short ones were not the trouble.
    if not proposal.helped:
        return None
    certain = not proposal.is_trying
    return Finding("plateau", TITLE, evidence, reason, proposal, certain=certain)


def _creeps(window: Array) -> bool:
    """Whether the loss moves only down, if at all: steps that were too long would shake it."""
    travel, fall = float(np.abs(np.diff(window)).sum()), float(window[0] - window[-1])
    return travel <= 2 * fall + 1e-9 * abs(float(window[-1]))
