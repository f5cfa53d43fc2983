"""Reading a file of the user's own beside the window, which stays alive meanwhile.

One file is read at a time, only the newest wish is answered, and closing waits for the reading
under way, so that no thread is left over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from gd_studio.data import Dataset, File, Reading
from gd_studio.data.preparation import default_use
from gd_studio.errors import GDStudioError

WARMED = 200  # columns whose counts are made beside the window, before a table asks for them


@dataclass(frozen=True, eq=False)
class Answer:
    """What became of a file: how it was understood, the data in it, or why there is none."""

    number: int
    file: File
    reading: Reading | None = None
    dataset: Dataset | None = None
    notes: tuple[str, ...] = ()
    error: str = ""


class FileReader(QObject):
    """Reads files in a thread; `answered` brings an `Answer` to the newest wish."""

    answered = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._arrived.connect(self._on_arrived)

    def read(self, file: File) -> None:
        """Start reading; an answer to an earlier wish will not come any more."""
        self._number += 1
        self._pool.clear()
        self._pool.start(_Job(self._number, file, self._arrived.emit))

    def close(self) -> None:
        """Drop what is waiting and wait for what is being read."""
        self._number += 1
        self._pool.clear()
        self._pool.waitForDone()

    @Slot(object)
    def _on_arrived(self, answer: Answer) -> None:
        if answer.number == self._number:
            self.answered.emit(answer)


class _Job(QRunnable):
    def __init__(self, number: int, file: File, report: Callable[[Answer], None]) -> None:
        super().__init__()
        self._number = number
        self._file = file
        self._report = report

    def run(self) -> None:
        # A bug in reading must not leave the dialog waiting for ever.
        answer = Answer(self._number, self._file, error="The file could not be read.")
        try:
            answer = look_at(self._number, self._file)
        finally:
            self._report(answer)


def look_at(number: int, file: File) -> Answer:
    """Read a file and say all there is to say about it."""
    try:
        reading = file.read()
    except GDStudioError as error:
        return Answer(number, file, error=str(error))
    for column in reading.columns[:WARMED]:
        _ = column.distinct, column.missing, column.most_frequent
    try:
        dataset = file.load()
    except GDStudioError as error:
        return Answer(number, file, reading, None, _reading_notes(reading), str(error))
    return Answer(number, file, reading, dataset, _notes(dataset))


def _reading_notes(reading: Reading) -> tuple[str, ...]:
    return (*reading.report.notes, *(note for notes in reading.notes for note in notes))


def _notes(dataset: Dataset) -> tuple[str, ...]:
    said = list(dataset.notes)
    target = dataset.target
    if target.missing:
        rows = "1 row has" if target.missing == 1 else f"{target.missing} rows have"
        said.append(f"{target.name}: {rows} no label and will be left out.")
    off = [(c, default_use(c)) for c in dataset.columns]
    said += [f"{c.name}: {reason}; starts switched off." for c, (use, reason) in off if not use]
    gaps = [c for c, (use, _) in off if use and c.missing]
    said += [f"{c.name}: {_counted(c.missing)} to be filled." for c in gaps]
    return tuple(said)


def _counted(missing: int) -> str:
    return "1 missing value" if missing == 1 else f"{missing} missing values"
