"""A landscape as an experiment: no data, and yet a run like any other."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gd_studio.data import Moons, NoData
from gd_studio.engine.landscapes import LANDSCAPES
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.errors import GDStudioError, SettingError
from gd_studio.experiment.experiment import Experiment, check_task, fitted
from gd_studio.experiment.files import Project, load_project, save_project
from gd_studio.experiment.models import LandscapeModel, Linear, Logistic
from gd_studio.experiment.race import race
from gd_studio.experiment.run import Run
from gd_studio.experiment.surface import surface
from gd_studio.export.model import TrainedModel
from gd_studio.export.weights import WEIGHT_FORMATS, export_weights
from tests.experiment.experiments import prints

ROSENBROCK = {"kind": "landscape", "function": "rosenbrock"}


def on(model: dict[str, Any], **changes: Any) -> Run:
    return Run(Experiment.from_dict({"model": {"kind": "landscape", **model}, **changes}))


@pytest.mark.parametrize("given", [{"model": {"kind": "landscape"}}, {"data": {"kind": "none"}}])
def test_a_landscape_and_no_data_come_together(given: dict[str, Any]) -> None:
    experiment = Experiment.from_dict(given)
    assert experiment.data == NoData()
    assert experiment.model == LandscapeModel()
    assert experiment.name == "Bowl"
    assert experiment.training.batch_size is None
    assert not experiment.story
    run = Run(experiment)
    before = run.evaluate()
    run.advance(50)
    assert run.evaluate()["total"] < 1e-6 < before["total"]
    assert Experiment.from_dict(experiment.to_dict()) == experiment


@pytest.mark.parametrize("function", LANDSCAPES)
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_every_landscape_runs_and_goes_back(function: str, precision: str) -> None:
    run = on({"function": function}, training={"precision": precision})
    assert run.experiment.name == LANDSCAPES[function].title
    assert run.parameters.dtype == precision
    assert run.parameters == pytest.approx(LANDSCAPES[function].start)
    for _ in range(20):
        run.step()
    there = prints(run)
    for step in (13, 0, 20, 7):
        run.seek(step)
        assert run.fingerprint() == there[step]


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_descends_a_bowl(kind: str) -> None:
    if OPTIMIZERS[kind].losses is not None:
        with pytest.raises(SettingError, match="a landscape's height has none; choose newton"):
            on({}, optimizer={"kind": kind})
        return
    run = on({}, optimizer={"kind": kind})
    before = run.evaluate()["loss"]
    run.advance(40)
    assert run.evaluate()["loss"] < before


def test_newton_needs_few_steps_by_the_exact_hessian() -> None:
    ravine = on({"function": "ravine"}, optimizer={"kind": "newton", "learning_rate": 1.0})
    ravine.advance(8)
    assert ravine.parameters == pytest.approx([0, 0], abs=1e-9)
    valley = on(ROSENBROCK, optimizer={"kind": "newton", "learning_rate": 1.0})
    valley.advance(40)
    assert valley.parameters == pytest.approx([1, 1], abs=1e-6)


def test_a_race_of_rates_is_run_on_a_landscape_too() -> None:
    run = on({"function": "ravine"})
    found = race(run, [0.05, 0.2], 20)
    alone = run.fork(0, {"optimizer.learning_rate": 0.05})
    alone.advance(20)
    assert found.parameters[0] == pytest.approx(alone.parameters, rel=1e-12)
    assert found.train_loss[1] > 1e6


def test_its_numbers_are_the_height_and_the_place() -> None:
    run = on(ROSENBROCK)
    found = run.evaluate()
    assert found == {"loss": found["total"], "penalty": 0, "total": pytest.approx(24.2)}
    record = run.step()
    assert record.loss == pytest.approx(24.2)
    assert record.gradient_norm == pytest.approx(math.hypot(215.6, 88.0))
    assert list(run.weights()) == ["x", "y"]
    assert run.baseline is None
    assert np.isnan(run.history["train_score"]).all()
    assert run.hypothesis.equation(run.parameters) == (
        "f(x, y) = (1 − x)² + 100·(y − x²)²\nf(−0.9844, 1.088) = 5.353"
    )
    assert run.data.train.x.shape == (1, 0)
    assert len(run.data.validation.rows) == 0


def test_a_place_is_set_by_name_and_goes_on_the_tape(tmp_path: Path) -> None:
    run = on(ROSENBROCK)
    run.advance(5)
    run.set_weights({"x": 1.0, "y": 2.0})
    assert run.parameters.tolist() == [1, 2]
    run.advance(5)
    path = tmp_path / "descent.gds"
    save_project(path, Project(run.experiment, run.timeline.tape.cut(run.last_step)))
    again = Run.load(path)
    assert again.step_number == 10
    assert again.fingerprint() == run.fingerprint()
    assert load_project(path).experiment == run.experiment
    with pytest.raises(GDStudioError, match="must have exactly the names x, y"):
        run.set_weights({"a": 1.0})
    with pytest.raises(GDStudioError, match=r"'x'\] must have the shape \(\)"):
        run.set_weights({"x": [1.0], "y": 2.0})


def test_what_only_data_could_answer_is_refused_in_words() -> None:
    run = on({})
    with pytest.raises(GDStudioError, match="has no inputs to guess from"):
        run.predict([[1.0, 2.0]])
    with pytest.raises(GDStudioError, match="Only linear and logistic models"):
        run.coefficients()
    with pytest.raises(GDStudioError, match="no validation rows"):
        run.evaluate("validation")


def test_penalties_do_not_touch_a_place() -> None:
    plain, priced = on({}), on({}, penalty={"l1": 1.0, "l2": 1.0})
    for run in (plain, priced):
        run.advance(10)
    assert np.array_equal(plain.parameters, priced.parameters)
    assert priced.evaluate()["penalty"] == 0


def test_the_surface_is_the_function_itself_on_its_own_axes() -> None:
    run = on({"function": "himmelblau", "start_x": 1.0, "start_y": -2.0})
    run.advance(3)
    found = surface(run, resolution=21)
    assert found.kind == "exact"
    assert (found.u_label, found.v_label) == ("x", "y")
    assert (found.u[0], found.u[-1], found.v[0], found.v[-1]) == (-5, 5, -5, 5)
    x, y = np.meshgrid(found.u, found.v)
    assert found.values == pytest.approx((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)
    assert found.path[0].tolist() == [1, -2]
    assert found.path[-1] == pytest.approx(run.parameters)
    assert found.minimum is None  # there are four
    assert surface(on(ROSENBROCK), resolution=5).minimum == (1, 1)


def test_the_map_grows_to_hold_a_path_that_begins_beyond_it() -> None:
    found = surface(on({"start_x": 10.0, "start_y": 0.0}), resolution=5)
    assert found.u[0] == -2
    assert found.u[-1] > 10
    assert (found.v[0], found.v[-1]) == (-2, 2)


def test_a_wrong_formula_is_refused_where_it_stands() -> None:
    with pytest.raises(SettingError, match=r"position 5: 'foo' is not a known") as refused:
        on({"function": "formula", "formula": "x + foo(y)"})
    assert refused.value.path == "model.formula"
    assert str(refused.value).startswith("Formula (model.formula), position 5: ")
    # While another function is descended, it does not matter.
    assert on({"function": "bowl", "formula": "x + foo(y)"}).step_number == 0


def test_a_formula_without_a_function_is_the_function() -> None:
    text = "(x - 3)^2 + y^2"
    own = LandscapeModel(function="formula", formula=text)
    by_group = {"kind": "landscape", "formula": text}
    bowl = Experiment.from_dict({"model": {"kind": "landscape"}})
    for experiment in (
        Experiment.from_dict({"model": by_group}),
        Experiment.from_dict({"data": {"kind": "none"}, "model": {"formula": text}}),
        Experiment().edit({"model": by_group}),
        Experiment().edit({"model.kind": "landscape", "model.formula": text}),
        bowl.edit({"model.formula": text}),
    ):
        assert experiment.model == own
        assert experiment.optimizer.learning_rate == own.usual_rate
        assert Run(experiment).step().loss == pytest.approx(0.5**2 + 1.5**2)
    kept = bowl.edit({"model.formula": text, "model.function": "beale"})
    assert kept.model == LandscapeModel(function="beale", formula=text)


def test_a_descent_without_a_floor_ends_as_diverged() -> None:
    run = on({"function": "formula", "formula": "-exp(x^2)"}, optimizer={"learning_rate": 1.0})
    reason = run.advance(100)
    assert reason is not None
    assert reason.kind == "diverged"
    assert np.isfinite(run.parameters).all()


def test_a_start_outside_the_domain_ends_at_once() -> None:
    run = on({"function": "formula", "formula": "log(x)", "start_x": -1.0})
    reason = run.advance(10)
    assert reason is not None
    assert (reason.kind, run.step_number) == ("diverged", 0)


def test_a_height_that_began_below_zero_is_never_too_high() -> None:
    run = on({"function": "formula", "formula": "x^2 + y^2 - 1", "start_x": 0.1, "start_y": 0.0})
    run.set_weights({"x": 20.0, "y": 0.0})
    run.advance(20)
    assert not run.stop_memory.is_too_high


@pytest.mark.parametrize("key", WEIGHT_FORMATS)
def test_the_place_can_be_exported(key: str, tmp_path: Path) -> None:
    run = on(ROSENBROCK)
    run.advance(3)
    path = tmp_path / f"weights{WEIGHT_FORMATS[key].suffix}"
    export_weights(path, key, TrainedModel.of(run))
    assert path.stat().st_size > 0
    if key == "npz":
        with np.load(path) as found:
            assert (found["x"], found["y"]) == tuple(run.parameters)
    if key in ("json", "csv"):
        text = path.read_text("utf-8")
        assert repr(float(run.parameters[0])) in text
        assert "100*(y - x^2)^2" in text


# --- editing -----------------------------------------------------------------------------------


def test_choosing_a_landscape_lets_go_of_the_data_and_back() -> None:
    start = Experiment(loss=None)
    there = start.edit({"model.kind": "landscape"})
    assert there.data == NoData()
    assert there.edit({"optimizer.kind": "adam"}).model == there.model
    assert start.edit({"data.kind": "none"}).model == LandscapeModel()
    assert Run(there).step().loss == pytest.approx(4)
    back = fitted(there.edit({"data.kind": "moons"}), "classification", "landscape")
    assert isinstance(back.data, Moons)
    assert back.model == Logistic()
    assert there.training.batch_size is None
    assert back.training.batch_size == 32
    assert back.optimizer.learning_rate == 0.6
    line = fitted(there.edit({"data.kind": "line"}), "regression", "landscape")
    assert line.model == Linear()
    assert line.optimizer.learning_rate == 0.05


def test_a_landscape_given_as_a_whole_group_lets_go_of_the_data_too() -> None:
    start = Experiment()
    by_path = start.edit({"model.kind": "landscape"})
    assert start.edit({"model": {"kind": "landscape"}}) == by_path
    assert start.edit({"model": LandscapeModel()}) == by_path
    assert start.edit({"data": {"kind": "none"}}).model == LandscapeModel()
    assert Run(by_path).data.task == "landscape"


@pytest.mark.parametrize(
    "back",
    [
        {"model.kind": "mlp", "data.kind": "moons"},
        {"model": {"kind": "mlp"}, "data": {"kind": "moons"}},
    ],
)
def test_a_landscape_left_by_model_and_data_leaves_no_full_batch_behind(
    back: dict[str, Any],
) -> None:
    there = Experiment().edit({"model.kind": "landscape"})
    assert there.edit(back).training.batch_size == 32
    assert there.edit({**back, "training.batch_size": None}).training.batch_size is None
    newton = there.edit({"optimizer.kind": "newton"})
    assert newton.edit(back).training.batch_size is None


def test_another_function_brings_its_own_start_and_rate() -> None:
    bowl = Experiment.from_dict({"model": {"kind": "landscape", "start_x": 1.0}})
    other = bowl.edit({"model.function": "rosenbrock"})
    assert other.model == LandscapeModel(function="rosenbrock")
    assert other.optimizer.learning_rate == 0.001
    chosen = bowl.edit({"model.function": "beale", "model.start_x": 2.0})
    assert isinstance(chosen.model, LandscapeModel)
    assert chosen.model.start_x == 2
    adam = bowl.edit({"optimizer.kind": "adam"}).edit({"model.function": "beale"})
    assert adam.optimizer.learning_rate == 0.001  # Adam's own


def test_a_model_of_data_has_nothing_to_learn_without_any() -> None:
    landscape = Experiment.from_dict({"model": {"kind": "landscape"}})
    with pytest.raises(SettingError, match="choose data, or the model 'landscape'"):
        check_task(landscape.edit({"model.kind": "linear"}), "landscape")
    with pytest.raises(SettingError, match="Model 'landscape' cannot learn this data"):
        Run(landscape.edit({"data.kind": "moons"}))
