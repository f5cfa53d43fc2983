"""The equation is the model: what it says, worked out by hand, is what `predict` says."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from gd_studio import Run
from gd_studio.data import Column, Dataset
from gd_studio.engine.arrays import Array
from gd_studio.experiment.equation import own_polynomial
from tests.experiment.experiments import line, small, table

POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def said(run: Run) -> str:
    return run.hypothesis.equation(run.parameters)


def with_random_weights(run: Run, seed: int = 0) -> Run:
    rng = np.random.default_rng(seed)
    run.set_weights({name: rng.normal(size=v.shape) for name, v in run.weights().items()})
    return run


def polynomial(x: Array, y: Array, degree: int = 3, **more: Any) -> Run:
    classes = more.pop("classes", ())
    loss = {"kind": "cross_entropy"} if classes else {"kind": "mse"}
    model = {"kind": "polynomial", "degree": degree}
    return Run(line(model=model, loss=loss, **more), dataset=table(x, y, classes=classes))


def worked_out(text: str, values: dict[str, float]) -> float:
    """Return the value of "1.5 − 2·x + 0.3·x²·y" for values by name."""
    total = 0.0
    for sign, number, names in re.findall(r"([−+]?) ?([\d.]+(?:e−?\d+)?)((?:·[^ ,·]+)*)", text):
        product = float(number.replace("−", "-")) * (-1 if sign == "−" else 1)
        for name in names.split("·")[1:]:
            power = name[-1] if name[-1] in POWERS else ""
            product *= values[name.removesuffix(power)] ** (POWERS.index(power) if power else 1)
        total += product
    return total


SCALED, PLAIN = {"standardize": True, "standardize_target": True}, {"standardize": False}


@pytest.mark.parametrize("degree", [1, 2, 3, 7, 20])
@pytest.mark.parametrize(
    ("low", "high", "preparation"),
    [(-3, 3, SCALED), (0, 1, SCALED), (2, 40, SCALED), (1950, 2020, {}), (-3, 3, PLAIN)],
)
def test_a_polynomials_coefficients_in_own_units_give_the_models_guesses(
    degree: int, low: float, high: float, preparation: dict[str, bool]
) -> None:
    x = np.linspace(low, high, 50)[:, None]
    run = polynomial(x, np.sin(x[:, 0]) * 30 + 100, degree, preparation=preparation)
    with_random_weights(run)
    terms, weights = run.hypothesis.terms, run.weights()
    assert terms is not None
    own = own_polynomial(
        run.data, terms, weights["output.weight"][:, 0], float(weights["output.bias"][0])
    )
    guesses = run.predict(x)[:, 0]
    powers = x ** np.arange(degree + 1)
    # Far from 0 huge powers cancel: no float can do better than the size of what is added.
    size = np.abs(powers) @ np.abs(own)
    assert len(own) == degree + 1
    assert np.abs(powers @ own - guesses).max() <= 1e-12 * size.max() + 1e-12


def test_a_cubic_is_written_in_the_units_of_the_data() -> None:
    x = np.linspace(-2, 5, 60)[:, None]
    run = with_random_weights(polynomial(x, 40 + 3 * x[:, 0] ** 3))
    text = said(run)
    assert re.fullmatch(r"ŷ = −?[\d.]+ [−+] [\d.]+·x1 [−+] [\d.]+·x1² [−+] [\d.]+·x1³", text)
    for value in (-1.5, 0.0, 2.5, 4.0):
        found = worked_out(text.removeprefix("ŷ = "), {"x1": value})
        assert found == pytest.approx(run.predict([[value]])[0, 0], abs=0.1)


def test_of_a_high_degree_the_first_five_terms_are_shown() -> None:
    x = np.linspace(-2, 5, 60)[:, None]
    text = said(with_random_weights(polynomial(x, x[:, 0], degree=9)))
    assert re.findall(r"x1[⁰-⁹²³]?", text) == ["x1", "x1²", "x1³", "x1⁴"]
    assert text.endswith("·x1⁴ + …")


def test_a_polynomial_of_two_classes_is_squeezed() -> None:
    x = np.linspace(-2, 5, 60)[:, None]
    y = (x[:, 0] > 1).astype(int)
    run = with_random_weights(polynomial(x, y, degree=2, classes=("no", "yes")))
    text = said(run)
    assert text.startswith("ŷ = σ(")
    assert text.endswith("·x1²)")
    logit = worked_out(text.removeprefix("ŷ = σ(").removesuffix(")"), {"x1": 0.7})
    assert 1 / (1 + np.exp(-logit)) == pytest.approx(run.predict([[0.7]])[0, 1], abs=1e-3)


def test_of_several_inputs_the_largest_terms_stand_scaled_and_that_is_said() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2)) * [1, 100]
    run = with_random_weights(polynomial(x, 50 + x[:, 1], degree=2))
    text = said(run)
    assert text.endswith(" + …, with every term scaled")
    terms, weights = run.hypothesis.terms, run.weights()["output.weight"][:, 0]
    assert terms is not None
    smallest = run.hypothesis.inputs[int(np.abs(weights).argmin())]
    assert f"·{smallest} " not in text
    scaled = dict(zip(run.hypothesis.inputs, terms.apply(run.data.train.x[:1])[0], strict=True))
    left_out = weights[np.abs(weights).argmin()] * scaled[smallest] * run.data.target_scale
    shown = text.removeprefix("ŷ = ").removesuffix(" + …, with every term scaled")
    # Each scaled term counts as one value here, so x1·x2 must be no product.
    joined = {name.replace("·", "×"): value for name, value in scaled.items()}
    shown = re.sub(r"(x\d)·(x\d)", r"\1×\2", shown).replace("²", "^")
    joined = {name.replace("²", "^"): value for name, value in joined.items()}
    guess = run.predict(run.data.raw_rows(run.data.train.rows[:1]))[0, 0]
    assert worked_out(shown, joined) + left_out == pytest.approx(guess, abs=0.2)


def test_several_inputs_that_are_not_scaled_need_no_note() -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    run = polynomial(x, x[:, 1], degree=1, preparation={"standardize": False})
    with_random_weights(run)
    text = said(run)
    assert "scaled" not in text
    found = worked_out(text.removeprefix("ŷ = "), {"x1": 0.3, "x2": -1.2})
    assert found == pytest.approx(run.predict([[0.3, -1.2]])[0, 0], abs=2e-3)


def test_a_one_hot_feature_stands_in_brackets() -> None:
    words = np.array(["car", "house"] * 30, dtype=object)
    columns = (Column("purpose", "category", words), Column("sub-total", "number", np.arange(60.0)))
    y = np.where(words == "car", -5.0, 5.0) + 0.25 * np.arange(60)
    dataset = Dataset("loans", columns, Column("y", "number", y), "regression")
    run = Run(line(optimizer={"learning_rate": 0.2}), dataset=dataset)
    run.advance(500)
    text = said(run)
    assert "·[purpose = car]" in text
    assert "·[purpose = house]" in text
    assert text.endswith("+ 0.25·sub-total")


def test_negative_and_tiny_numbers_have_a_true_minus() -> None:
    run = Run(line())
    run.set_weights({"output.weight": np.array([[1e-9]]), "output.bias": np.array([-3.0])})
    text = said(run)
    assert "-" not in text
    assert text.startswith("ŷ = −")
    assert re.search(r"e−\d+·x", text)


def test_a_networks_and_a_softmaxs_equations_show_their_layers() -> None:
    assert said(Run(small())) == "ŷ = σ(W₂·tanh(W₁·x))"
    iris = Run(small(data={"kind": "iris"}, model={"kind": "polynomial", "degree": 2}))
    assert said(iris) == "ŷ = softmax(W₁·terms of x)"
    assert said(Run(small(model={"hidden": [2] * 5}))) == "ŷ = σ(W₆·…tanh(W₁·x))"
