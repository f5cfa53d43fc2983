"""The edits of a document, by name: those done, those undone, and which of them a file holds."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment.experiment import Experiment

MOST_UNDO = 24


@dataclass(frozen=True)
class Entry:
    """One edit: its name, and the settings before and after it."""

    edit: int
    name: str
    before: Experiment
    after: Experiment
    touches_run: bool


class Edits:
    """What can be undone and redone since something was opened, at the wish numbered `opened`."""

    def __init__(self, opened: int = 0) -> None:
        self._done: list[Entry] = []
        self._undone: list[Entry] = []
        self._bottom = opened  # the edit beneath the oldest that can be undone
        self._saved_at = opened

    @property
    def is_saved(self) -> bool:
        """Whether a file holds all that was done."""
        return self._top == self._saved_at

    @property
    def undo_name(self) -> str | None:
        """What undo would undo."""
        return self._done[-1].name if self._done else None

    @property
    def redo_name(self) -> str | None:
        """What redo would redo."""
        return self._undone[-1].name if self._undone else None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all edits."""
        return tuple(entry.edit for entry in (*self._done, *self._undone))

    def mark_saved(self) -> None:
        """Note that a file holds what is done now."""
        self._saved_at = self._top

    def put(self, entry: Entry) -> tuple[int, ...]:
        """Put an edit on top; return the numbers of those that cannot come back any more."""
        lost = [undone.edit for undone in self._undone]
        self._undone = []
        self._done.append(entry)
        if len(self._done) > MOST_UNDO:
            oldest = self._done.pop(0)
            self._bottom = oldest.edit
            lost.append(oldest.edit)
        return tuple(lost)

    def undo(self) -> Entry | None:
        """Take the last edit from what is done, and return it."""
        return _moved(self._done, self._undone)

    def redo(self) -> Entry | None:
        """Put the last edit undone back to what is done, and return it."""
        return _moved(self._undone, self._done)

    def refuse(self, edit: int) -> tuple[Entry | None, bool]:
        """Forget an edit; return it, and whether it was done at the time."""
        for entries in (self._done, self._undone):
            for entry in entries:
                if entry.edit == edit:
                    entries.remove(entry)
                    return entry, entries is self._done
        return None, False

    @property
    def _top(self) -> int:
        """The last edit done."""
        return self._done[-1].edit if self._done else self._bottom


def _moved(source: list[Entry], goal: list[Entry]) -> Entry | None:
    if not source:
        return None
    goal.append(source.pop())
    return goal[-1]
