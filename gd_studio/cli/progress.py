"""How far a run has come, shown while it trains."""

from __future__ import annotations

import sys
from typing import Any


class Progress:
    """A bar on stderr, if someone is there to see it."""

    def __init__(self) -> None:
        self._bar: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("step"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("training", total=None)

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, step: int, total: int | None) -> None:
        """Show how far the run has come."""
        if self._bar is not None:
            self._bar.update(self._task, completed=step, total=total and max(step, total))
