"""What a program gets wrong is told by name, in the project's own words, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import gd_studio as gds
from gd_studio import DataError, Experiment, FileError, GDStudioError, Run, SettingError
from gd_studio.data import Column, Dataset, File
from gd_studio.engine.arrays import Array
from tests.experiment.experiments import line, small

NAN, INF = float("nan"), float("inf")
Call = Callable[[Run], object]


@pytest.fixture(scope="module")
def run() -> Run:
    made = Run(small())
    made.advance(5)
    return made


@pytest.fixture(scope="module")
def loans() -> Run:
    return Run(Experiment.from_dict({"data": {"kind": "loan_applicants"}}))


def refused(
    call: Call, run: Run, sentence: str, kind: type[GDStudioError] = GDStudioError
) -> None:
    """Check that a call is refused with a sentence, and that the run is as it was."""
    before = run.fingerprint(), run.last_step, run.timeline.tape
    with pytest.raises(kind, match=sentence) as caught:
        call(run)
    assert str(caught.value).endswith(".")
    assert (run.fingerprint(), run.last_step, run.timeline.tape) == before


# --- going on, going back, forking --------------------------------------------------------------

STEPS: list[tuple[Any, str]] = [
    ("3", r"must be a whole number, not '3'"),
    (1.5, r"must be a whole number, not 1\.5"),
    (NAN, "must be a whole number, not nan"),
    (None, "must be a whole number, not None"),
    (True, "must be a whole number, not True"),
    (np.array([3]), r"must be a whole number, not array\(\[3\]\)"),
    (-1, "must be (at least 0, not|between 0 and 5, the last step made; it is) -1"),
]


@pytest.mark.parametrize(("value", "sentence"), STEPS)
def test_a_step_is_a_whole_number_within_the_run(run: Run, value: Any, sentence: str) -> None:
    refused(lambda run: run.seek(value), run, f"^step {sentence}")
    refused(lambda run: run.fork(value), run, f"^step {sentence}")
    refused(lambda run: run.advance(value), run, f"^steps {sentence}")


def test_a_step_that_was_not_made_is_none(run: Run) -> None:
    for call in (run.seek, run.fork, run.history.record):
        with pytest.raises(GDStudioError, match="and 5, the last step made; it is 6"):
            call(6)
    with pytest.raises(GDStudioError, match=r"^step must be between 1 and 5"):
        run.history.record(0)


def test_a_question_whether_to_go_on_must_be_a_function(run: Run) -> None:
    refused(lambda run: run.advance(1, 3), run, "^go_on must be a function")  # type: ignore[arg-type]


CHANGES: list[tuple[Any, str]] = [
    (["a"], r"must be settings by path, .* not \['a'\]"),
    ("abc", "must be settings by path, .* not 'abc'"),
    ({1: 2}, "must be settings by path, .* not {1: 2}"),
    ({"": 1}, "no setting called ''"),
    ({"a..b": 1}, r"no setting called a\.\.b"),
    ({"optimizer.learning_rate.x": 1}, r"no setting called optimizer\.learning_rate\.x"),
    ({"optimizer": None}, "optimizer must be an object of settings, not None"),
    ({"optimizer.learning_rate": None}, "Learning rate .* must be a number, not None"),
    ({"optimizer.learning_rate": NAN}, "must be a finite number, not nan"),
    ({"optimizer.learning_rate": np.array([1.0, 2.0])}, r"must be a number, not \[1\.0, 2\.0\]"),
    ({"optimizer.learning_rate": object()}, "object .* cannot be a setting"),
    ({"preparation.use": {3: True}}, "preparation.use must have text as keys, not 3"),
]


@pytest.mark.parametrize(("change", "sentence"), CHANGES)
def test_a_change_is_settings_by_path(run: Run, change: Any, sentence: str) -> None:
    refused(lambda run: run.edit(change), run, sentence, SettingError)
    refused(lambda run: run.fork(3, change), run, sentence, SettingError)
    refused(lambda run: run.experiment.edit(change), run, sentence, SettingError)


def test_changes_are_named_as_the_argument_is(run: Run) -> None:
    wrong: Any = "faster"
    refused(lambda run: run.edit(wrong), run, "^changes must be settings by path")
    refused(lambda run: run.fork(3, wrong), run, "^change must be settings by path")


# --- weights and rows ---------------------------------------------------------------------------

BIAS = "hidden 1.bias"
WEIGHTS: list[tuple[Any, str]] = [
    (None, "^weights must be arrays by name, .* not None"),
    ([1, 2], "^weights must be arrays by name"),
    ({}, "^weights must have exactly the names hidden 1.weight"),
    ({"a": 1}, "^weights must have exactly the names .*; they are a"),
    ({BIAS: np.zeros((3, 3))}, r"^weights\['hidden 1.bias'\] must have the shape \(4,\)"),
    ({BIAS: 0.5}, r"must have the shape \(4,\), not \(\)"),
    ({BIAS: [1.0, NAN, 0.0, 0.0]}, r"^weights\['hidden 1.bias'\] must be finite numbers"),
    ({BIAS: [1.0, INF, 0.0, 0.0]}, "must be finite numbers"),
    ({BIAS: ["a"] * 4}, r"^weights\['hidden 1.bias'\] must be numbers"),
    ({BIAS: ["1"] * 4}, "must be numbers"),
    ({BIAS: np.ones(4) * 1j}, "must be numbers"),
    ({BIAS: [1j] * 4}, "must be numbers"),
    ({BIAS: [object()] * 4}, "must be numbers"),
    ({BIAS: None}, "must have the shape"),
    ({BIAS: [[1, 2], [3]]}, "must be numbers"),
]


@pytest.mark.parametrize(("weights", "sentence"), WEIGHTS)
def test_weights_are_finite_numbers_by_name_and_shape(
    run: Run, weights: Any, sentence: str
) -> None:
    given = weights
    if isinstance(weights, dict) and BIAS in weights:
        given = {**run.weights(), **weights}
    refused(lambda run: run.set_weights(given), run, sentence)


def test_weights_too_large_for_float32_are_not_finite() -> None:
    single = Run(small(training={"precision": "float32"}))
    huge = {name: np.full(value.shape, 1e300) for name, value in single.weights().items()}
    refused(lambda run: run.set_weights(huge), single, "must be finite numbers")


ROWS: list[tuple[Any, str]] = [
    (None, "^Rows must be given as a table"),
    (3.0, "^Rows must be given as a table"),
    ("x", "^Rows must be given as a table"),
    ([1.0, 2.0], "^Rows must be given as a table"),
    (np.zeros(2), "^Rows must be given as a table"),
    (np.zeros((2, 2, 2)), "^Rows must be given as a table"),
    ({1, 2}, "^Rows must be given as a table"),
    (iter([[1, 2]]), "^Rows must be given as a table"),
    ([[1, 2], {"x": 1}], "^Rows must be given as a table"),
    ([], r"needs 2 values \(x, y\), not 0"),
    ([[1, 2, 3]], r"needs 2 values \(x, y\), not 3"),
    ([[1, 2], [3]], "do not all have the same number of values"),
    ([["a", "b"]], "^Column 'x' needs a number, not 'a'"),
    ([[INF, 1]], "^Column 'x' needs a number, not inf"),
    (np.array([[INF, 1.0]]), "^Column 'x' needs a finite number"),
    (np.array([[1j, 1.0]]), "^Column 'x' needs a number"),
    (np.array([[1j, 1.0]], np.complex64), "^Column 'x' needs a number"),
    ([[object(), 1]], "^Column 'x' needs a number"),
    (np.array([["2020-01-01"] * 2], "datetime64[D]"), "^Column 'x' needs a number"),
    ({"x": 1, "zz": 3}, "no column called 'zz'; a row has: x, y"),
    ({"x": [1, 2], "y": [1, 2]}, r"^Column 'x' needs a number, not \[1, 2\]"),
    ([{1: 2}], "no column called 1"),
    ([[0.0, 1.0], [NAN, 1.0]], "^Column 'x' is NaN in row 2 of those given; mend it, or give None"),
    (np.array([[0.0, NAN]]), "^Column 'y' is NaN in row 1"),
    ({"x": np.float32(NAN)}, "^Column 'x' is NaN in row 1"),
]


@pytest.mark.parametrize(("rows", "sentence"), ROWS)
def test_rows_are_a_table_in_the_data_s_own_units(run: Run, rows: Any, sentence: str) -> None:
    refused(lambda run: run.predict(rows), run, sentence, DataError)


def test_a_missing_number_is_filled_and_no_rows_give_no_guesses(run: Run) -> None:
    assert np.isfinite(run.predict([[None, 1.0]])).all()
    assert run.predict(np.zeros((0, 2))).shape == (0, 2)


def test_a_word_the_data_does_not_have_is_refused(loans: Run) -> None:
    column = next(c for c in loans.data.columns_in_use if c.kind == "category")
    sentence = f"Column '{column.name}' has no 'nowhere'; it knows"
    refused(lambda run: run.predict({column.name: "nowhere"}), loans, sentence, DataError)


@pytest.mark.parametrize("split", ["trian", None, 5, ["train"]])
def test_a_part_of_the_rows_is_one_of_three(run: Run, split: Any) -> None:
    refused(lambda run: run.evaluate(split), run, "^split must be train, validation or test, not")


def test_a_part_without_rows_and_coefficients_of_a_network_are_refused(run: Run) -> None:
    refused(lambda run: run.evaluate("test"), run, "There are no test rows")
    refused(lambda run: run.coefficients(), run, "Only linear and logistic models")


# --- records and surfaces -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nope", 3, ["loss"], None])
def test_a_column_of_the_history_is_one_of_those_there_are(run: Run, name: Any) -> None:
    refused(lambda run: run.history[name], run, "^History has no column .*; its columns are step")
    refused(lambda run: run.history.curve(name), run, "^History has no column")


PLANES: list[tuple[Any, str]] = [
    ("nope", '^plane must be "path" or the names of two parameters'),
    (None, "^plane must be"),
    (5, "^plane must be"),
    (("output.bias[0]",), "^plane must be"),
    (("output.bias[0]",) * 3, "^plane must be"),
    ((0, 1), "no parameter called 0"),
    (("hidden 1.weight[0,99]", "output.bias[0]"), r"no parameter called 'hidden 1.weight\[0,99\]'"),
    (("output.bias[0]", "output.bias[0]"), "two different parameters"),
]


@pytest.mark.parametrize(("plane", "sentence"), PLANES)
def test_a_plane_is_a_word_or_two_parameters(run: Run, plane: Any, sentence: str) -> None:
    refused(lambda run: gds.surface(run, plane), run, sentence)


@pytest.mark.parametrize(
    ("resolution", "sentence"),
    [
        (1, "at least 2, not 1"),
        (-3, "at least 2, not -3"),
        (10**7, "at most 4096, not 10000000"),
        (10.5, r"a whole number, not 10\.5"),
        ("x", "a whole number, not 'x'"),
        (None, "a whole number, not None"),
    ],
)
def test_a_resolution_is_a_count_of_points(run: Run, resolution: Any, sentence: str) -> None:
    refused(
        lambda run: gds.surface(run, resolution=resolution), run, f"^resolution must be {sentence}"
    )


@pytest.mark.parametrize("rates", [[], [0.1, -1], [NAN], "fast", [[0.1]], None, [1j]])
def test_the_rates_of_a_race_are_numbers_above_0(run: Run, rates: Any) -> None:
    refused(lambda run: gds.race(run, rates, 3), run, "^rates must be ")


@pytest.mark.parametrize("value", [None, "moons", Experiment()])
def test_what_is_no_run_is_refused_by_the_arguments_name(value: Any, run: Run) -> None:
    refused(lambda _: gds.surface(value), run, "^run must be a Run, not ")
    refused(lambda _: gds.race(value, [0.1]), run, "^run must be a Run, not ")


# --- experiments and files ----------------------------------------------------------------------

TREES: list[tuple[Any, str]] = [
    ([], "^An experiment must be an object of settings"),
    (None, "^An experiment must be an object of settings"),
    ({1: 2}, "^The experiment must have text as keys, not 1"),
    ({"foo": 1}, "no setting called 'foo'"),
    ({"data": "moons"}, "^data must be an object of settings"),
    ({"data": {"kind": "nope"}}, "^data.kind cannot be 'nope'; choose one of: line"),
    ({"data": {"kind": ["nope"]}}, "^data.kind must be text"),
    ({"model": {"hidden": [0]}}, r"^Hidden layers \(model.hidden\[0\]\) must be at least 1"),
    ({"model": {"hidden": "8-8"}}, "must be a list, not '8-8'"),
    ({"optimizer": {"learning_rate": NAN}}, "^optimizer.learning_rate must be a finite number"),
    ({"optimizer": {"learning_rate": object()}}, "must be a number, not <object"),
    ({"training": {"seed": 10**30}}, "at most 4294967295"),
]


@pytest.mark.parametrize(("tree", "sentence"), TREES)
def test_an_experiment_is_an_object_of_settings(tree: Any, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        Experiment.from_dict(tree)


@pytest.mark.parametrize(
    "experiment",
    [
        "moons",
        5,
        msgspec.structs.replace(small(), optimizer=None),
        msgspec.structs.replace(small(), name=object()),
        Experiment(optimizer="adam"),  # type: ignore[arg-type]
    ],
)
def test_a_run_takes_only_what_is_an_experiment(experiment: Any) -> None:
    with pytest.raises(SettingError, match=r"must be an object of settings|cannot be a setting"):
        Run(experiment)


@pytest.mark.parametrize("path", [None, 5, "a\0b", ["x.gds"]])
def test_a_path_is_a_path(run: Run, path: Any) -> None:
    folder: Any = path or 5
    for call in (gds.load, Run.load, Run.verify, run.save):
        with pytest.raises(FileError, match=r"^path must be the path of a file or folder, not"):
            call(path)
    with pytest.raises(FileError, match=r"^folder must be the path"):
        Run(small(), folder=folder)


def test_a_folder_may_be_text_as_any_path_may(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x,y\n" + "".join(f"{i},{i}\n" for i in range(20)))
    experiment = line(data={"kind": "file", "path": "rows.csv"})
    assert Run(experiment, str(tmp_path)).data.dataset.rows == 20
    Run(experiment, tmp_path).save(str(tmp_path / "x.gds"))
    assert isinstance(gds.load(str(tmp_path / "x.gds")).data, File)


# --- data sets made by a program ----------------------------------------------------------------


def numbers(name: str, values: Any, kind: Any = "number") -> Column:
    return Column(name, kind, values)


def dataset(x: Column, y: Column | None = None, task: Any = "regression", **more: Any) -> Dataset:
    return Dataset("mine", (x,), y or numbers("y", np.arange(20.0)), task, **more)


def gapped(x: Column, y: Column | None = None) -> Dataset:
    return dataset(x, y, gaps=True)


def filled(bad: float) -> Array:
    values = np.arange(20.0)
    values[3] = bad
    return values


WORDS = np.array(["a", "b"] * 10, dtype=object)
DATASETS: list[tuple[Any, str]] = [
    ("moons", "^dataset must be a Dataset, not str"),
    (np.zeros((3, 3)), "^dataset must be a Dataset, not ndarray"),
    (dataset(numbers("x", filled(INF))), "^Column 'x' holds an infinite number, in row 4"),
    (dataset(numbers("x", np.arange(20.0)), numbers("y", filled(-INF))), "'y' holds an infinite"),
    (dataset(numbers("x", filled(NAN))), "^dataset: column 'x' holds NaN, in row 4; mend it, or"),
    (dataset(numbers("x", np.arange(20.0)), numbers("y", filled(NAN))), "'y' holds NaN, in row 4"),
    (gapped(numbers("x", np.full(20, NAN))), "no column is in use"),
    (gapped(numbers("x", np.arange(20.0)), numbers("y", np.full(20, NAN))), "is missing"),
    (dataset(numbers("x", np.zeros(0)), numbers("y", np.zeros(0))), "has no rows"),
    (dataset(numbers("x", np.arange(19.0))), "column 'x' has 19 values, but the target 'y' has 20"),
    (dataset(numbers("x", np.zeros((20, 2)))), r"^Column 'x' must have its values in an array"),
    (dataset(numbers("x", [1.0] * 20)), r"^Column 'x' must have its values in an array \(rows,\)"),
    (dataset(numbers("x", WORDS)), "^Column 'x' must hold numbers, not object"),
    (dataset(numbers("x", np.ones(20) * 1j)), "^Column 'x' must hold numbers, not complex128"),
    (dataset(numbers("x", np.arange(20.0), "category")), "^Column 'x' must hold words"),
    (dataset(numbers("x", np.arange(20.0), "colour")), "^Column 'x' cannot be 'colour'"),
    (dataset(numbers("y", np.arange(20.0))), "two columns called 'y'"),
    (dataset(numbers("x", np.arange(20.0)), task="ranking"), "^dataset.task must be one of"),
    (dataset(numbers("x", np.arange(20.0)), numbers("y", WORDS, "category")), "must be numbers"),
    (
        dataset(numbers("x", np.arange(20.0)), numbers("y", WORDS, "category"), "classification"),
        "^dataset.classes must name the classes of 'y'",
    ),
    (dataset("x"), "^dataset.columns must be Columns, not str"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("given", "sentence"), DATASETS)
def test_a_data_set_that_does_not_hold_together_is_refused(given: Any, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        Run(line(), dataset=given)


def test_numbers_said_to_be_missing_are_filled_or_their_rows_left_out() -> None:
    run = Run(line(), dataset=gapped(numbers("x", filled(NAN))))
    run.advance(3)
    assert np.isfinite(run.parameters).all()
    assert run.predict([[NAN]]) == run.predict([[None]])  # this column may have gaps
    run = Run(line(), dataset=gapped(numbers("x", np.arange(20.0)), numbers("y", filled(NAN))))
    run.advance(3)
    assert np.isfinite(run.parameters).all()
    assert len(run.data.train.rows) + len(run.data.validation.rows) == 19
