"""The strip under the toolbar: what this example is, what to try, what to look for."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from gd_studio.gui.cards import GlyphButton, WrappedLabel
from gd_studio.gui.theme import is_restyle, set_look, theme_of

PARTS = (("what", "What this is"), ("try", "Try"), ("look", "Look for"))


class NoteStrip(QFrame):
    """Three short notes in a line; the pencil turns them into fields, the cross closes them."""

    edited = Signal(str, str, str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note")
        self.setAccessibleName("Note")
        self._texts = ("", "", "")
        self._words = WrappedLabel()
        set_look(self, "strip")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._form = _Fields()
        self._form.setVisible(False)
        self._pencil = GlyphButton("pencil", "Edit the note", "Write this note in your own words.")
        self._pencil.setObjectName("note.edit")
        self._close = GlyphButton("close", "Close the note", "Close this note (View shows it).")
        self._close.setObjectName("note.close")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 8, 5)
        layout.setSpacing(4)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._form, 1)
        layout.addWidget(self._pencil, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._pencil.clicked.connect(self._on_pencil_clicked)
        self._form.done.clicked.connect(self._on_done)
        self._form.finished.connect(self._on_done)
        self._close.clicked.connect(self._on_close_clicked)

    @property
    def editing(self) -> bool:
        return not self._form.isHidden()

    def set_texts(self, what: str, try_this: str, look_for: str) -> None:
        """Show three notes, silently; an empty one leaves its word out."""
        self._texts = (what, try_this, look_for)
        if not self.editing:
            self._form.set_texts(self._texts)
        self._write()

    @Slot()
    def _on_pencil_clicked(self) -> None:
        if self.editing:
            self._on_done()
            return
        self.begin_editing()

    def begin_editing(self) -> None:
        """Turn the notes into fields."""
        self._form.set_texts(self._texts)
        self._show_fields(True)
        self._form.fields[0].setFocus()

    @Slot()
    def _on_done(self) -> None:
        if not self.editing:
            return
        texts = self._form.texts()
        self._show_fields(False)
        if texts != self._texts:
            self.set_texts(*texts)
            self.edited.emit(*texts)

    @Slot()
    def _on_close_clicked(self) -> None:
        self._show_fields(False)
        self.closed.emit()

    def _show_fields(self, editing: bool) -> None:
        self._form.setVisible(editing)
        self._words.setVisible(not editing)

    def _write(self) -> None:
        accent = theme_of(self).accent
        parts = [
            f'<span style="color:{accent}; font-weight:600">{title}</span> {escape(text)}'
            for (_, title), text in zip(PARTS, self._texts, strict=True)
            if text
        ]
        self._words.setText("&nbsp;&nbsp; ".join(parts))
        plain = [f"{t}: {x}" for (_, t), x in zip(PARTS, self._texts, strict=True) if x]
        self._words.setAccessibleName(" ".join(plain) or "Empty note")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._write()


class _Fields(QWidget):
    finished = Signal()  # Enter in any field

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        self.fields = []
        for row, (key, title) in enumerate(PARTS):
            label, field = QLabel(title), QLineEdit()
            set_look(label, "accent")
            field.setObjectName(f"note.{key}")
            field.setAccessibleName(title)
            field.setMaxLength(2000)
            field.setToolTip(f"{title}: at most three short sentences.")
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            self.fields.append(field)
            field.returnPressed.connect(self.finished)
        self.done = QPushButton("Done")
        self.done.setObjectName("note.done")
        self.done.setAccessibleName("Done")
        self.done.setToolTip("Keep what you wrote; it is saved with the experiment.")
        grid.addWidget(self.done, len(PARTS) - 1, 2)

    def texts(self) -> tuple[str, str, str]:
        what, try_this, look_for = (field.text().strip() for field in self.fields)
        return what, try_this, look_for

    def set_texts(self, texts: tuple[str, str, str]) -> None:
        for field, text in zip(self.fields, texts, strict=True):
            field.setText(text)
            field.setCursorPosition(0)
