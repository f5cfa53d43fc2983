"""The glossary's window: a search field, the words, and the one that is read."""

from __future__ import annotations

import html
from urllib.parse import quote, unquote

from PySide6.QtCore import QEvent, Qt, QUrl, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gd_studio.experiment.glossary import LINK, Entry, glossary
from gd_studio.gui.theme import is_restyle

ENTRY = Qt.ItemDataRole.UserRole


class GlossaryDialog(QDialog):
    """Every word of the window, in two sentences. Signal: `place_wished` (object name)."""

    place_wished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Glossary")
        self.setObjectName("glossary")
        self._entry: Entry | None = None
        self.search = QLineEdit()
        self.search.setObjectName("glossary.search")
        self.search.setAccessibleName("Search the glossary")
        self.search.setPlaceholderText("Search a word…")
        self.search.setToolTip("Shows the words that begin with this, contain it, or speak of it.")
        self.search.setClearButtonEnabled(True)
        self.words = QListWidget()
        self.words.setObjectName("glossary.words")
        self.words.setAccessibleName("Words")
        self.words.setToolTip("Every word of the window; the arrows go through them.")
        self.text = QTextBrowser()
        self.text.setObjectName("glossary.text")
        self.text.setAccessibleName("What the word means")
        self.text.setToolTip("Links lead to other words.")
        self.text.setOpenLinks(False)
        self.show_me = QPushButton("Show me")
        self.show_me.setObjectName("glossary.show_me")
        self.show_me.setToolTip("Go to the place in the window where this is seen.")
        self.show_me.setAccessibleName("Show me where this is seen")
        close = QPushButton("Close")
        close.setToolTip("Close the glossary; F1 opens it again.")
        close.clicked.connect(self.close)
        self._lay_out(close)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self.words.setFocus)
        self.words.currentItemChanged.connect(self._on_current_changed)
        self.text.anchorClicked.connect(self._on_link)
        self.show_me.clicked.connect(self._on_show_me)
        self._fill("")

    @property
    def entry(self) -> Entry | None:
        """The entry that is read."""
        return self._entry

    def read(self, entry: Entry) -> None:
        """Show an entry, and its place among all words."""
        if self.search.text():
            self.search.clear()
        for row in range(self.words.count()):
            if self.words.item(row).data(ENTRY) is entry:
                self.words.setCurrentRow(row)
                self.words.scrollToItem(self.words.item(row))
        self._write(entry)

    def _lay_out(self, close: QPushButton) -> None:
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.words, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_me)
        buttons.addStretch(1)
        buttons.addWidget(close)
        right = QVBoxLayout()
        right.addWidget(self.text, 1)
        right.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.addLayout(left, 2)
        layout.addLayout(right, 3)
        for button in (self.show_me, close):
            button.setAutoDefault(False)
        unit = self.fontMetrics().height()
        self.resize(unit * 38, unit * 23)

    @Slot(str)
    def _fill(self, text: str) -> None:
        self.words.clear()
        for entry in glossary().search(text):
            item = QListWidgetItem(entry.word)
            item.setData(ENTRY, entry)
            self.words.addItem(item)
        self.words.setCurrentRow(0)
        if self.words.count() == 0:
            self._entry = None
            self.show_me.setEnabled(False)
            self.text.setHtml(f"<p>No word here speaks of “{html.escape(text)}”.</p>")

    @Slot()
    def _on_current_changed(self) -> None:
        item = self.words.currentItem()
        if item is not None:
            self._write(item.data(ENTRY))

    def _write(self, entry: Entry) -> None:
        self._entry = entry
        self.show_me.setEnabled(True)
        self.text.setHtml(as_html(entry))

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        entry = glossary().find(unquote(link.toString()))
        if entry is not None:
            self.read(entry)

    @Slot()
    def _on_show_me(self) -> None:
        if self._entry is not None:
            self.place_wished.emit(self._entry.place)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event) and self._entry is not None:
            self._write(self._entry)  # links keep the colour they were written in


def as_html(entry: Entry) -> str:
    """Return an entry as a small page, its links leading to other words."""
    text = LINK.sub(
        lambda found: f'<a href="{quote(found[2] or found[1])}">{found[1]}</a>',
        html.escape(entry.text, quote=False),
    )
    others = ", ".join(html.escape(name) for name in entry.said_others)
    also = f"<p><i>also: {others}</i></p>" if others else ""
    return f"<h3>{html.escape(entry.word)}</h3><p>{text}</p>{also}"
