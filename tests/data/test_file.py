from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gd_studio.data import File, Preparation, prepare, proposed_target
from gd_studio.data import reading as reading_module
from gd_studio.errors import DataError

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(content: str, name: str = "own.csv") -> str:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        return str(path)

    return to_file


ROWS = "".join(f"{i},{i * 0.5},{'yes' if i % 3 else 'no'}\n" for i in range(30))


def test_the_last_column_is_proposed_unless_a_name_says_otherwise() -> None:
    assert proposed_target(("a", "b", "c")) == "c"
    assert proposed_target(("Species", "b", "c")) == "Species"
    assert proposed_target(("y", "target", "c")) == "target"


def test_a_file_becomes_a_data_set(write: Write) -> None:
    data = File(path=write("a,b,buy\n" + ROWS)).load()
    assert (data.name, data.rows, data.task) == ("own.csv", 30, "classification")
    assert [column.name for column in data.columns] == ["a", "b"]
    assert data.classes == ("no", "yes")
    assert "own file" in data.source


def test_another_target_changes_the_task(write: Write) -> None:
    data = File(path=write("a,b,buy\n" + ROWS), target="b").load()
    assert data.task == "regression"
    assert [column.name for column in data.columns] == ["a", "buy"]
    np.testing.assert_array_equal(data.target.values, np.arange(30) * 0.5)


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([0, 1] * 10, "classification"),
        ([1, 2, 3] * 10, "classification"),
        (list(range(30)), "regression"),
        ([0.5, 1.5, 2.5] * 10, "regression"),
        ([1, 2, 3, 4], "regression"),
    ],
)
def test_few_different_whole_numbers_are_classes(
    write: Write, values: list[float], task: str
) -> None:
    rows = "".join(f"{i}.5,{v}\n" for i, v in enumerate(values))
    assert File(path=write("a,b\n" + rows)).load().task == task


def test_the_positive_class_can_be_chosen(write: Write) -> None:
    path = write("a,b,buy\n" + ROWS)
    data = File(path=path, positive="no").load()
    assert data.classes == ("yes", "no")
    assert data.codes[:2].tolist() == [1, 0]
    with pytest.raises(DataError, match="no class 'maybe'; it has: no, yes"):
        File(path=path, positive="maybe").load()


def test_numeric_classes_can_be_positive(write: Write) -> None:
    path = write("a,c\n" + "".join(f"{i},{i % 2}\n" for i in range(10)))
    assert File(path=path).load().classes == ("0", "1")
    assert File(path=path, positive="0").load().classes == ("1", "0")


def test_numbers_become_classes_if_asked_for(write: Write) -> None:
    path = write("a,c\n" + "".join(f"{i},{i % 20}.5\n" for i in range(60)))
    data = File(path=path, task="classification").load()
    assert len(data.classes) == 20
    assert data.classes[0] == "0.5"


def test_too_many_classes_are_refused(write: Write) -> None:
    path = write("a,c\n" + "".join(f"{i},{i}.5\n" for i in range(101)))
    with pytest.raises(DataError, match="101 different values, more than the 100"):
        File(path=path, task="classification").load()


def test_words_cannot_be_guessed_as_a_number(write: Write) -> None:
    with pytest.raises(DataError, match="holds words such as 'yes'"):
        File(path=write("a,b,buy\n" + ROWS), task="regression").load()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,y\n1,\n2,?\n", "every value of the target 'y' is missing"),
        ("a,y\n1,yes\n2,yes\n", "one class only"),
        ("a,y\n1,5\n2,5\n", "one class only"),
        ("a,y\n1,5\n", "one row only"),
    ],
)
def test_a_target_that_teaches_nothing_is_refused(
    write: Write, content: str, sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence) as refusal:
        File(path=write(content)).load()
    assert "own.csv" in str(refusal.value)


def test_an_unknown_target_is_refused(write: Write) -> None:
    with pytest.raises(DataError, match="no column 'z' to be the target; it has: a, b, buy"):
        File(path=write("a,b,buy\n" + ROWS), target="z").load()


def test_a_path_is_relative_to_the_folder_given(write: Write, tmp_path: Path) -> None:
    write("a,b,buy\n" + ROWS)
    assert File(path="own.csv").load(tmp_path).rows == 30
    with pytest.raises(DataError, match="cannot be opened"):
        File(path="own.csv").load(tmp_path / "elsewhere")


def test_no_path_and_a_nonsensical_one_are_refused() -> None:
    with pytest.raises(DataError, match="No data file is chosen"):
        File().load()
    with pytest.raises(DataError, match="cannot be opened"):
        File(path="a\0b").load()


def test_a_file_is_read_again_only_when_it_changes(write: Write) -> None:
    path = write("a,b,buy\n" + ROWS)
    first = File(path=path).read()
    assert File(path=path, target="a").read() is first
    write("a,b,buy\n" + ROWS + "1,2,no\n")
    os.utime(path, ns=(1, 1))
    assert File(path=path).load().rows == 31


def test_what_was_understood_is_reported(write: Write) -> None:
    report = File(path=write("a;b\n1;2\n3;4\n")).read().report
    assert isinstance(report, reading_module.Report)
    assert report.sentence == "2 rows, utf-8, separated by semicolon, with a header row."


def test_notes_of_reading_and_typing_are_among_the_treatments(write: Write) -> None:
    rows = "".join(f"{'oops' if i == 7 else i},{i % 4}.5,{i}\n" for i in range(40))
    data = File(path=write("x,x,y\n" + rows)).load()
    prepared = prepare(data, Preparation(), standardize_target=False)
    said = " ".join(prepared.treatments)
    assert "repeated column names" in said
    assert "'oops' in row 8" in said
    assert "1 gap" in said


def test_an_identifier_and_free_text_start_switched_off(write: Write) -> None:
    rows = "".join(f"{i},it said {i},{i % 7}.5,{i * 2}.5\n" for i in range(60))
    data = File(path=write("id,remark,x,y\n" + rows)).load()
    prepared = prepare(data, Preparation(), standardize_target=False)
    assert [column.name for column in prepared.columns_in_use] == ["x"]


def test_a_million_rows_load_in_seconds(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    line = "0.12345,1.5,-2.25,3.125,1e-3,7.5\n"
    path.write_text("a,b,c,d,e,f\n" + (line + "1,2,3,4,5,6\n" + "2,3,4,5,6,9\n") * 333_334)
    data = File(path=str(path)).load()
    assert data.rows == 1_000_002
    prepared = prepare(data, Preparation(), standardize_target=True)
    assert prepared.train.x.shape == (800_002, 5)
