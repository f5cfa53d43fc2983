"""What is exactly at a place of the map: computed there, at once where that is quick.

For large models and data it is computed in the background, and said as soon as it is known; it is
never read from the picture.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.engine.arrays import Array
from gd_studio.experiment.parts import finished
from gd_studio.experiment.surface import PointLoss, Surface
from gd_studio.gui.background import Background

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

AT_ONCE = 400_000  # products of one loss up to which it is computed at once: about a millisecond
KEPT = 64
SECONDS_BETWEEN = 0.1


@dataclass(frozen=True, eq=False)
class Look:
    """A point on the map, and the way down from it (P,), along all rows of the map."""

    point: PointLoss
    downhill: Array


Looked = Look | PointLoss | None


class Probe(QObject):
    """Answers what is at a place; None means not yet, and `found` is told when it is known."""

    found = Signal()

    def __init__(self, gate: threading.Event, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(gate, self, SECONDS_BETWEEN)
        self._background.found.connect(self._on_found)
        self._surface: Surface | None = None
        self._known: dict[Any, Any] = {}

    def set_surface(self, surface: Surface | None) -> None:
        """Answer for another surface from now on."""
        if surface is not self._surface:
            self._surface = surface
            self._known = {}
            self._background.cancel()

    def loss_at(self, u: float, v: float) -> float | None:
        """Return the loss on the map at a place."""
        def work(surface: Surface) -> Generator[None, None, float]:
            losses = surface.losses
            found = yield from losses.in_blocks(losses.below(np.array([[u, v]])))
            return float(found[0])

        found: float | None = self._answer(("place", u, v), work)
        return found

    def point(self, key: Any, theta: Array) -> PointLoss | None:
        """Return what the map says of a parameter vector (P,), and what is true of it."""
        def work(surface: Surface) -> Generator[None, None, PointLoss]:
            return (yield from surface.losses.points_in_blocks(theta[None]))[0]

        found: PointLoss | None = self._answer(("point", key), work)
        return found

    def look(self, key: Any, theta: Array) -> Look | None:
        """Return the same, and the way down from there."""
        def work(surface: Surface) -> Generator[None, None, Look]:
            point = (yield from surface.losses.points_in_blocks(theta[None]))[0]
            return Look(point, -surface.losses.gradient(theta))

        found: Look | None = self._answer(("look", key), work)
        return found

    def present(self, frame: Frame) -> Looked:
        """Return what is at a frame's point; while playing without the way down from it."""
        key = hash(frame.parameters.tobytes())
        ask = self.point if frame.playing else self.look
        return ask(key, frame.parameters)

    def shutdown(self) -> None:
        """End all work."""
        self._background.shutdown()

    def _answer(self, key: Any, work: Callable[[Surface], Generator[None, None, Any]]) -> Any:
        surface = self._surface
        if surface is None:
            return None
        if key not in self._known:
            if surface.losses.work > AT_ONCE:
                self._background.ask((key, surface), lambda request: work(request[1]))
                return None
            with np.errstate(all="ignore"):
                found = finished(work(surface))
            self._keep(key, found)
        return self._known[key]

    def _keep(self, key: Any, answer: Any) -> None:
        if len(self._known) >= KEPT:
            self._known = {}
        self._known[key] = answer

    @Slot(object, object)
    def _on_found(self, request: tuple[Any, Surface], answer: Any) -> None:
        if request[1] is self._surface:
            self._keep(request[0], answer)
            self.found.emit()
