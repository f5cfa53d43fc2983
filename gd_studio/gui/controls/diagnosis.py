"""What is going on: the findings about the run as cards, one open and the others folded.

While the run races the cards change at most once a second, and a card that has come stays for a
while, so that nothing flickers and nothing jumps.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gd_studio.experiment.diagnosis import Finding
from gd_studio.gui.controls.finding_card import FindingCard
from gd_studio.session.frame import Frame

SECONDS_BETWEEN = 1.0
SECONDS_KEPT = 4.0


class Diagnosis(QWidget):
    """The cards of the run's findings; hidden while there are none.

    Signals: `wished` (Proposal) when the change that a card proposes is to be made, `closed`.
    A finding that was closed is not told again in the same run.
    """

    wished = Signal(object)
    closed = Signal()

    def __init__(
        self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.setObjectName("diagnosis")
        self.setAccessibleName("What is going on")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._clock = clock
        self._cards: dict[str, FindingCard] = {}
        self._closed: set[str] = set()
        self._shown: tuple[Finding, ...] = ()
        self._run = -1
        self._changed = self._came = float("-inf")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self.hide()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are shown, the first one first."""
        return self._shown

    @property
    def card(self) -> FindingCard | None:
        """The card that is open."""
        return next((c for c in self._cards.values() if not c.isHidden() and c.is_open), None)

    def set_frame(self, frame: Frame) -> None:
        """Show what a frame says of its run."""
        if frame.run_number != self._run:
            self._run = frame.run_number
            self._closed.clear()
            self._changed = self._came = float("-inf")
        found = tuple(f for f in frame.findings if f.kind not in self._closed)
        if found == self._shown or (frame.playing and self._must_wait(found)):
            return
        self._show(found)

    def _must_wait(self, found: tuple[Finding, ...]) -> bool:
        """Whether a change would come too soon after the last, or take a card away too soon."""
        now = self._clock()
        leaves = {f.kind for f in self._shown} - {f.kind for f in found}
        return now - self._changed < SECONDS_BETWEEN or bool(
            leaves and now - self._came < SECONDS_KEPT
        )

    def _show(self, found: tuple[Finding, ...]) -> None:
        before = [finding.kind for finding in self._shown]
        kinds = [finding.kind for finding in found]
        self._shown, self._changed = found, self._clock()
        if set(kinds) - set(before):
            self._came = self._changed
        self._keep_focus(kinds)
        for place, finding in enumerate(found):
            card = self._card(finding)
            if kinds != before:
                self._rows.insertWidget(place, card)
            card.show()
        for kind, card in self._cards.items():
            card.setVisible(kind in kinds)
        if kinds != before and kinds and (self.card is None or kinds[0] not in before):
            self._open(kinds[0])
        self.setVisible(bool(found))

    def _card(self, finding: Finding) -> FindingCard:
        card = self._cards.get(finding.kind)
        if card is None:
            card = self._cards[finding.kind] = FindingCard(finding, self)
            card.wished.connect(self.wished)
            card.closed.connect(self._on_closed)
            card.unfolded.connect(self._open)
        elif card.finding != finding:
            card.set_finding(finding)
        return card

    def _keep_focus(self, kinds: list[str]) -> None:
        """Give the focus back to the window before a card with the focus goes away."""
        focus = self.focusWidget()
        for kind, card in self._cards.items():
            if kind not in kinds and focus is not None and card.isAncestorOf(focus):
                self.window().setFocus()

    @Slot(str)
    def _open(self, kind: str) -> None:
        for other, card in self._cards.items():
            card.set_open(other == kind)

    @Slot(str)
    def _on_closed(self, kind: str) -> None:
        self._closed.add(kind)
        self._show(tuple(f for f in self._shown if f.kind != kind))
        self.closed.emit()
