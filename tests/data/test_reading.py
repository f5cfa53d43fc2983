from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gd_studio.data.reading import Table, read_table
from gd_studio.errors import DataError

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(content: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to_file


def cells(table: Table) -> list[list[Any]]:
    return [column.tolist() for column in table.cells]


def note(table: Table) -> str:
    return " ".join(table.report.notes)


TEXT = "name,größe,stadt\nJürgen,1.5,München\nRené,2.25,Köln\nZoë,3,Nîmes\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("latin-1", "latin-1")],
)  # fmt: skip
def test_the_encoding_is_worked_out(write: Write, encoding: str, found: str) -> None:
    table = read_table(write(TEXT.encode(encoding)))
    assert table.report.encoding == found
    assert table.names == ("name", "größe", "stadt")
    assert cells(table) == [
        ["Jürgen", "René", "Zoë"],
        [1.5, 2.25, 3.0],
        ["München", "Köln", "Nîmes"],
    ]


def test_windows_quotes_are_told_from_latin_1(write: Write) -> None:
    table = read_table(write("a,b\n“café”,1\n“thé”,2\n".encode("cp1252")))
    assert table.report.encoding == "cp1252"
    assert table.cells[0][0] == "“café”"


def test_an_umlaut_late_in_a_long_file_is_seen(write: Write) -> None:
    rows = "".join(f"word {i},{i}\n" for i in range(60_000))
    table = read_table(write(("a,b\n" + rows + "Köln,1\n").encode("latin-1")))
    assert table.report.encoding == "latin-1"
    assert table.cells[0][-1] == "Köln"
    assert table.report.rows == 60_001


def test_cyrillic_is_not_taken_for_latin(write: Write) -> None:
    text = "имя,город\nИван,Москва\nПётр,Казань\nАнна,Псков\n"
    table = read_table(write(text.encode("cp1251")))
    assert table.names == ("имя", "город")


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [("a,b\n1,2\n3,4\n", ","), ("a;b\n1;2\n3;4\n", ";"), ("a\tb\n1\t2\n3\t4\n", "\t"),
     ("a|b\n1|2\n3|4\n", "|"), ("a b\n1 2\n3 4\n", " "), ("sep=;\na;b\n1;2\n3;4\n", ";"),
     ("a,b\r\n1,2\r\n3,4\r\n", ","), ("a,b\r1,2\r3,4\r", ","), ("a,b\n1,2\n3,4", ","),
     ("a , b\n1 , 2\n3 , 4\n", ","), ("\n\na,b\n1,2\n\n3,4\n\n\n", ",")],
)  # fmt: skip
def test_the_delimiter_is_worked_out(write: Write, content: str, delimiter: str) -> None:
    table = read_table(write(content))
    assert table.report.delimiter == delimiter
    assert table.names == ("a", "b")
    assert cells(table) == [[1, 3], [2, 4]]


def test_decimal_commas_between_semicolons(write: Write) -> None:
    table = read_table(write("x;y\n1,5;2,25\n-0,5;1.234,5\n"))
    assert table.report.delimiter == ";"
    assert table.report.decimal == ","
    assert "decimal comma" in table.report.sentence


def test_no_header_numbers_the_columns(write: Write) -> None:
    table = read_table(write("1,2,a\n3,4,b\n5,6,a\n"))
    assert not table.report.header
    assert table.names == ("column 1", "column 2", "column 3")
    assert cells(table) == [[1, 3, 5], [2, 4, 6], ["a", "b", "a"]]


def test_a_header_of_words_over_words_is_found(write: Write) -> None:
    table = read_table(write("colour,size,buy\n" + "red,big,yes\nblue,small,no\n" * 4))
    assert table.report.header
    assert table.names == ("colour", "size", "buy")


def test_words_without_a_header_are_rows(write: Write) -> None:
    table = read_table(write("red,big,yes\n" + "red,small,no\nblue,big,yes\n" * 4))
    assert not table.report.header
    assert table.report.rows == 9


def test_what_was_worked_out_can_be_corrected(write: Write) -> None:
    path = write("1,2\n3,4\n")
    assert read_table(path, header=True).names == ("1", "2")
    assert read_table(path, header=True).report.rows == 1
    assert read_table(write("a;b,c\n1;2,3\n"), delimiter=",").names == ("a;b", "c")
    assert read_table(write("a;b,c\n1;2,3\n"), delimiter="semicolon").names == ("a", "b,c")
    latin = write("é,b\n1,2\n".encode("latin-1"))
    assert read_table(latin, encoding="cp1251").names[0] == "й"


def test_quoted_cells_may_hold_delimiters_and_lines(write: Write) -> None:
    table = read_table(write('text,n\n"a, b",1\n"two\nlines",2\n"say ""hi""",3\n'))
    assert cells(table) == [["a, b", "two\nlines", 'say "hi"'], [1, 2, 3]]


def test_a_header_with_a_line_break_is_tidied(write: Write) -> None:
    table = read_table(write('"first\nname",n\n1,2\n3,4\n'))
    assert table.names == ("first name", "n")
    assert cells(table) == [[1, 3], [2, 4]]


def test_repeated_names_are_numbered_and_said(write: Write) -> None:
    table = read_table(write("x,x,x (2),x\n1,2,3,4\n"))
    assert len(set(table.names)) == 4
    assert table.names[0] == "x"
    assert "repeated" in note(table)


def test_ragged_rows_are_kept_and_counted(write: Write) -> None:
    table = read_table(write("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n"))
    assert table.report.rows == 4
    assert table.cells[2].tolist()[0] == 3
    assert np.isnan(table.cells[2][1])
    assert "1 row with fewer" in note(table)
    assert "1 row with more" in note(table)


def test_blank_rows_are_left_out_and_counted(write: Write) -> None:
    table = read_table(write("a,b\n1,2\n,\n3,4\n,,\n\n\n"))
    assert cells(table) == [[1, 3], [2, 4]]
    assert "nothing in them" in note(table)


def test_lines_above_the_table_are_skipped_and_said(write: Write) -> None:
    table = read_table(write("# made by a robot\n\nReport of 2024\na,b\n1,2\n3,4\n"))
    assert table.names == ("a", "b")
    assert cells(table) == [[1, 3], [2, 4]]
    assert "skipped" in note(table)


def test_a_commented_header_names_the_columns(write: Write) -> None:
    table = read_table(write("# x,y\n1.0,2.0\n3.0,4.0\n"))
    assert table.names == ("x", "y")
    assert cells(table) == [[1, 3], [2, 4]]


def test_a_delimiter_at_the_end_of_lines_makes_no_column(write: Write) -> None:
    assert read_table(write("a,b,\n1,2,\n3,4,\n")).names == ("a", "b")
    assert cells(read_table(write("a,b\n1,2,\n3,4,\n"))) == [[1, 3], [2, 4]]


def test_row_names_without_a_header_get_a_column(write: Write) -> None:
    table = read_table(write('"x","y"\n"1",0.5,2\n"2",0.7,3\n'))
    assert table.names == ("row", "x", "y")


def test_the_words_for_nothing_are_missing(write: Write) -> None:
    rows = "".join(f"{word},1\n" for word in ("?", "NA", "-", "", "N/A", "nan", "NULL", "None"))
    table = read_table(write("x,y\n2,1\n" + rows))
    assert np.isnan(table.cells[0]).sum() == 8


def test_post_codes_keep_their_zeros(write: Write) -> None:
    table = read_table(write("zip,n\n01067,1\n10115,2\n"))
    assert table.cells[0].tolist() == ["01067", "10115"]


def test_column_numbers_and_years_are_a_header(write: Write) -> None:
    assert read_table(write("0,1,2\n0.5,3,7\n1.5,2,2\n")).names == ("0", "1", "2")
    years = read_table(write("country,1990,1991,1992\nA,1,2,9\nB,3,4,2\n"))
    assert years.report.header
    assert not read_table(write("1,2,3\n4,5,6\n")).report.header


def test_a_quotation_mark_never_closed_swallows_nothing(write: Write) -> None:
    table = read_table(write('size,n\n5 pipe,1\n"6 pipe,2\n7,3\n8,4\n'))
    assert table.report.rows == 4
    assert "never closed" in note(table)


def test_a_single_row_is_a_table(write: Write) -> None:
    assert cells(read_table(write("1,2,3\n"))) == [[1], [2], [3]]


def test_many_columns_are_read(write: Write) -> None:
    line = ",".join(str(i) for i in range(2000))
    table = read_table(write(f"{line}\n{line}\n"))
    assert len(table.names) == 2000
    assert table.report.rows == 2


def test_fast_and_slow_reading_agree(write: Write) -> None:
    rows = np.random.default_rng(0).standard_normal((500, 3))
    lines = [",".join(repr(float(v)) for v in row) for row in rows]
    fast = read_table(write("a,b,c\n" + "\n".join(lines)))
    slow = read_table(write("a,b,c\n" + "\n".join(lines) + "\n?,?,1\n"))
    for quick, thorough in zip(fast.cells, slow.cells, strict=True):
        np.testing.assert_array_equal(quick, thorough[:-1])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n\n\n", "no rows"),
        ("a,b\n", "no rows"),
        ("a\n1\n2\n", "one column"),
        ("1\n2\n3\n", "one column"),
        (b"a,b\n1,\x002\n", "NUL bytes"),
        (b"a,b\n" + b"1,2\n" * 200_000 + b"1,\x002\n", "NUL bytes"),
        ("a,b\n1,\0\n".encode("utf-16"), "NUL bytes"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
        (b"\x00\x01\x02\x03" * 100, "NUL bytes"),
        (bytes(range(1, 256)) * 4, "holds no text"),
    ],
)
def test_what_is_no_table_is_refused(write: Write, content: str | bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as refusal:
        read_table(write(content))
    assert "table.csv" in str(refusal.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(DataError, match="folder"):
        read_table(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="no ordinary file"):
        read_table(tmp_path / "pipe")


def test_an_unreadable_file_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a,b\n1,2\n")

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=r"table.csv cannot be read: permission denied"):
        read_table(path)


def test_a_wrong_choice_of_encoding_or_delimiter_is_refused(write: Write) -> None:
    path = write(TEXT.encode("latin-1"))
    with pytest.raises(DataError, match="no text encoding called 'klingon'"):
        read_table(path, encoding="klingon")
    with pytest.raises(DataError, match="not written in utf-8"):
        read_table(path, encoding="utf-8")
    with pytest.raises(DataError, match="one character"):
        read_table(path, delimiter=";;")


def test_a_cell_too_long_is_refused(write: Write) -> None:
    with pytest.raises(DataError, match="cannot be cut into cells"):
        read_table(write('a,b\n1,2\nx,"' + "y" * 400_000))


def test_the_data_room_opens_without_its_heavy_packages() -> None:
    code = (
        "import sys, gd_studio.data; "
        "print([m for m in ('clevercsv', 'charset_normalizer', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
