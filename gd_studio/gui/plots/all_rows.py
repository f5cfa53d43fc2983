"""What is said of all rows at the frame's step: at once if cheap, else in the background.

A view of many rows draws a fair sample; what it says about all of them comes from here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.experiment.failure import is_cheap, row_losses_in_blocks
from gd_studio.experiment.parts import finished
from gd_studio.gui.background import Background
from gd_studio.gui.plots.samples import SPLITS, split_of

if TYPE_CHECKING:
    from gd_studio.experiment.failure import RowLosses
    from gd_studio.session.frame import Frame

MOST_KEPT = 4

Work = Callable[["Frame", Any], Generator[Any, None, Any]]
"""Computes something of a frame (and of what was asked for), yielding at least every 2 ms."""


@dataclass(frozen=True, eq=False)
class _Request:
    frame: Frame
    what: Hashable


class AllRows(QObject):
    """Hands out what `work(frame, what)` returns; `arrived` says that it has been computed."""

    arrived = Signal()

    def __init__(self, gate: threading.Event, parent: QObject, work: Work) -> None:
        super().__init__(parent)
        self._background = Background(gate, parent)
        self._background.found.connect(self._on_found)
        self._work = work
        self._known: dict[Hashable, tuple[Frame, Any]] = {}
        self._asked: tuple[Any, Hashable] | None = None

    def of(self, frame: Frame, what: Hashable) -> Any:
        """Return what there is at the frame's step, or while it is computed, at an earlier one.

        None where there is nothing of this run yet.
        """
        if self.is_fresh(frame, what):
            return self._known[what][1]
        rows = sum(len(split_of(frame.hypothesis.prepared, split).rows) for split in SPLITS)
        if is_cheap(frame.hypothesis, rows):
            found = finished(self._work(frame, what))
            self._keep(frame, what, found)
            return found
        if self._asked is None or self._asked[0] is not frame or self._asked[1] != what:
            self._asked = (frame, what)
            self._background.ask(_Request(frame, what), self._compute)
        known = self._known.get(what)
        is_same = known is not None and known[0].run_number == frame.run_number
        return known[1] if known is not None and is_same else None

    def is_fresh(self, frame: Frame, what: Hashable) -> bool:
        """Return whether what was last handed out is of the frame's own parameters."""
        known = self._known.get(what)
        return known is not None and known[0].parameters is frame.parameters

    def step_of(self, what: Hashable) -> int:
        """Return the step of which something was last handed out."""
        return self._known[what][0].step

    @property
    def is_computing(self) -> bool:
        """Whether something is on its way."""
        return self._background.is_busy

    def stop(self) -> None:
        """Forget what was asked."""
        self._asked = None
        self._background.cancel()

    def shutdown(self) -> None:
        """End the computing and wait until it has ended."""
        self._background.shutdown()

    def _compute(self, request: _Request) -> Generator[Any, None, Any]:
        return (yield from self._work(request.frame, request.what))

    def _keep(self, frame: Frame, what: Hashable, found: Any) -> None:
        if what not in self._known and len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[what] = (frame, found)

    @Slot(object, object)
    def _on_found(self, request: _Request, found: Any) -> None:
        self._keep(request.frame, request.what, found)
        self.arrived.emit()


def losses_of(frame: Frame, split: Any) -> Generator[None, None, RowLosses]:
    """Compute the losses of all rows of a split."""
    part = split_of(frame.hypothesis.prepared, split)
    return (
        yield from row_losses_in_blocks(frame.hypothesis, frame.parameters, part, frame.step)
    )
