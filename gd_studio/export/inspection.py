"""What a data file was taken for, as text: all that was worked out, so that it can be corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gd_studio.data import Column, Dataset, File, Preparation, Prepared, prepare
from gd_studio.data.dialect import DELIMITER_WORDS


def inspection(file: File) -> Iterator[str]:
    """Yield lines about a file and its columns.

    Raises DataError, before the first line, where the file cannot be read or trained on.
    """
    reading = file.read()
    dataset = file.load()
    prepared = prepare(dataset, Preparation(), standardize_target=False)
    report = reading.report
    yield f"encoding   {report.encoding}"
    yield f"delimiter  {DELIMITER_WORDS.get(report.delimiter, repr(report.delimiter))}"
    yield f"header     {'yes' if report.header else 'no'}"
    if report.decimal != ".":
        yield "decimal    comma"
    yield f"rows       {report.rows}"
    yield ""
    yield from aligned([_HEAD, *_columns(prepared)])
    yield ""
    yield f"target     {dataset.target.name} (proposed)"
    yield f"task       {_task(dataset)} (proposed)"
    for note in dataset.notes:
        yield f"note       {note}"


def aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows of cells as lines, each column as wide as it needs."""
    listed = list(rows)
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    for row in listed:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


_HEAD = ("column", "type", "distinct", "missing", "mean or most frequent", "treatment")


def _columns(prepared: Prepared) -> Iterator[tuple[str, ...]]:
    dataset = prepared.dataset
    for column in (*dataset.columns, dataset.target):
        done = "; ".join(t.words for t in prepared.done if t.column == column.name)
        if column is dataset.target:
            done = "; ".join(filter(None, ("target", done)))
        yield (*_facts(column), done or "used as it is")


def _facts(column: Column) -> tuple[str, ...]:
    typical = column.most_frequent if column.mean is None else f"{column.mean:.6g}"
    said = (typical or "").replace("\n", " ")
    said = said if len(said) <= 40 else f"{said[:39]}…"
    return (column.name, column.kind, str(column.distinct), str(column.missing), said)


def _task(dataset: Dataset) -> str:
    if dataset.task == "regression":
        return "regression"
    names = ", ".join(dataset.classes[:12]) + (", …" if len(dataset.classes) > 12 else "")
    return f"classification: {names}"
