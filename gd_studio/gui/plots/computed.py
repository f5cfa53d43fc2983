"""The bases of plots that show what is computed outside the GUI thread, in turns with the gate."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QHideEvent
from PySide6.QtWidgets import QWidget

from gd_studio.gui.background import SECONDS_BETWEEN, Background, open_gate
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame


class GatedPlot(PlotPanel):
    """Abstract: a plot with workers that wait on the gate; none given, they never wait.

    A plot has a `TITLE` and a `NAME`, sets in `_begin` what drawing starts from, makes workers and
    controls in `_equip`, and ends its workers in `shutdown`.
    """

    TITLE: ClassVar[str]
    NAME: ClassVar[str]

    def __init__(
        self,
        theme: Theme,
        selection: Selection,
        gate: threading.Event | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._gate = open_gate() if gate is None else gate
        self._begin()
        super().__init__(self.TITLE, self.NAME, theme, selection, parent)
        self._equip()

    @property
    def is_computing(self) -> bool:
        """Whether something is on its way."""
        raise NotImplementedError

    def shutdown(self) -> None:
        """End the computing and wait until it has ended."""
        raise NotImplementedError

    def _begin(self) -> None:
        """Set what drawing starts from; nothing is built yet."""

    def _equip(self) -> None:
        """Make workers and controls, and listen to the selection; all else is built."""

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # What is given up now is asked for again when the plot is next seen.
        self._is_stale = self._is_stale or self.is_computing

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shutdown()
        super().closeEvent(event)


class ComputedPlot(GatedPlot):
    """Abstract: a plot with one worker, whose answers come to `_on_found` and `_on_failed`."""

    SECONDS_BETWEEN: ClassVar[float] = SECONDS_BETWEEN  # at least, from one job to the next

    def _equip(self) -> None:
        self._worker = Background(self._gate, self, self.SECONDS_BETWEEN)
        self._worker.found.connect(self._on_found)
        self._worker.failed.connect(self._on_failed)

    @property
    def is_computing(self) -> bool:
        """Whether something is on its way."""
        return self._worker.is_busy

    def shutdown(self) -> None:
        """End the computing and wait until it has ended."""
        self._worker.shutdown()

    def _new_run(self, frame: Frame) -> None:
        # An answer about another model would be drawn as one about this.
        self._worker.cancel()

    @Slot(object, object)
    def _on_found(self, request: Any, found: Any) -> None:
        raise NotImplementedError

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        """Say why there is no answer; work that cannot fail has nothing to say."""

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._worker.cancel()
