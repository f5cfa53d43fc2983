"""A table of the user's own: which file, which column is the answer, and what kind of answer.

What the user does not say is worked out and noted. A file is read again only when it has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np

from gd_studio.data.columns import as_number, typed
from gd_studio.data.dataset import Column, Dataset, Task, number_word
from gd_studio.errors import DataError
from gd_studio.settings import Choice, described

if TYPE_CHECKING:
    from gd_studio.data.reading import Report, Table

MOST_CLASSES = 100
_TARGET_NAMES = (
    "target", "label", "labels", "class", "y", "outcome", "output", "response", "species",
    "approved", "decision", "diagnosis", "survived", "churn", "default", "result", "quality",
    "price", "score",
)  # fmt: skip
_POSITIVE_WORDS = frozenset(
    {
        "yes", "y", "true", "t", "1", "approved", "accepted", "positive", "pos", "good", "pass",
        "success", "win", "survived", "malignant", "sick", "ill", "disease", "fraud", "spam",
        "default", "churned", "ja", "oui", "si",
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Reading:
    """A file as it was understood: all columns typed, before one becomes the target."""

    table: Table
    columns: tuple[Column, ...]
    notes: tuple[tuple[str, ...], ...]  # of each column

    @property
    def report(self) -> Report:
        return self.table.report


class File(Choice, frozen=True, tag="file"):
    """A CSV file, or another text table, with one column to be guessed from the others."""

    title: ClassVar[str] = "Own file"
    path: Annotated[
        str,
        described("File", "A table of text: one row per example.", own=True, editor="path"),
    ] = ""
    target: Annotated[
        str | None,
        described(
            "Target",
            "The column to be guessed from the others; unset: proposed by name, or the last.",
            own=True,
            editor="column",
        ),
    ] = None
    task: Annotated[
        Literal["regression", "classification"] | None,
        described(
            "Task",
            "Guess a number, or one of some classes; unset: few different values mean classes.",
            own=True,
            titles={"regression": "guess a number", "classification": "guess a class"},
        ),
    ] = None
    positive: Annotated[
        str | None,
        described(
            "Positive class",
            "Of two classes, the one whose probability the model gives.",
            own=True,
            more=True,
            editor="class",
        ),
    ] = None
    encoding: Annotated[
        str | None,
        described("Encoding", "How letters are stored; unset: worked out.", own=True, more=True),
    ] = None
    delimiter: Annotated[
        str | None,
        described("Delimiter", "What parts the cells; unset: worked out.", own=True, more=True),
    ] = None
    header: Annotated[
        bool | None,
        described(
            "Header row", "Whether the first row holds names; unset: worked out.",
            own=True, more=True,
        ),
    ] = None  # fmt: skip

    def load(self, folder: Path | None = None) -> Dataset:
        """Read the file; a relative path is looked for in `folder`."""
        reading = self.read(folder)
        name, table = self._target_name(reading), reading.table
        index = table.names.index(name)
        decimal = reading.report.decimal
        target, said = typed(name, table.cells[index], decimal, target=True)
        _refuse_unusable(table.path, target)
        target, task, classes = self._answer(table.path, target)
        others = [i for i in range(len(table.names)) if i != index]
        notes = [*reading.report.notes]
        notes += [note for i in others for note in reading.notes[i]]
        notes += said
        columns = tuple(reading.columns[i] for i in others)
        return Dataset(
            table.path.name, columns, target, task, classes, tuple(notes),
            source=f"own file {table.path.name}", gaps=True,
        )  # fmt: skip

    def read(self, folder: Path | None = None) -> Reading:
        """Return all columns and the report, from memory if the file has not changed."""
        if not self.path:
            raise DataError(
                "No data file is chosen yet; choose one with File › Import data, or set data.path."
            )
        path = Path(self.path).expanduser()
        path = path if path.is_absolute() else (folder or Path()) / path
        try:
            state = path.stat()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise DataError(
                f"The file {path} cannot be opened ({reason}); choose another one."
            ) from None
        stamp = (state.st_mtime_ns, state.st_size)
        return _reading(path, stamp, self.encoding, self.delimiter, self.header)

    def _target_name(self, reading: Reading) -> str:
        names = reading.table.names
        if self.target is None:
            return proposed_target(names)
        if self.target not in names:
            known = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
            raise DataError(
                f"{reading.table.path.name} has no column {self.target!r} to be the target; "
                f"it has: {known}."
            )
        return self.target

    def _answer(self, path: Path, target: Column) -> tuple[Column, Task, tuple[str, ...]]:
        task = self.task or proposed_task(target)
        if task == "regression":
            numbers = as_number(target)
            if numbers is None:
                raise DataError(
                    f"{path.name}: the target {target.name!r} holds words such as "
                    f"{target.most_frequent!r}, so it cannot be guessed as a number; "
                    f"choose the task classification."
                )
            return numbers, task, ()
        _refuse_class_count(path, target)
        return target, task, self._classes(path, target)

    def _classes(self, path: Path, target: Column) -> tuple[str, ...]:
        known = _sorted_classes(target)
        if self.positive is None:
            return _positive_last(known)
        if self.positive not in known:
            raise DataError(
                f"{path.name}: the target {target.name!r} has no class {self.positive!r}; "
                f"it has: {', '.join(known)}."
            )
        return (*(word for word in known if word != self.positive), self.positive)


def proposed_target(names: tuple[str, ...]) -> str:
    """Return the column that is most likely the answer: by its name, or else the last."""
    by_word = {name.strip().lower(): name for name in reversed(names)}
    return next((by_word[word] for word in _TARGET_NAMES if word in by_word), names[-1])


def proposed_task(target: Column) -> Task:
    """Return classification for words and for few different whole numbers."""
    if target.kind != "number":
        return "classification"
    known = target.values[~np.isnan(target.values)]
    distinct = np.unique(known)
    if distinct.size == 2 and known.size > 2:
        return "classification"
    whole = bool(np.all(distinct == np.floor(distinct)))
    few = distinct.size <= 10 and known.size >= 4 * distinct.size
    return "classification" if whole and few else "regression"


@lru_cache(maxsize=2)
def _reading(
    path: Path,
    stamp: tuple[int, int],
    encoding: str | None,
    delimiter: str | None,
    header: bool | None,
) -> Reading:
    from gd_studio.data.reading import read_table  # here: the window needs no CSV to stand

    table = read_table(path, encoding, delimiter, header)
    decimal = table.report.decimal
    pairs = [typed(n, cells, decimal) for n, cells in zip(table.names, table.cells, strict=True)]
    return Reading(table, tuple(c for c, _ in pairs), tuple(notes for _, notes in pairs))


def _refuse_unusable(path: Path, target: Column) -> None:
    if target.missing == len(target.values):
        raise DataError(
            f"{path.name}: every value of the target {target.name!r} is missing; "
            f"choose another target."
        )
    if len(target.values) == 1:
        raise DataError(f"{path.name} has one row only; nothing can be learned from one row.")
    if target.distinct == 1:
        raise DataError(
            f"{path.name}: the target {target.name!r} is {target.most_frequent!r} in every row "
            f"(one class only), so there is nothing to learn; choose another target."
        )


def _refuse_class_count(path: Path, target: Column) -> None:
    if target.distinct > MOST_CLASSES:
        raise DataError(
            f"{path.name}: the target {target.name!r} has {target.distinct} different values, "
            f"more than the {MOST_CLASSES} classes a model can tell apart here; choose another "
            f"target{', or the task regression' if target.kind == 'number' else ''}."
        )


def _sorted_classes(target: Column) -> tuple[str, ...]:
    if target.kind == "number":
        known = target.values[~np.isnan(target.values)]
        return tuple(number_word(value) for value in np.unique(known).tolist())
    return tuple(sorted(word for word, _ in target.counts))


def _positive_last(known: tuple[str, ...]) -> tuple[str, ...]:
    positive = [word for word in known if word.lower() in _POSITIVE_WORDS]
    if len(known) != 2 or len(positive) != 1:
        return known
    return (*(word for word in known if word != positive[0]), positive[0])
