from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gd_studio.data import (
    Column,
    Dataset,
    Diabetes,
    Digits,
    Line,
    LoanApplicants,
    Moons,
    Preparation,
    Prepared,
    prepare,
)  # fmt: skip
from gd_studio.data.dataset import words
from gd_studio.errors import DataError

NAN = math.nan


def numbers(name: str, *values: float) -> Column:
    return Column(name, "number", np.array(values, dtype=float))


def categories(name: str, *values: str | None) -> Column:
    return Column(name, "category", words(values))


def regression(*columns: Column, y: Column | None = None) -> Dataset:
    rows = len(columns[0].values)
    return Dataset("test", columns, y or numbers("y", *range(rows)), "regression")


def all_train(data: Dataset, **settings: Any) -> Prepared:
    return prepare(data, Preparation(validation=0.0, **settings), standardize_target=False)


def test_the_split_is_a_partition() -> None:
    prepared = prepare(Moons().load(), Preparation(test=0.1), standardize_target=False)
    parts = [prepared.train.rows, prepared.validation.rows, prepared.test.rows]
    assert [len(part) for part in parts] == [280, 80, 40]
    assert sorted(np.concatenate(parts).tolist()) == list(range(400))


def test_each_class_keeps_its_share() -> None:
    target = categories("class", *(["rare"] * 20 + ["common"] * 180))
    data = Dataset("t", (numbers("x", *range(200)),), target, "classification", ("common", "rare"))
    prepared = prepare(data, Preparation(validation=0.25), standardize_target=False)
    assert np.bincount(prepared.validation.y).tolist() == [45, 5]
    assert np.bincount(prepared.train.y).tolist() == [135, 15]


def test_a_class_of_one_row_stays_in_training() -> None:
    target = categories("class", "once", *(["often"] * 9))
    data = Dataset("t", (numbers("x", *range(10)),), target, "classification", ("often", "once"))
    for seed in range(20):
        prepared = prepare(data, Preparation(validation=0.5, seed=seed), standardize_target=False)
        assert 0 in prepared.train.rows
        assert len(prepared.validation.rows) == 5


def test_a_tiny_share_still_gives_one_validation_row() -> None:
    data = regression(numbers("x", 1, 2, 3))
    prepared = prepare(data, Preparation(validation=0.01), standardize_target=False)
    assert (len(prepared.train.rows), len(prepared.validation.rows)) == (2, 1)


def test_one_row_is_for_training() -> None:
    prepared = prepare(regression(numbers("x", 1)), Preparation(), standardize_target=False)
    assert (len(prepared.train.rows), len(prepared.validation.rows)) == (1, 0)


def test_the_split_seed_alone_decides_the_split() -> None:
    data = Moons().load()
    first, again, other = (
        prepare(data, Preparation(seed=s), standardize_target=False).validation.rows
        for s in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_statistics_come_from_training_rows_only() -> None:
    data = LoanApplicants().load()
    prepared = prepare(data, Preparation(validation=0.4), standardize_target=False)
    income = next(c for c in data.columns if c.name == "income")
    train = income.values[prepared.train.rows]
    known = train[~np.isnan(train)]
    feature = next(f for f in prepared.features if f.name == "income")
    assert feature.fill == pytest.approx(known.mean())
    assert feature.mean == pytest.approx(known.mean())
    assert feature.scale == pytest.approx(np.where(np.isnan(train), known.mean(), train).std())


def test_standardised_training_inputs_have_mean_zero_and_deviation_one() -> None:
    prepared = prepare(Diabetes().load(), Preparation(), standardize_target=True)
    scaled = [i for i, f in enumerate(prepared.features) if f.category is None]
    np.testing.assert_allclose(prepared.train.x[:, scaled].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(prepared.train.x[:, scaled].std(axis=0), 1)
    assert prepared.train.y.shape == (354, 1)
    assert prepared.train.y.std() == pytest.approx(1)
    own = prepared.untransform_target(prepared.train.y)[:, 0]
    np.testing.assert_allclose(own, prepared.dataset.target.values[prepared.train.rows])


def test_without_standardisation_inputs_stay_in_own_units() -> None:
    data = Line().load()
    prepared = all_train(data, standardize=False)
    np.testing.assert_array_equal(prepared.train.x[:, 0], data.columns[0].values)
    assert (prepared.features[0].mean, prepared.features[0].scale) == (0, 1)


def test_the_setting_overrides_what_the_model_prefers_for_the_target() -> None:
    for setting, model, scaled in [(None, True, True), (None, False, False), (False, True, False)]:
        settings = Preparation(standardize_target=setting)
        prepared = prepare(Diabetes().load(), settings, standardize_target=model)
        assert (prepared.target_scale != 1) == scaled


@pytest.mark.parametrize(("fill", "value"), [("mean", 4.0), ("median", 2.0)])
def test_gaps_are_filled_and_said(fill: str, value: float) -> None:
    prepared = all_train(regression(numbers("x", 1, 2, NAN, 9)), standardize=False, fill=fill)
    assert prepared.train.x[2, 0] == value
    assert any("1 gap" in t and fill in t for t in prepared.treatments)


def test_categories_become_one_hot_and_gaps_the_most_frequent_word() -> None:
    data = regression(categories("c", "b", "a", None, "b"))
    prepared = all_train(data)
    assert [f.name for f in prepared.features] == ["c = a", "c = b"]
    np.testing.assert_array_equal(prepared.train.x, [[0, 1], [1, 0], [0, 1], [0, 1]])


def test_a_constant_column_is_harmless_and_said() -> None:
    prepared = all_train(regression(numbers("x", 0.1, 0.1, 0.1), numbers("z", 1, 2, 3)))
    np.testing.assert_array_equal(prepared.train.x[:, 0], 0)
    assert prepared.features[0].scale == 1
    assert any(t.startswith("x:") and "one value" in t for t in prepared.treatments)


@pytest.mark.parametrize("size", [1e308, 1e-300])
def test_huge_and_tiny_numbers_do_not_overflow(size: float) -> None:
    column = numbers("x", *(size * v for v in (-1.5, -0.5, 0.5, 1.5)))
    prepared = all_train(regression(column), fill="median")
    assert prepared.train.x.std() == pytest.approx(1)


def test_long_text_starts_off_and_can_be_switched_on() -> None:
    text = Column("t", "text", words(f"some words {i}" for i in range(60)))
    data = regression(text, numbers("x", *range(60)))
    assert [c.name for c in all_train(data).columns_in_use] == ["x"]
    assert len(all_train(data, use={"t": True}).features) == 61
    assert [c.name for c in all_train(data, use={"t": True, "x": False}).columns_in_use] == ["t"]


def test_an_identifier_of_numbers_can_be_used_as_numbers() -> None:
    names = Column("id", "identifier", words(["10", "20", "40"]))
    prepared = all_train(regression(names, numbers("x", 1, 2, 3)), use={"id": True})
    assert [f.name for f in prepared.features] == ["id", "x"]
    np.testing.assert_array_equal(prepared.transform([["20", 2]]), prepared.train.x[1:2])


def test_a_date_switched_on_counts_days() -> None:
    dates = Column("d", "date", words(["1970-01-02", "1970-01-11", None]))
    prepared = all_train(regression(dates), use={"d": True}, standardize=False)
    np.testing.assert_array_equal(prepared.train.x[:, 0], [1, 10, 5.5])


def test_rows_without_a_label_are_left_out_and_counted() -> None:
    data = regression(numbers("x", 1, 2, 3), y=numbers("y", 1, NAN, 3))
    prepared = all_train(data)
    assert prepared.train.rows.tolist() == [0, 2]
    assert any(t.startswith("y:") and "1 row" in t for t in prepared.treatments)


def test_many_columns_treated_alike_share_a_sentence() -> None:
    prepared = prepare(Digits().load(), Preparation(), standardize_target=False)
    assert len(prepared.treatments) < 12
    assert "standardised" in prepared.treatment_of("pixel 4,4")


@pytest.mark.parametrize("data", [Moons(), Diabetes(), LoanApplicants()])
def test_raw_rows_transform_into_the_prepared_rows(data: Any) -> None:
    prepared = prepare(data.load(), Preparation(), standardize_target=False)
    raw = prepared.raw_rows(prepared.validation.rows)
    names = [column.name for column in prepared.columns_in_use]
    by_name = [dict(zip(names, row, strict=True)) for row in raw]
    np.testing.assert_array_equal(prepared.transform(raw), prepared.validation.x)
    np.testing.assert_array_equal(prepared.transform(by_name), prepared.validation.x)
    np.testing.assert_array_equal(prepared.transform(by_name[0]), prepared.validation.x[:1])


def test_a_row_may_carry_all_input_columns() -> None:
    data = LoanApplicants().load()
    prepared = prepare(data, Preparation(), standardize_target=False)
    full = [[c.values[i] for c in data.columns] for i in prepared.train.rows[:5]]
    np.testing.assert_array_equal(prepared.transform(full), prepared.train.x[:5])


def test_missing_values_in_a_typed_row_are_filled() -> None:
    prepared = all_train(regression(numbers("x", 1, 3), categories("c", "a", "a")))
    for nothing in (None, "", "?", "NA"):
        np.testing.assert_array_equal(prepared.transform([[nothing, nothing]]), [[0, 1]])


def test_nan_is_a_gap_only_where_there_were_gaps() -> None:
    prepared = all_train(regression(numbers("x", 1, 3, NAN), categories("c", "a", "a", None)))
    filled = prepared.transform([[None, None]])
    np.testing.assert_array_equal(prepared.transform([[NAN, NAN]]), filled)
    np.testing.assert_array_equal(prepared.transform(np.array([[NAN, NAN]], object)), filled)
    prepared = all_train(regression(numbers("x", 1, 3), categories("c", "a", "a")))
    for row, name in (([NAN, "a"], "x"), ([1, NAN], "c"), ([np.float32("nan"), "a"], "x")):
        with pytest.raises(DataError, match=f"^Column '{name}' is NaN in row 2 of those given"):
            prepared.transform([[1, "a"], row])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ([["seven", "a"]], "Column 'x' needs a number, not 'seven'"),
        ([[math.inf, "a"]], "Column 'x' needs a number"),
        ([[1, "z"]], "Column 'c' has no 'z'; it knows: a, b"),
        ([[1, "a", 2]], "A row needs 2 values"),
        ([{"w": 1}], "no column called 'w'"),
        ([[1, "a"], [1]], "same number of values"),
        ([1, 2], "list of rows"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(row: Any, sentence: str) -> None:
    prepared = all_train(regression(numbers("x", 1, 3), categories("c", "a", "b")))
    with pytest.raises(DataError, match=sentence.replace("(", r"\(")):
        prepared.transform(row)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (categories("c"), "no rows"),
        (categories("c", None, None), "every value of the target 'c' is missing"),
        (categories("c", "a", "a", None), "one class only"),
    ],
)
def test_a_target_without_two_classes_is_refused(target: Column, sentence: str) -> None:
    inputs = (numbers("x", *range(len(target.values))),)
    data = Dataset("file.csv", inputs, target, "classification", ("a", "b"))
    with pytest.raises(DataError, match=sentence):
        all_train(data)


def test_no_column_in_use_is_refused() -> None:
    with pytest.raises(DataError, match="no column is in use"):
        all_train(regression(numbers("x", 1, 2)), use={"x": False})


def test_a_raw_row_is_prepared_from_the_json_with_numpy_alone() -> None:
    prepared = prepare(LoanApplicants().load(), Preparation(), standardize_target=False)
    known = json.loads(json.dumps(prepared.to_dict(), allow_nan=False))
    rows = prepared.raw_rows(prepared.validation.rows)

    def features(row: list[Any]) -> Iterator[float]:
        for column, value in zip(known["columns"], row, strict=True):
            value = column["fill"] if value is None else value
            if column["kind"] == "category":
                yield from (float(value == word) for word in column["categories"])
            else:
                yield (value - column["mean"]) / column["scale"]

    scored = np.array([list(features(row)) for row in rows])
    np.testing.assert_allclose(scored, prepared.validation.x)
    assert [f["name"] for f in known["features"]] == [f.name for f in prepared.features]
    assert known["target"]["classes"] == ["denied", "approved"]
