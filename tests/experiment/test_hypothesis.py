"""The hypothesis: guesses, names and equations for any parameters, from any thread."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio import Experiment, Run, SettingError
from gd_studio.engine.penalties import Penalty
from gd_studio.experiment.explanation import explain
from tests.experiment.experiments import line, small, table


def test_total_losses_of_many_are_those_of_each() -> None:
    run = Run(small(penalty={"l2": 0.1}))
    thetas = run.parameters + np.random.default_rng(0).normal(size=(40, run.parameters.size))
    found = run.hypothesis.total_losses(thetas, run.data.train)
    expected = [run.hypothesis.evaluate(theta, run.data.train)["total"] for theta in thetas]
    assert found == pytest.approx(np.array(expected), rel=1e-13)


def test_row_losses_average_to_the_loss() -> None:
    for run in (Run(small()), Run(line()), Run(Experiment.from_dict({"data": {"kind": "iris"}}))):
        rows = run.hypothesis.row_losses(run.parameters, run.data.train)
        assert rows.shape == (len(run.data.train.rows),)
        assert rows.mean() == pytest.approx(run.evaluate()["loss"], rel=1e-13)


WEIGHED = {"kind": "cross_entropy", "class_weights": [1, 5, 2], "label_smoothing": 0.1}


def test_every_loss_over_rows_is_weighed_by_their_classes_alike() -> None:
    run = Run(Experiment.from_dict({"data": {"kind": "iris"}, "loss": WEIGHED}))
    hypothesis, train, theta = run.hypothesis, run.data.train, run.parameters
    weights = np.array([1, 5, 2])[train.y]
    rows = hypothesis.row_losses(theta, train)
    expected = float(rows.sum() / weights.sum())
    assert run.evaluate()["loss"] == pytest.approx(expected, rel=1e-13)
    surface = hypothesis.total_losses(theta[None], train)
    assert surface == pytest.approx(np.array([expected]), rel=1e-13)
    x, y = hypothesis.network_input(train.x), hypothesis.network_target(train.y)
    oracle = hypothesis.network.oracle(hypothesis.loss, Penalty(), x, y)
    assert oracle.loss(theta) == pytest.approx(expected, rel=1e-13)
    explained = [explain(hypothesis, theta, train, row) for row in range(len(rows))]
    assert [one.loss for one in explained] == pytest.approx(list(rows), rel=1e-12)
    mean = sum(one.gradient for one in explained) / weights.sum()
    assert mean == pytest.approx(oracle.gradient(theta), rel=1e-10, abs=1e-14)


def test_balanced_weights_count_the_training_rows_and_change_the_baseline() -> None:
    loss = {"kind": "cross_entropy", "class_weights": "balanced"}
    run = Run(small(data={"kind": "loan_applicants"}, loss=loss))
    counts = np.bincount(run.data.train.y)
    weights = getattr(run.hypothesis.loss, "class_weights", ())
    assert weights == pytest.approx(counts.sum() / (2 * counts))
    shares = counts / counts.sum()
    assert run.baseline is not None
    assert run.baseline.train_loss == pytest.approx(-np.log(shares).mean(), rel=1e-12)


def test_weights_of_too_few_classes_are_refused_by_name() -> None:
    loss = {"kind": "hinge", "class_weights": [1, 2]}
    with pytest.raises(SettingError, match=r"3 classes \(setosa, versicolor, virginica\), not 2"):
        Run(Experiment.from_dict({"data": {"kind": "iris"}, "loss": loss}))


def test_another_penalty_changes_the_price_and_nothing_else() -> None:
    run = Run(small())
    priced = run.hypothesis.with_penalty(Penalty(l2=2.0))
    before, after = (h.evaluate(run.parameters, run.data.train) for h in (run.hypothesis, priced))
    assert after["loss"] == before["loss"]
    assert after["penalty"] > before["penalty"] == 0


def test_a_polynomial_draws_its_true_curve() -> None:
    x = np.linspace(-2, 3, 60)[:, None]
    y = 1 - 2 * x[:, 0] + 0.5 * x[:, 0] ** 3
    run = Run(
        line(model={"kind": "polynomial", "degree": 3}, optimizer={"learning_rate": 0.3}),
        dataset=table(x, y, ("x",)),
    )
    run.advance(4000)
    assert run.hypothesis.inputs == ("x", "x²", "x³")
    assert run.predict([[2.5]])[0, 0] == pytest.approx(1 - 5 + 0.5 * 2.5**3, rel=1e-3)


def test_a_linear_equation_has_the_numbers_of_the_data() -> None:
    x = np.linspace(0, 10, 40)[:, None]
    run = Run(line(optimizer={"learning_rate": 0.3}), dataset=table(x, 3 - 2 * x[:, 0], ("age",)))
    run.advance(300)
    assert run.hypothesis.equation(run.parameters) == "ŷ = 3 − 2·age"


def test_a_networks_equation_shows_its_layers() -> None:
    run = Run(small())
    assert run.hypothesis.equation(run.parameters) == "ŷ = σ(W₂·tanh(W₁·x))"


def test_parameters_are_named_as_they_are_said() -> None:
    hypothesis = Run(small()).hypothesis
    index = hypothesis.network.parameter_index
    assert hypothesis.said_name(index("hidden 1.weight[0,2]")) == "hidden 1: x → 3"
    assert hypothesis.said_name(index("hidden 1.bias[1]")) == "hidden 1: bias → 2"
    assert hypothesis.said_name(index("output.weight[3,0]")) == "output: 4 → ŷ"


def test_too_many_terms_are_refused_with_their_number() -> None:
    experiment = Experiment.from_dict(
        {"data": {"kind": "breast_cancer"}, "model": {"kind": "polynomial", "degree": 4}}
    )
    with pytest.raises(Exception, match="has 46375 terms, more than 2000"):
        Run(experiment)


def test_no_rows_give_no_guesses() -> None:
    run = Run(small())
    assert run.hypothesis.outputs(run.parameters, np.zeros((0, 2))).shape == (0, 1)
