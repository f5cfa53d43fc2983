"""One word of the loop in the ledger: its line, and what is below it, in short or in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gd_studio.gui.cards import ElidedLabel, LinkButton
from gd_studio.gui.panels.ledger_sheet import LedgerSheet
from gd_studio.gui.panels.loss_curve_view import LossCurveView

if TYPE_CHECKING:
    from gd_studio.experiment.ledger import Ledger, Section


class WordFold(QWidget):
    """Guess, Check or Adjust with its lines. Signals: `toggled`."""

    toggled = Signal()

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word, self.is_open, self.has_lines = word, False, False
        self.button = LinkButton("", f"Show every line of {word}, or only what tells it in short.")
        self.button.setObjectName(f"inside.{word.lower()}")
        self.button.clicked.connect(self._on_clicked)
        self.title = ElidedLabel(look="small")
        self.sheet = LedgerSheet(word)
        self.curve = LossCurveView() if word == "Check" else None
        self._head = head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.button)
        head.addWidget(self.title, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(1)
        rows.addLayout(head)
        rows.addWidget(self.sheet)
        if self.curve is not None:
            rows.addWidget(self.curve)
            self.curve.hide()
        font = self.button.font()
        font.setBold(True)
        self.button.setFont(font)
        self._name_button()

    def add_link(self, link: QWidget) -> None:
        """Put a link at the right end of the word's line."""
        self._head.addWidget(link)

    def show_ledger(
        self, ledger: Ledger, in_words: bool, fresh: bool, reserve: Ledger | None = None
    ) -> None:
        """Write this word's lines of a ledger; none where it is not known yet.

        Room for the lines and the curve of `reserve` is kept free.
        """
        from gd_studio.gui.panels.ledger_lines import heading, lines_of

        sections, kept = self._sections(ledger), self._sections(reserve)
        self.has_lines = bool(sections)
        said = heading(ledger, self.word) if sections else ("not known yet", "")
        self.title.set_text(*said)
        lines, free = (lines_of(found, self.is_open, in_words) for found in (sections, kept))
        self.sheet.set_lines(lines, fresh, free)
        if self.curve is not None:
            seen = self.is_open and (reserve or ledger).curve is not None
            self.curve.set_curve(ledger.curve if seen else None)
            if self.curve.isHidden() == seen:
                self.curve.setVisible(seen)

    def _sections(self, ledger: Ledger | None) -> tuple[Section, ...]:
        of_all = ledger.sections if ledger is not None else ()
        return tuple(section for section in of_all if section.phase == self.word.lower())

    def text(self) -> str:
        """Return what is written: the word, what stands beside it, and its lines."""
        return f"{self.word} · {self.title.full_text}\n{self.sheet.text()}"

    def _name_button(self) -> None:
        self.button.setText(f"{'▾' if self.is_open else '▸'} {self.word}")
        state = "in full" if self.is_open else "in short"
        self.button.setAccessibleName(f"{self.word}, {state}")

    @Slot()
    def _on_clicked(self) -> None:
        self.is_open = not self.is_open
        self._name_button()
        self.toggled.emit()
