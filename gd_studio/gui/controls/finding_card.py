"""One finding as a card: title, numbers, reason, and the buttons that make the changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gd_studio.experiment.diagnosis import Finding, Proposal
from gd_studio.gui.cards import GlyphButton, LinkButton, WrappedLabel
from gd_studio.gui.numbers import typeset
from gd_studio.gui.theme import is_restyle, set_look

# These cannot be lived with; the others are worth a look.
GRAVE = ("diverged", "too_high")
UNDO_HELP = "Makes this change as an edit, which Undo takes back."
TRYING_HELP = (
    "A few changes are tried for some steps beside the run, which goes on as if nothing were; the "
    "one that helped is offered here."
)


class FindingCard(QFrame):
    """Shows a finding, folded to its title or open.

    Signals: `wished` (Proposal) by its buttons, `closed` (kind), `unfolded` (kind).
    """

    wished = Signal(object)
    closed = Signal(str)
    unfolded = Signal(str)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind = finding.kind
        self.finding = finding
        self.setObjectName(f"diagnosis.{kind}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        set_look(self, "warning" if kind in GRAVE else "notice")
        self.fold = LinkButton("▸")
        self.fold.setObjectName(f"diagnosis.{kind}.fold")
        self.title = WrappedLabel(look="warning title" if kind in GRAVE else "title")
        self.evidence, self.reason = WrappedLabel(), WrappedLabel(look="muted")
        self.apply, self.instead = WrappedButton(), WrappedButton()
        self.apply.setObjectName(f"diagnosis.{kind}.apply")
        self.instead.setObjectName(f"diagnosis.{kind}.instead")
        self._close = GlyphButton("close", f"Close {finding.title}", "Not told again in this run.")
        self._close.setObjectName(f"diagnosis.{kind}.close")
        self._lay_out()
        self.fold.clicked.connect(self._on_fold_clicked)
        self.apply.clicked.connect(lambda: self.wished.emit(self.finding.proposal))
        self.instead.clicked.connect(lambda: self.wished.emit(self.finding.instead))
        self._close.clicked.connect(lambda: self.closed.emit(kind))
        self.set_finding(finding)
        self.set_open(False)

    @property
    def is_open(self) -> bool:
        """Whether more than the title is shown."""
        return not self._body.isHidden()

    def set_finding(self, finding: Finding) -> None:
        """Show the same finding with newer numbers."""
        self.finding = finding
        evidence = typeset(finding.evidence)
        self.setAccessibleName(f"{finding.title}. {evidence}")
        self.title.setText(finding.title)
        self.evidence.setText(evidence)
        self.reason.setText(typeset(finding.why))
        _offer(self.apply, finding.proposal)
        _offer(self.instead, finding.instead)

    def set_open(self, is_open: bool) -> None:
        """Unfold it, or show its title only."""
        self._body.setVisible(is_open)
        self.fold.setText("▾" if is_open else "▸")
        name = f"{'Fold' if is_open else 'Unfold'} {self.finding.title}"
        self.fold.setAccessibleName(name)
        self.fold.setToolTip(f"{name}: its numbers, the reason, and what may help.")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Unfold by a click anywhere on the title's line."""
        if not self.is_open:
            self.unfolded.emit(self.finding.kind)

    def _on_fold_clicked(self) -> None:
        if self.is_open:
            self.set_open(False)
        else:
            self.unfolded.emit(self.finding.kind)

    def _lay_out(self) -> None:
        self._body = QWidget()
        words = QVBoxLayout(self._body)
        words.setContentsMargins(0, 0, 4, 2)
        words.setSpacing(5)
        for widget in (self.evidence, self.reason, self.apply, self.instead):
            words.addWidget(widget)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 6, 6, 6)
        rows.setSpacing(4)
        rows.addLayout(head)
        rows.addWidget(self._body)


def _offer(button: WrappedButton, proposal: Proposal | None) -> None:
    """Let a button make a change, and say which settings it sets; hide it if there is none.

    While what may help is being tried, it keeps the place.
    """
    button.setVisible(proposal is not None)
    if proposal is None:
        return
    button.set_words(typeset(proposal.label))
    button.setEnabled(not proposal.is_trying)
    set_look(button, "waiting" if proposal.is_trying else "")
    if proposal.is_trying:
        button.setToolTip(TRYING_HELP)
    else:
        changes = ", ".join(f"{path} = {value}" for path, value in proposal.changes.items())
        button.setToolTip(f"{UNDO_HELP}\n{changes}" if changes else proposal.label)


class WrappedButton(QPushButton):
    """A button whose words go on in a second line where its place is narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""

    def set_words(self, words: str) -> None:
        """Take other words."""
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self._wrap()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._wrap()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._wrap()

    def _wrap(self) -> None:
        metrics, lines = self.fontMetrics(), [""]
        # What the style sheet puts around the words is known from one word's hint.
        room = self.width() - 28
        for word in self._words.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and metrics.horizontalAdvance(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        text = "\n".join(lines)
        if text != self.text():
            self.setText(text)
