"""Making the change that a finding proposes: as an edit, on the tape, to be undone like any."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from gd_studio.errors import GDStudioError
from gd_studio.experiment.diagnosis import BACK_TO_BEST, Proposal
from gd_studio.experiment.fitting import is_live
from gd_studio.session.document import Document
from gd_studio.session.session import Session


class Remedy(QObject):
    """Obeys the buttons of a finding's card; `say` tells afterwards what has changed."""

    def __init__(
        self,
        document: Document,
        session: Session,
        back_to_best: Callable[[], None],
        say: Callable[[str], None],
        refuse: Callable[[Exception], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._session = document, session
        self._back_to_best, self._say, self._refuse = back_to_best, say, refuse

    @Slot(object)
    def make(self, proposal: Proposal) -> None:
        """Make the change: at the step it is for, or from a new start, or from here on."""
        if proposal.act == BACK_TO_BEST:
            self._back_to_best()
            return
        try:
            after = self._document.experiment.edit(proposal.changes)
            live = all(is_live(after, path) for path in proposal.changes)
            if live and proposal.step is not None:
                self._session.seek(proposal.step)
            self._document.edit(proposal.changes)
        except GDStudioError as error:
            self._refuse(error)
            return
        where = "from here on"
        if not live:
            where = "from a new start"
        elif proposal.step is not None:
            where = f"from step {proposal.step} on"
        if not live or proposal.step is not None:
            self._session.play()
        self._say(f"{self._document.undo_name}, {where}. Undo takes it back.")
