"""The autopsy of a diverged run names step, layer, parameter and cause, with its numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gd_studio.experiment.autopsy import Autopsy
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.divergence import Diverged
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from tests.experiment.experiments import line, small

RATE = {"optimizer": {"learning_rate": 1000.0}}


def autopsy_of(run: Run, steps: int = 5000) -> Autopsy:
    run.advance(steps)
    assert isinstance(run.stop_reason, Diverged)
    return run.stop_reason.autopsy


def test_too_high_a_rate_on_a_line_names_the_weight_and_how_fast_it_grew() -> None:
    run = Run(line(optimizer={"learning_rate": 3.0}))
    found = autopsy_of(run)
    assert found.step == run.last_step + 1
    assert (found.layer, found.parameter) == ("output", "output: x → ŷ")
    assert found.weight == run.parameters[0]
    # By the theory of a parabola, the distance to the bottom is multiplied by 1 - rate · λ.
    assert found.growth == pytest.approx(abs(1 - 3.0 * Run(line()).sharpness().value), rel=1e-3)
    assert found.updates == pytest.approx(tuple(run.history["update_norm"][-5:]))
    assert found.before == 0
    assert found.words.startswith(f"At step {found.step} ")
    assert "concerned is output: x → ŷ," in found.words
    assert f"{found.growth:.3g}-fold a step" in found.words


def test_a_deep_relu_network_that_explodes_names_the_layer_of_the_first_overflow() -> None:
    model = {"kind": "mlp", "hidden": [8] * 6, "activation": "relu", "init": "normal"}
    run = Run(line(model={**model, "init_scale": 3.0}, optimizer={"learning_rate": 1.0}))
    found = autopsy_of(run)
    gradient = run.full_gradient()  # on another way than the loop's
    finite = {
        layer.name: bool(np.isfinite(gradient[layer.offset : layer.offset + layer.size]).all())
        for layer in run.hypothesis.network.layers
    }
    assert finite["output"]
    assert finite["hidden 6"]
    assert not finite["hidden 5"]
    assert (found.quantity, found.layer) == ("the gradient of hidden 5", "hidden 5")
    assert found.parameter.startswith("hidden 5: ")
    assert found.growth is not None
    assert found.growth > 1e50


def test_the_layer_and_neuron_whose_sum_overflows_are_named() -> None:
    run = Run(small(model={"kind": "mlp", "hidden": [4, 4], "activation": "relu"}))
    weights = {name: np.array(w) for name, w in run.weights().items()}
    weights["hidden 1.weight"][:] = 1e200
    weights["hidden 2.weight"][:] = 0
    weights["hidden 2.weight"][0, 2] = 1e200
    run.set_weights(weights)
    found = autopsy_of(run, 1)
    assert found.quantity == "the sum of hidden 2: 3"
    assert (found.value, found.parameter) == ("∞", "hidden 2: 1 → 3")
    assert found.weight == 1e200
    assert found.step == 1
    assert found.growth is None


def test_an_overflow_in_32_bits_is_found_where_64_bits_hold_it() -> None:
    change = {"model": {"kind": "mlp", "hidden": [8]}, "loss": {"kind": "mse"}}
    single = Run(
        line(**change, optimizer={"learning_rate": 20.0}, training={"precision": "float32"})
    )
    weights = {name: np.array(w) for name, w in single.weights().items()}
    weights["output.weight"][:] = 1e25
    single.set_weights(weights)
    found = autopsy_of(single, 10)
    assert (found.quantity, found.value) == ("the batch loss", "∞")
    assert found.layer == "output"
    assert found.weight == np.float32(1e25)
    double = Run(line(**change, optimizer={"learning_rate": 20.0}))
    double.set_weights(weights)
    assert math.isfinite(double.step().total)


def test_a_divergence_after_many_good_steps_is_retried_from_before_it_began() -> None:
    run = Run(line(optimizer={"learning_rate": 0.1}))
    run.advance(40)
    best = run.evaluate()["total"]
    run.edit({"optimizer.learning_rate": 8.0})
    found = autopsy_of(run)
    assert found.before == 40
    proposal = diagnose(run)[0].proposal
    assert proposal is not None
    assert proposal.step == 40
    run.seek(40)
    run.edit(proposal.changes)
    assert run.advance(100) is None
    assert run.evaluate()["total"] <= best


def test_halving_goes_on_until_plain_descent_is_stable() -> None:
    run = Run(line(optimizer={"learning_rate": 3.0}))
    autopsy_of(run)
    (finding,) = diagnose(run)
    rate = finding.proposal.changes["optimizer.learning_rate"] if finding.proposal else math.nan
    curvature = Run(line()).sharpness().value
    assert rate == 3.0 / 2**4
    assert 0.25 <= rate * curvature <= 1
    assert f"{3.0 * curvature:.3g}" in finding.reason
    run = Run(line(optimizer={"learning_rate": 1.2}))
    autopsy_of(run)
    (finding,) = diagnose(run)
    assert finding.proposal is not None


def test_momentum_has_no_such_theory_and_is_halved_until_a_trial_goes_down() -> None:
    run = Run(line(optimizer={"learning_rate": 20.0, "momentum": 0.9}))
    found = autopsy_of(run)
    (finding,) = diagnose(run)
    assert finding.proposal is not None
    rate = finding.proposal.changes["optimizer.learning_rate"]
    times = round(math.log2(20 / rate))
    assert times > 1
    assert finding.proposal.label == (
        f"Halve the rate {times} times, to {rate:.3g}, and retry from step {found.before}"
    )
    assert "curvature" not in finding.reason
    run.seek(found.before)
    run.edit(finding.proposal.changes)
    assert run.advance(200) is None
    assert run.evaluate()["total"] < 0.1 * run.stop_memory.first_loss


def test_a_landscape_that_falls_for_ever_names_its_coordinate() -> None:
    model = {"kind": "landscape", "function": "formula", "formula": "-exp(x^2)"}
    run = Run(Experiment.from_dict({"model": model, "optimizer": {"learning_rate": 1.0}}))
    found = autopsy_of(run, 100)
    assert found.parameter == "x"
    assert found.layer == ""


@pytest.mark.parametrize(
    "experiment",
    [
        line(**RATE),
        line(model={"kind": "polynomial", "degree": 3}, **RATE),
        line(model={"kind": "mlp", "hidden": [3], "activation": "relu"}, **RATE),
        small(data={"kind": "iris"}, penalty={"l2": 1.0}, **RATE),
    ],
    ids=["linear", "polynomial", "network", "classes"],
)
def test_the_card_says_a_parameter_as_ledger_network_and_movers_do(experiment: Experiment) -> None:
    run = Run(experiment)
    found = autopsy_of(run)
    places = range(run.hypothesis.network.size)
    assert found.parameter in [run.hypothesis.said_name(i) for i in places]
    assert f"concerned is {found.parameter}," in diagnose(run)[0].evidence
