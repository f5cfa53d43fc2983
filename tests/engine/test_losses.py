"""Losses: values, slopes and curvatures, also where a careless formula overflows."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.losses import (
    DEFAULT_LOSS,
    LOSSES,
    AbstractLoss,
    CrossEntropy,
    Hinge,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanSquaredError,
    SquaredProbabilityError,
    probabilities,
)
from gd_studio.errors import SettingError
from tests.engine.gradients import measured_gradient

Z = np.random.default_rng(1).normal(0, 2, (3, 6))
NUMBERS = np.random.default_rng(2).normal(0, 2, (3, 6))
ONE_HOT = np.eye(3)[:, [0, 1, 2, 1, 1, 0]]
BITS = np.array([[0.0, 1.0, 1.0, 0.0, 1.0, 0.0]])

CASES: list[tuple[AbstractLoss, Array, Array]] = [
    (MeanSquaredError(), Z, NUMBERS),
    (MeanAbsoluteError(), Z, NUMBERS),
    (Huber(), Z, NUMBERS),
    (Huber(delta=0.1), Z[:1], NUMBERS[:1]),
    (LogCosh(), Z, NUMBERS),
    (CrossEntropy(), Z[:1], BITS),
    (CrossEntropy(), Z, ONE_HOT),
    (CrossEntropy(label_smoothing=0.3), Z[:1], BITS),
    (CrossEntropy(label_smoothing=0.3), Z, ONE_HOT),
    (CrossEntropy(class_weights=(0.5, 3.0)), Z[:1], BITS),
    (CrossEntropy(class_weights=(0.5, 3.0, 1.0), label_smoothing=0.1), Z, ONE_HOT),
    (CrossEntropy(class_weights=(0.5, 3.0), label_smoothing=0.1), Z[:1], BITS),
    (Hinge(), Z[:1], BITS),
    (Hinge(), Z, ONE_HOT),
    (Hinge(class_weights=(0.5, 3.0)), Z[:1], BITS),
    (Hinge(class_weights=(0.5, 3.0, 1.0)), Z, ONE_HOT),
    (SquaredProbabilityError(), Z[:1], BITS),
    (SquaredProbabilityError(), Z, ONE_HOT),
]


def slope(loss: AbstractLoss, z: Array, y: Array) -> Array:
    out = np.full_like(z, np.nan)
    loss.slope(z, y, out)
    return out


def test_the_values_are_those_of_the_formulas() -> None:
    z, y = np.array([[1.0, 3.0], [2.0, -1.0]]), np.array([[0.0, 2.5], [2.0, 1.0]])
    assert MeanSquaredError().rows(z, y) == pytest.approx([0.5, (0.25 + 4) / 2])
    assert MeanAbsoluteError().rows(z, y) == pytest.approx([0.5, 1.25])
    assert Huber(delta=1.5).rows(z, y) == pytest.approx([0.25, (0.125 + 1.5 * (2 - 0.75)) / 2])
    p = math.exp(3) / (math.exp(3) + math.exp(-1))
    chosen = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert CrossEntropy().rows(z, chosen)[1] == pytest.approx(-math.log(p), rel=1e-14)
    squared = SquaredProbabilityError().rows(z, chosen)[1]
    assert squared == pytest.approx(((p - 1) ** 2 + (1 - p) ** 2) / 2, rel=1e-13)
    smooth = LogCosh().rows(z, y)
    assert smooth == pytest.approx([math.log(math.cosh(1)) / 2, math.log(math.cosh(0.5)) / 2
                                    + math.log(math.cosh(2)) / 2], rel=1e-14)  # fmt: skip
    margins = Hinge().rows(np.array([[1.0, -2.0], [2.5, 1.0], [1.0, 5.0]]), ONE_HOT[:, :2])
    assert margins == pytest.approx([(2.5 + 1) / 3, 5 / 3], rel=1e-15)
    signed = Hinge().rows(np.array([[0.25, 0.25, 3.0, -3.0]]), np.array([[0.0, 1.0, 1.0, 1.0]]))
    assert signed == pytest.approx([1.25, 0.75, 0, 4], rel=0)
    binary = CrossEntropy().rows(np.array([[2.0]]), np.array([[0.0]]))
    assert binary[0] == pytest.approx(math.log(1 + math.exp(2)), rel=1e-15)


@pytest.mark.parametrize(("loss", "z", "y"), CASES)
def test_the_slope_is_the_derivative_of_the_row_losses(
    loss: AbstractLoss, z: Array, y: Array
) -> None:
    def total(flat: Array) -> float:
        return float(loss.rows(flat.reshape(z.shape), y).sum())

    measured = measured_gradient(total, z.ravel())
    assert slope(loss, z, y).ravel() == pytest.approx(measured, rel=1e-6, abs=1e-10)


@pytest.mark.parametrize(("loss", "z", "y"), CASES)
def test_the_curvature_is_the_derivative_of_the_slope(
    loss: AbstractLoss, z: Array, y: Array
) -> None:
    v = np.random.default_rng(5).normal(size=z.shape)
    step = 1e-6
    measured = (slope(loss, z + step * v, y) - slope(loss, z - step * v, y)) / (2 * step)
    found = loss.curvature(z, y, v)
    if found is None:
        assert isinstance(loss, MeanAbsoluteError | Hinge)
        assert not measured.any()
    else:
        assert found == pytest.approx(measured, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("kind", LOSSES)
def test_a_loss_says_truly_whether_it_has_a_curvature_for_the_classes_or_not(kind: str) -> None:
    loss, y = LOSSES[kind](), NUMBERS
    if isinstance(loss, CrossEntropy | Hinge):
        loss, y = msgspec.structs.replace(loss, class_weights="balanced"), ONE_HOT
    promised = loss.twice_differentiable
    ready = loss.for_classes(["a", "b", "c"], [2, 3, 1])
    assert ready.twice_differentiable is promised
    assert (ready.curvature(Z, y, np.ones_like(Z)) is not None) is promised


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cross_entropy_of_one_logit_is_right_at_a_thousand(dtype: type) -> None:
    z: Array = np.array([[1e3, 1e3, -1e3, -1e3, 0]], dtype)
    y: Array = np.array([[1, 0, 1, 0, 1]], dtype)
    assert CrossEntropy().rows(z, y) == pytest.approx([0, 1e3, 1e3, 0, math.log(2)], rel=1e-6)
    squared = SquaredProbabilityError()
    with np.errstate(over="ignore"):
        found = slope(CrossEntropy(), z, y)
        assert squared.rows(z, y) == pytest.approx([0, 1, 1, 0, 0.25], abs=1e-7)
        assert np.isfinite(slope(squared, z, y)).all()
    assert found == pytest.approx(np.array([[0, 1, -1, 0, -0.5]]), abs=1e-7)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cross_entropy_of_many_logits_is_right_at_a_thousand(dtype: type) -> None:
    z: Array = np.array([[1e3, -1e3], [-1e3, -1e3], [0, 1e3]], dtype)
    y: Array = np.array([[1, 1], [0, 0], [0, 0]], dtype)
    assert CrossEntropy().rows(z, y) == pytest.approx([0, 2e3], rel=1e-6)
    expected = np.array([[0.0, -1.0], [0.0, 0.0], [0.0, 1.0]])
    assert slope(CrossEntropy(), z, y) == pytest.approx(expected, abs=1e-7)
    v = np.ones_like(z)
    curvature = CrossEntropy().curvature(z, y, v)
    assert curvature is not None
    assert np.isfinite(curvature).all()


@pytest.mark.parametrize("outputs", [1, 3])
def test_probabilities_are_shares_of_one(outputs: int) -> None:
    z = np.array([[-1e3, 0.0, 5.0], [1e3, 0.0, 4.0], [0.0, 0.0, 2.0]])[:outputs]
    p = np.empty_like(z)
    with np.errstate(over="ignore"):
        probabilities(z, p)
    assert ((p >= 0) & (p <= 1)).all()
    if outputs == 3:
        assert p.sum(axis=0) == pytest.approx(np.ones(3), rel=1e-15)
        assert p[:, 1] == pytest.approx(np.full(3, 1 / 3))


@pytest.mark.parametrize(("loss", "z", "y"), CASES)
def test_many_guesses_at_once_are_each_judged_alone(
    loss: AbstractLoss, z: Array, y: Array
) -> None:
    many = np.stack([z, 2 * z, -z])
    together = loss.rows(many, y)
    out = np.empty_like(many)
    loss.slope(many, y, out)
    for k, one in enumerate(many):
        assert together[k] == pytest.approx(loss.rows(one, y), rel=1e-15)
        assert out[k] == pytest.approx(slope(loss, one, y), rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("loss", "z", "y"), CASES)
def test_what_the_loop_asks_for_is_the_mean_and_the_slope(
    loss: AbstractLoss, z: Array, y: Array, dtype: type
) -> None:
    digits = 1e-14 if dtype is np.float64 else 1e-5
    y = y.astype(dtype)
    both: list[Array] = [z.astype(dtype), np.stack([z, 2 * z, -z]).astype(dtype)]
    for outputs in both:
        room, out = np.full_like(outputs, np.nan), np.full_like(outputs, np.nan)
        mean = loss.mean(outputs, y, room)
        loss.slope_after(outputs, y, room, out)
        assert out.dtype == np.asarray(loss.rows(outputs, y)).dtype == dtype
        assert np.shape(mean) == outputs.shape[:-2]
        expected = loss.rows(outputs, y).sum(axis=-1) / loss.total_weight(y)
        assert mean == pytest.approx(expected, rel=digits)
        assert out == pytest.approx(slope(loss, outputs, y), rel=10 * digits, abs=digits)


def test_a_sure_and_right_guess_keeps_its_small_loss_in_the_loop() -> None:
    z, y = np.array([[40.0, -35.0, 300.0]]), np.array([[1.0, 0.0, 1.0]])
    room, out = np.empty_like(z), np.empty_like(z)
    expected = (math.exp(-40) + math.exp(-35) + math.exp(-300)) / 3
    assert CrossEntropy().mean(z, y, room) == pytest.approx(expected, rel=1e-14)
    CrossEntropy().slope_after(z, y, room, out)
    assert out[0] == pytest.approx([0, math.exp(-35), 0], rel=1e-13, abs=1e-16)


@pytest.mark.parametrize("loss", [CrossEntropy(), Hinge()])
@pytest.mark.parametrize("many", [False, True])
def test_a_class_that_weighs_double_counts_as_if_its_rows_were_there_twice(
    loss: AbstractLoss, many: bool
) -> None:
    z, y = (Z, ONE_HOT) if many else (Z[:1], BITS)
    twice = np.concatenate([np.arange(6), np.flatnonzero(y[-1] == 1)])
    weights = (1.0, 1.0, 2.0) if many else (1.0, 2.0)
    heavy = msgspec.structs.replace(loss, class_weights=weights)
    assert heavy.total_weight(y) == len(twice)
    room = np.empty_like(z[:, twice])
    expected = loss.mean(z[:, twice], y[:, twice], room)
    assert heavy.mean(z, y, np.empty_like(z)) == pytest.approx(expected, rel=1e-14)


def test_label_smoothing_spreads_a_share_of_the_truth_over_all_classes() -> None:
    shares = 0.7 * ONE_HOT + 0.1
    p = np.empty_like(Z)
    probabilities(Z, p)
    expected = -(shares * np.log(p)).sum(axis=0)
    assert CrossEntropy(label_smoothing=0.3).rows(Z, ONE_HOT) == pytest.approx(expected, rel=1e-14)
    both = np.vstack([np.zeros((1, 6)), Z[:1]])
    single = CrossEntropy(label_smoothing=0.3, class_weights=(2.0, 5.0))
    assert single.rows(Z[:1], BITS) == pytest.approx(
        single.rows(both, np.vstack([1 - BITS, BITS])), rel=1e-14
    )


@pytest.mark.parametrize("kind", ["cross_entropy", "hinge"])
def test_balanced_weights_are_those_of_the_training_rows(kind: str) -> None:
    loss = LOSSES[kind](class_weights="balanced")
    found = loss.for_classes(("no", "yes", "perhaps"), (6, 2, 4))
    assert found == LOSSES[kind](class_weights=(12 / 18, 12 / 6, 12 / 12))
    assert loss.for_classes(("a", "b"), (5, 0)) == LOSSES[kind](class_weights=(0.5, 2.5))
    with pytest.raises(ValueError, match="for_classes"):
        loss.rows(Z[:1], BITS)


@pytest.mark.parametrize("kind", ["cross_entropy", "hinge"])
def test_weights_are_one_number_for_each_class(kind: str) -> None:
    loss = LOSSES[kind](class_weights=(1.0, 2.0))
    assert loss.for_classes(("no", "yes"), (3, 3)) == loss
    with pytest.raises(SettingError) as refused:
        loss.for_classes(("red", "green", "blue"), (3, 3, 3))
    assert refused.value.path == "loss.class_weights"
    assert str(refused.value) == (
        "Class weights (loss.class_weights) must be one number for each of the 3 classes "
        "(red, green, blue), not 2."
    )
    with pytest.raises(SettingError, match=r"10 classes \(0, .*7, …\), not 2"):
        loss.for_classes(tuple("0123456789"), (1,) * 10)


def test_each_loss_is_for_the_tasks_it_names() -> None:
    for task in ("regression", "classification"):
        assert task in DEFAULT_LOSS[task].tasks
    assert LOSSES["cross_entropy"].tasks == ("classification",)
    assert isinstance(MeanSquaredError().for_task("classification"), SquaredProbabilityError)
    assert isinstance(MeanSquaredError().for_task("regression"), MeanSquaredError)
    assert all(chosen.title for chosen in LOSSES.values())
