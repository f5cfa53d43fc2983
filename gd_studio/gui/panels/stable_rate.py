"""Keeps the stable zone on the rate's slider that of the model on screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gd_studio.engine.arrays import Array
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.stability import Stability, beyond_theory, stability
from gd_studio.gui.background import Background
from gd_studio.gui.forms.rate_editor import RateEditor
from gd_studio.gui.forms.stable_zone import StableZone

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.session.frame import Frame


@dataclass(frozen=True, eq=False)
class Place:
    """A model at parameters (P,): what the zone is measured at."""

    hypothesis: Hypothesis
    parameters: Array

    def is_of(self, frame: Frame) -> bool:
        """Whether the frame shows this very place."""
        return self.hypothesis is frame.hypothesis and (
            self.parameters is frame.parameters
            or np.array_equal(self.parameters, frame.parameters)
        )


class StableRate(QObject):
    """Measures 2/λmax for the frame on screen, in the background, and hands it to the editor.

    One measurement is under way at most; while the model races on, the next begins with the
    newest frame when the last is done. The run is not asked: the frame has all it needs.
    Signal: `zone_changed` (StableZone, or None while nothing is known).
    """

    zone_changed = Signal(object)

    def __init__(
        self, gate: threading.Event, editor: Callable[[], RateEditor | None], panel: QWidget
    ) -> None:
        super().__init__(panel)
        self._editor, self._panel = editor, panel
        self._background = Background(gate, self)
        self._background.found.connect(self._on_found)
        self._background.failed.connect(self._take)
        self._frame: Frame | None = None
        self._beyond = ""
        self._asked: Place | None = None
        self._found: Stability | str | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a measurement is under way."""
        return self._background.is_busy

    @property
    def zone(self) -> StableZone | None:
        """The zone as it is known now; None before the first measurement of a run."""
        found = self._found
        if found is None:
            return None
        if isinstance(found, str):
            return StableZone(trouble=found)
        return StableZone(found.sharpness, found.limit, found.is_exact, self._beyond)

    def set_experiment(self, experiment: Experiment) -> None:
        """Know whether the settings are those of plain descent; editors may be new ones."""
        self._beyond = beyond_theory(experiment)
        self._show_zone()

    def set_frame(self, frame: Frame) -> None:
        """Measure at another frame's parameters."""
        old, self._frame = self._frame, frame
        if old is not None and old.run_number != frame.run_number:
            self._background.cancel()
            self._found = None
            self._show_zone()
        self.measure()

    def measure(self) -> None:
        """Measure where that was not done yet, if the slider can be seen."""
        frame = self._frame
        if frame is None or self._background.is_busy or not self._panel.isVisible():
            return
        if self._asked is None or not self._asked.is_of(frame):
            self._asked = Place(frame.hypothesis, frame.parameters)
            self._background.ask(self._asked, measured)

    def shutdown(self) -> None:
        """End what is under way."""
        self._background.shutdown()

    def _show_zone(self) -> None:
        editor = self._editor()
        zone = self.zone
        if editor is not None:
            editor.set_zone(zone)
        self.zone_changed.emit(zone)

    @Slot(object, object)
    def _on_found(self, _place: Place, answer: Stability) -> None:
        self._take(answer)

    @Slot(str)
    def _take(self, found: Stability | str) -> None:
        self._found = found
        self._show_zone()
        self.measure()


def measured(place: Place) -> Generator[None, None, Stability]:
    """Return the stability at a place, in steps."""
    return stability(place.hypothesis, place.parameters)
