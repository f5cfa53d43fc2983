"""The losses of all rows of a split at the frame's step: at once if cheap, else in the background.

A view of many rows draws a fair sample; what it says about all of them comes from here.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.experiment.failure import (
    RowLosses,
    is_cheap,
    row_losses,
    row_losses_in_blocks,
)
from gd_studio.gui.background import Background
from gd_studio.gui.plots.samples import split_of
from gd_studio.gui.selection import SplitName

if TYPE_CHECKING:
    from collections.abc import Generator

    from gd_studio.session.frame import Frame


@dataclass(frozen=True, eq=False)
class _Request:
    frame: Frame
    split: SplitName


class AllLosses(QObject):
    """Hands out `RowLosses`; `arrived` says that those asked for have been computed."""

    arrived = Signal()

    def __init__(self, gate: threading.Event, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(gate, parent)
        self._background.found.connect(self._on_found)
        self._known: dict[SplitName, tuple[Frame, RowLosses]] = {}
        self._asked: dict[SplitName, Any] = {}

    def of(self, frame: Frame, split: SplitName) -> RowLosses | None:
        """Return the losses of the frame's step, or while they are computed those of an earlier.

        None where there are none of this run yet.
        """
        known = self._known.get(split)
        if known is not None and self.is_fresh(frame, split):
            return known[1]
        part = split_of(frame.hypothesis.prepared, split)
        if is_cheap(frame.hypothesis, len(part.rows)):
            found = row_losses(frame.hypothesis, frame.parameters, part, frame.step)
            self._known[split] = (frame, found)
            return found
        if self._asked.get(split) is not frame.parameters:
            self._asked = {split: frame.parameters}
            self._background.ask(_Request(frame, split), _compute)
        is_same = known is not None and known[0].run_number == frame.run_number
        return known[1] if known is not None and is_same else None

    def is_fresh(self, frame: Frame, split: SplitName) -> bool:
        """Return whether the losses last handed out are those of the frame's own parameters."""
        known = self._known.get(split)
        return known is not None and known[0].parameters is frame.parameters

    @property
    def is_computing(self) -> bool:
        """Whether losses are on their way."""
        return self._background.is_busy

    def stop(self) -> None:
        """Forget what was asked."""
        self._asked = {}
        self._background.cancel()

    def shutdown(self) -> None:
        """End the computing and wait until it has ended."""
        self._background.shutdown()

    @Slot(object, object)
    def _on_found(self, request: _Request, losses: RowLosses) -> None:
        self._known[request.split] = (request.frame, losses)
        self.arrived.emit()


def _compute(request: _Request) -> Generator[None, None, RowLosses]:
    frame = request.frame
    part = split_of(frame.hypothesis.prepared, request.split)
    return (yield from row_losses_in_blocks(frame.hypothesis, frame.parameters, part, frame.step))
