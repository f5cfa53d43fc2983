"""The user's wishes about the run that need the frame on screen: play or pause, best, go on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gd_studio.errors import GDStudioError
from gd_studio.gui.notify import Notifier
from gd_studio.session.consequences import continuation
from gd_studio.session.document import Document
from gd_studio.session.frame import Frame
from gd_studio.session.session import Session


class Driving(QObject):
    """Turns a wish into what document and session do at the frame shown."""

    def __init__(
        self, session: Session, document: Document, notifier: Notifier, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._document, self._notifier = session, document, notifier

    @property
    def _frame(self) -> Frame | None:
        return self._session.frame

    @Slot()
    def play_or_pause(self) -> None:
        """Begin to play, or end it."""
        if self._frame is not None and self._frame.playing:
            self._session.pause()
        else:
            self._session.play()

    @Slot()
    def back_to_best(self) -> None:
        """Look at the step of the best evaluation."""
        if self._frame is not None and self._frame.best is not None:
            self._session.seek(self._frame.best[0])

    @Slot()
    def go_on(self) -> None:
        """Go on after a stop, under a rule that allows it."""
        if self._frame is None or self._frame.stop is None:
            return
        self._session.live()
        changes = continuation(self._document.experiment, self._frame.stop.kind)
        try:
            self._document.edit(changes, "Continue")
        except GDStudioError as error:
            self._notifier.tell(error)
            return
        self._session.play()

    @Slot(float, float)
    def go_to_place(self, x: float, y: float) -> None:
        """Start a landscape's descent at a place of the map, or go on from there in mid-run."""
        if self._frame is None:
            return
        try:
            if self._frame.step == 0:
                self._document.start_at(x, y)
            else:
                self._document.move_to({"x": x, "y": y}, f"Move to ({x:g}, {y:g})")
        except GDStudioError as error:
            self._notifier.tell(error)
