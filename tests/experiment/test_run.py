"""A run: its records, evaluations and weights, against numbers made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from gd_studio import Experiment, GDStudioError, Run, SettingError
from gd_studio.data import DataSettings
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import Sgd
from gd_studio.engine.plateau import PlateauMemory
from gd_studio.engine.schedules import Plateau
from gd_studio.engine.stopping import Stop
from gd_studio.experiment.history import COLUMNS
from gd_studio.experiment.models import Mlp
from gd_studio.experiment.training import Training
from gd_studio.settings import kinds
from tests.experiment.experiments import line, small, table

SYNTHETIC = ["line", "sine", "plane", "moons", "circles", "spirals", "xor", "blobs"]


DATA = [kind for kind in kinds(DataSettings) if kind not in ("file", "digits", "none")]


def test_the_default_experiment_is_two_moons_and_a_network() -> None:
    run = Run()
    assert run.experiment == Experiment()
    assert [view.shape for view in run.weights().values()] == [
        (2, 8), (8,), (8, 8), (8,), (8, 1), (1,)
    ]  # fmt: skip
    assert run.step_number == run.last_step == run.epoch == 0
    assert run.record is None
    assert not run.gradient.any()
    assert len(run.batch_rows) == 0


@pytest.mark.parametrize("kind", DATA)
def test_every_kind_of_data_can_be_learned_a_little(kind: str) -> None:
    run = Run(Experiment.from_dict({"data": {"kind": kind}, "model": {"hidden": [6]}}))
    before = run.evaluate()["total"]
    run.advance(60)
    assert run.evaluate()["total"] < before


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_step_is_the_formula_applied_to_its_batch(precision: str) -> None:
    run = Run(
        line(
            training={"batch_size": 7, "precision": precision},
            penalty={"l2": 0.3},
            optimizer={"learning_rate": 0.2},
        )
    )
    x, y = run.data.train.x[:, 0], run.data.train.y[:, 0]
    for _ in range(9):
        weight, bias = (float(v) for v in run.parameters)
        record = run.step()
        rows = run.batch_rows
        error = weight * x[rows] + bias - y[rows]
        pull = [2 * float((error * x[rows]).mean()) + 0.3 * weight, 2 * float(error.mean())]
        tolerance = 1e-12 if precision == "float64" else 1e-5
        assert record.loss == pytest.approx(float((error**2).mean()), rel=tolerance)
        assert record.penalty == pytest.approx(0.15 * weight**2, rel=tolerance)
        assert record.total == record.loss + record.penalty
        assert record.gradient_norm == pytest.approx(math.hypot(*pull), rel=tolerance)
        assert record.update_norm == pytest.approx(0.2 * math.hypot(*pull), rel=10 * tolerance)
        assert record.learning_rate == 0.2
        assert run.gradient == pytest.approx(np.array(pull), rel=10 * tolerance)
        new = [weight - 0.2 * pull[0], bias - 0.2 * pull[1]]
        assert run.parameters == pytest.approx(np.array(new), rel=10 * tolerance)
        assert run.previous == pytest.approx(np.array([weight, bias]))
        assert run.record == record


def test_an_evaluation_is_the_formula_over_all_rows_of_a_split() -> None:
    run = Run(small(penalty={"l1": 0.02, "l2": 0.1}, preparation={"test": 0.2}))
    run.advance(25)
    named = run.weights()
    cost = sum(
        0.02 * np.abs(w).sum() + 0.05 * (w**2).sum() for n, w in named.items() if "weight" in n
    )
    for split in ("train", "validation", "test"):
        x, y = run.split(split).x, run.split(split).y
        hidden = np.tanh(x @ named["hidden 1.weight"] + named["hidden 1.bias"])
        p = 1 / (1 + np.exp(-(hidden @ named["output.weight"] + named["output.bias"])[:, 0]))
        found = run.evaluate(split)
        loss = float(-np.where(y == 1, np.log(p), np.log(1 - p)).mean())
        assert found["loss"] == pytest.approx(loss, rel=1e-12)
        assert found["penalty"] == pytest.approx(cost, rel=1e-12)
        assert found["total"] == found["loss"] + found["penalty"]
        assert found["accuracy"] == ((p > 0.5) == y).mean()


def test_r2_is_the_share_of_the_spread_that_is_explained() -> None:
    run = Run(line())
    run.advance(50)
    guess = run.predict(run.data.raw_rows(run.data.train.rows))[:, 0]
    truth = run.data.dataset.target.values[run.data.train.rows]
    expected = 1 - ((truth - guess) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()
    assert run.evaluate()["r2"] == pytest.approx(expected, rel=1e-10)


def test_history_has_a_row_for_every_step_and_every_evaluation() -> None:
    run = Run(small())  # 48 training rows in batches of 10: epochs of 5 steps
    records = [run.step() for _ in range(12)]
    for column in records[0].__struct_fields__:
        values = [getattr(record, column) for record in records]
        assert list(run.history[column]) == values, column
    assert list(run.history["epoch"]) == [1] * 5 + [2] * 5 + [3] * 2
    assert list(run.history["evaluated_step"]) == [0, 5, 10]
    for step, train, held_out, score in zip(
        run.history["evaluated_step"],
        run.history["train_loss"],
        run.history["validation_loss"],
        run.history["validation_score"],
        strict=True,
    ):
        run.seek(int(step))
        assert train == run.evaluate("train")["total"]
        assert held_out == run.evaluate("validation")["total"]
        assert score == run.evaluate("validation")["accuracy"]
    assert all(len(run.history[name]) in (3, 12) for name in COLUMNS)


def test_evaluations_come_as_often_as_the_setting_says() -> None:
    run = Run(small(training={"evaluate_every": 4}))
    run.advance(10)
    assert list(run.history["evaluated_step"]) == [0, 4, 8]


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(GDStudioError, match="no column 'accuracy'; its columns are step, epoch"):
        Run(small()).history["accuracy"]


def test_without_validation_rows_theirs_are_not_numbers_and_cannot_be_asked_for() -> None:
    run = Run(small(preparation={"validation": 0.0}))
    run.advance(8)
    assert np.isnan(run.history["validation_loss"]).all()
    with pytest.raises(GDStudioError, match="no validation rows"):
        run.evaluate("validation")
    with pytest.raises(GDStudioError, match="must be train, validation or test, not 'all'"):
        run.evaluate("all")


def test_advance_makes_the_same_steps_as_step() -> None:
    one, many = Run(small()), Run(small())
    for _ in range(23):
        one.step()
    assert many.advance(23) is None
    assert one.fingerprint() == many.fingerprint()
    assert list(one.history["total"]) == list(many.history["total"])


def test_advance_asks_before_each_step_whether_to_go_on() -> None:
    run = Run(small())
    answers = iter([True, True, True, False])
    assert run.advance(100, lambda: next(answers)) is None
    assert run.step_number == 3


@pytest.mark.parametrize("batch", [48, 1000, None])
def test_a_batch_of_all_rows_or_more_is_the_whole_data(batch: int | None) -> None:
    run = Run(small(training={"batch_size": batch}))
    run.advance(3)
    assert run.epoch == 3
    assert run.batch == (1, 1)
    assert sorted(run.batch_rows) == list(range(48))
    assert run.fingerprint() != Run(small()).fingerprint()


def test_the_batch_is_counted_within_its_epoch() -> None:
    run = Run(small())
    found = []
    for _ in range(6):
        run.step()
        found.append(run.batch)
    assert found == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5), (1, 5)]


def test_a_live_batch_size_starts_a_new_epoch() -> None:
    run = Run(small())
    run.advance(2)
    run.edit({"training.batch_size": 24})
    assert len(run.batch_rows) == 10, "the step made looked at ten"
    run.step()
    assert run.batch == (1, 2)
    assert (run.epoch, len(run.batch_rows)) == (2, 24)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_very_few_rows_are_enough_for_a_run(rows: int) -> None:
    rng = np.random.default_rng(0)
    data = table(rng.normal(size=(rows, 2)), rng.normal(size=rows))
    experiment = small(preparation={"validation": 0.0}, model={"hidden": [2]})
    run = Run(experiment, dataset=data)
    run.advance(20)
    assert run.step_number == 20
    assert math.isfinite(run.evaluate()["r2"])
    assert run.predict([[0.0, 1.0]]).shape == (1, 1)


def test_weights_are_copies_and_parameters_cannot_be_written_to() -> None:
    run = Run(small())
    before = run.fingerprint()
    for weight in run.weights().values():
        weight[...] = 7
    assert run.fingerprint() == before
    for array in (run.parameters, run.gradient, run.previous):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_set_weights_puts_them_there_exactly() -> None:
    run = Run(small())
    run.advance(3)
    chosen = {name: np.full(w.shape, 0.25) for name, w in run.weights().items()}
    run.set_weights(chosen)
    assert (run.parameters == 0.25).all()
    assert all((w == 0.25).all() for w in run.weights().values())


BROKEN: list[tuple[str, object, str]] = [
    ("output.bias", None, "exactly the names hidden 1.weight, hidden 1.bias, output.weight"),
    ("output.weight", np.zeros((1, 4)), r"shape \(4, 1\), not \(1, 4\)"),
    ("output.weight", np.full((4, 1), np.nan), "must be finite"),
    ("output.weight", np.full((4, 1), np.inf), "must be finite"),
    ("output.weight", [["a"], ["b"], ["c"], ["d"]], "must be numbers"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BROKEN)
def test_set_weights_refuses_what_does_not_fit_and_changes_nothing(
    name: str, value: object, sentence: str
) -> None:
    run = Run(small())
    before = run.fingerprint()
    weights: dict[str, object] = {**run.weights(), name: value}
    if value is None:
        del weights[name]
    with pytest.raises(GDStudioError, match=sentence):
        run.set_weights(weights)
    assert run.fingerprint() == before


HAND_BUILT: list[tuple[Experiment, str]] = [
    (Experiment(optimizer=Sgd(learning_rate=-1.0)), r"optimizer.learning_rate.* above 0"),
    (Experiment(optimizer=Sgd(learning_rate=math.nan)), "optimizer.learning_rate must be a finite"),
    (Experiment(optimizer=Sgd(nesterov=True)), "Nesterov needs a momentum"),
    (Experiment(model=Mlp(hidden=(8, 0))), r"model.hidden\[1\].* at least 1, not 0"),
    (Experiment(model=Mlp(hidden=(1,) * 101)), "at most 100; there are 101"),
    (Experiment(stop=Stop(target_loss=math.inf)), "stop.target_loss must be a finite"),
    (Experiment(training=Training(batch_size=0)), "training.batch_size.* at least 1"),
    (Experiment(training=Training(precision="float16")), "must be one of float64, float32"),  # type: ignore[arg-type]
    (Experiment(data=7), "data must be an object"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("experiment", "sentence"), HAND_BUILT)
def test_a_hand_built_tree_that_is_wrong_is_refused(experiment: Experiment, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        Run(experiment)


@pytest.mark.parametrize(
    ("model", "loss", "data", "sentence"),
    [
        ("linear", None, "moons", "Model 'linear' cannot learn this data.*polynomial, logistic"),
        ("logistic", None, "line", "Model 'logistic' cannot learn this data"),
        ("mlp", "cross_entropy", "line", "Loss 'cross_entropy' makes no sense.*mse, mae, huber"),
        ("mlp", "huber", "moons", "Loss 'huber' makes no sense for this data"),
    ],
)
def test_a_nonsensical_combination_is_refused_with_the_reason(
    model: str, loss: str | None, data: str, sentence: str
) -> None:
    experiment = Experiment.from_dict(
        {
            "data": {"kind": data},
            "model": {"kind": model},
            "loss": loss and {"kind": loss},
        }
    )
    with pytest.raises(SettingError, match=sentence):
        Run(experiment)


def test_numpy_numbers_from_a_notebook_are_taken() -> None:
    run = Run(Experiment(optimizer=Sgd(learning_rate=np.float64(0.25))))
    assert run.step().learning_rate == 0.25
    run.edit({"optimizer.learning_rate": np.float32(0.5), "training.batch_size": np.int64(8)})
    assert run.step().learning_rate == 0.5


@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_sets_how_many_threads_a_product_may_use(threads: int) -> None:
    Run(small(training={"threads": threads}))
    blas = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert blas
    assert max(blas) <= threads
    Run(small())


def test_predictions_are_in_the_datas_own_units() -> None:
    x = np.linspace(100, 200, 40)[:, None]
    run = Run(
        line(preparation={"standardize_target": True}), dataset=table(x, 3000 - 7 * x[:, 0])
    )
    run.advance(400)
    raw = [[120.0], [180.0]]
    assert run.predict(raw) == pytest.approx(np.array([[2160.0], [1740.0]]), rel=1e-6)
    assert run.predict([{"x1": 120.0}])[0, 0] == pytest.approx(2160, rel=1e-6)


def test_predictions_for_classes_are_shares_of_one_in_the_order_of_the_classes() -> None:
    two = Run(small())
    two.advance(300)
    p = two.predict(two.data.raw_rows(two.data.train.rows))
    assert p.shape == (48, 2)
    assert p.sum(axis=1) == pytest.approx(np.ones(48))
    assert (p.argmax(axis=1) == two.data.train.y).mean() == two.evaluate()["accuracy"]
    three = Run(Experiment.from_dict({"data": {"kind": "iris"}, "model": {"kind": "logistic"}}))
    three.advance(300)
    p = three.predict([three.data.raw_rows(three.data.train.rows)[0]])
    assert p.shape == (1, 3)
    assert p.sum() == pytest.approx(1)


def test_a_row_in_words_is_understood() -> None:
    run = Run(Experiment.from_dict({"data": {"kind": "loan_applicants"}}))
    run.advance(50)
    rows = run.data.raw_rows(run.data.validation.rows)[:3]
    names = [column.name for column in run.data.columns_in_use]
    assert any(isinstance(value, str) for value in rows[0])
    as_words = [dict(zip(names, row, strict=True)) for row in rows]
    assert run.predict(as_words) == pytest.approx(run.predict(rows))


def test_the_baseline_is_what_always_the_same_guess_would_score() -> None:
    run = Run(line(preparation={"validation": 0.3}))
    truth = run.data.train.y
    assert run.baseline is not None
    assert run.baseline.train_loss == pytest.approx(float(truth.var()))
    assert run.baseline.train_score == pytest.approx(0)
    classes = Run(small())
    share = np.bincount(classes.data.train.y).max() / 48
    assert classes.baseline is not None
    assert classes.baseline.train_score == share
    assert f"{100 * share:.0f} %" in classes.baseline.words


# --- against solutions in closed form -----------------------------------------------------------


def multiple(rows: int = 80) -> tuple[Array, Array]:
    rng = np.random.default_rng(8)
    x = rng.normal([10, -3, 500], [2, 0.5, 90], (rows, 3))
    return x, x @ np.array([0.5, -2, 0.01]) + 4 + rng.normal(0, 0.3, rows)


@pytest.mark.parametrize("scaled_target", [False, True])
def test_the_linear_model_finds_what_least_squares_finds(scaled_target: bool) -> None:
    x, y = multiple()
    run = Run(
        line(
            preparation={"validation": 0.2, "standardize_target": scaled_target},
            optimizer={"learning_rate": 0.3},
        ),
        dataset=table(x, y, ("age", "debt", "income")),
    )
    run.advance(600)
    rows = run.data.train.rows
    design = np.column_stack([np.ones(len(rows)), x[rows]])
    expected = np.linalg.lstsq(design, y[rows])[0]
    named = run.coefficients()
    assert list(named) == ["intercept", "age", "debt", "income"]
    assert list(named.values()) == pytest.approx(list(expected), rel=1e-9)
    assert run.predict(x)[:, 0] == pytest.approx(expected[0] + x @ expected[1:], rel=1e-9)


def test_the_linear_model_on_raw_numbers_finds_it_too() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(0.3, 1, (60, 2))
    y = x @ np.array([2.0, -1.0]) + 0.5 + rng.normal(0, 0.2, 60)
    run = Run(line(preparation={"standardize": False}), dataset=table(x, y))
    run.advance(1200)
    rows = run.data.train.rows
    design = np.column_stack([np.ones(len(rows)), x[rows]])
    expected = np.linalg.lstsq(design, y[rows])[0]
    assert list(run.coefficients().values()) == pytest.approx(list(expected), rel=1e-10)


def test_logistic_regression_finds_what_newtons_method_finds() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal([40, 5], [10, 2], (90, 2))
    chance = 1 / (1 + np.exp(-(0.08 * (x[:, 0] - 40) - 0.5 * (x[:, 1] - 5))))
    y = (rng.random(90) < chance).astype(int)
    run = Run(
        line(model={"kind": "logistic"}, optimizer={"learning_rate": 3.0}),
        dataset=table(x, y, ("age", "debt"), ("no", "yes")),
    )
    run.advance(1500)
    rows = run.data.train.rows
    design = np.column_stack([np.ones(len(rows)), x[rows]])
    beta = np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ beta))
        hessian = design.T @ (design * (p * (1 - p))[:, None])
        beta += np.linalg.solve(hessian, design.T @ (y[rows] - p))
    assert list(run.coefficients().values()) == pytest.approx(list(beta), rel=1e-8)
    both = 1 / (1 + np.exp(-(beta[0] + x @ beta[1:])))
    assert run.predict(x)[:, 1] == pytest.approx(both, rel=1e-8)


def test_only_linear_models_have_coefficients() -> None:
    run = Run(small())
    with pytest.raises(GDStudioError, match="Only linear and logistic models"):
        run.coefficients()


def test_the_rate_falls_when_the_watched_loss_stalls_and_a_jump_knows_it() -> None:
    schedule = {"kind": "plateau", "patience": 1, "gamma": 0.5}
    run = Run(small(optimizer={"learning_rate": 3.0}, schedule=schedule))
    run.advance(400)
    memory, rate = PlateauMemory(), 3.0
    due = dict(zip(run.history["evaluated_step"], run.history["validation_loss"], strict=True))
    for step, used in zip(run.history["step"], run.history["learning_rate"], strict=True):
        assert used == rate, step
        if step in due:
            memory = memory.after(due[step], Plateau(patience=1, gamma=0.5))
            rate = 3.0 * memory.factor
    assert run.history["learning_rate"][-1] < 3.0
    last = run.fingerprint()
    run.seek(120)
    run.seek(400)
    assert run.fingerprint() == last
    run.edit({"schedule.kind": "constant"})
    assert run.step().learning_rate == 3.0


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_the_sharpness_is_the_hessians_largest_eigenvalue(precision: str) -> None:
    run = Run(small(penalty={"l2": 0.05}, training={"precision": precision}))
    run.advance(30)
    before = run.fingerprint()
    found = run.sharpness()
    theta = run.parameters.astype(np.float64)
    hypothesis, x, y = run.hypothesis, run.data.train.x, run.data.train.y
    oracle = hypothesis.network.oracle(
        hypothesis.loss,
        hypothesis.penalty,
        np.vstack([x.T, np.ones(len(x))]),
        y[None].astype(np.float64),
    )
    units = np.eye(theta.size)
    hessian = np.array([oracle.hessian_product(theta, unit) for unit in units])
    exact = np.linalg.eigvalsh(hessian)[-1]
    assert found.value == pytest.approx(exact, rel=1e-6)
    assert found.converged
    assert run.fingerprint() == before


def test_plain_descent_on_a_parabola_is_stable_below_two_over_its_sharpness() -> None:
    limit = 2 / Run(line()).sharpness().value
    for share, stays in ((0.99, True), (1.01, False)):
        run = Run(line(optimizer={"learning_rate": share * limit}))
        run.advance(3000)
        falls = run.history["total"][-1] < run.history["total"][0]
        assert bool(falls) == stays
