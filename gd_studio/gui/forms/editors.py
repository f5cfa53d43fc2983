"""One editor per sort of setting; `registry` says which class is which setting's.

An editor shows a value silently (`set_value`) and tells what the user chose (`value_edited`) or
why what was typed cannot be taken (`refused`). What is being typed is never overwritten.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gd_studio.gui.cards import LinkButton
from gd_studio.gui.eliding_box import ElidingBox
from gd_studio.gui.forms.number_box import NumberBox
from gd_studio.gui.forms.numbers import read_weights, written_weights
from gd_studio.settings import Setting


class Editor(QWidget):
    """What all editors share: `input` is the widget that takes the keyboard.

    What stands `below`, if anything, has the whole width of the row to itself.
    """

    value_edited = Signal(object)
    refused = Signal(str)

    input: QWidget
    below: QWidget | None = None

    def set_value(self, value: object) -> None:
        """Show a value without telling anyone."""
        raise NotImplementedError

    def set_path(self, path: str, setting: Setting) -> None:
        """Name the editor for tests, for screen readers and for whoever hovers over it."""
        self.input.setObjectName(f"field.{path}")
        self.input.setAccessibleName(setting.title)
        self.input.setToolTip(setting.help)
        self.setFocusProxy(self.input)

    def _lay(self, input: QWidget) -> QVBoxLayout:
        self.input = input
        input.setMinimumWidth(40)
        input.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(input)
        return layout


class NumberEditor(Editor):
    """A number within bounds; where the setting may be unset, an empty field or the null word."""

    def __init__(self, setting: Setting, null_word: str, factor: float = 1.0) -> None:
        super().__init__()
        self._null_word = null_word
        self.box = NumberBox(setting, null_word, factor)
        self.layout_ = self._lay(self.box)
        self.box.value_edited.connect(self.value_edited)
        self.box.refused.connect(self.refused)

    def set_value(self, value: object) -> None:
        self.box.set_value(value)

    def set_path(self, path: str, setting: Setting) -> None:
        super().set_path(path, setting)
        if setting.optional:
            self.input.setToolTip(f"{setting.help} Empty: {self._null_word}.")


class PercentEditor(NumberEditor):
    """A share from 0 to 1, shown and typed in percent."""

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__(setting, null_word, factor=100.0)


class SeedEditor(NumberEditor):
    """A seed, with a word that draws another one."""

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__(setting, null_word)
        self.new = LinkButton("new", "Draw another seed, and with it another random start.")
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.box, 1)
        row.addWidget(self.new)
        self.layout_.addLayout(row)
        self.new.clicked.connect(self._on_new_clicked)

    def set_path(self, path: str, setting: Setting) -> None:
        super().set_path(path, setting)
        self.new.setObjectName(f"field.{path}.new")
        self.new.setAccessibleName(f"{setting.title}: new")

    @Slot()
    def _on_new_clicked(self) -> None:
        seed = secrets.randbelow(10_000)
        self.value_edited.emit(seed if seed != self.box.value else seed + 1)


class SwitchEditor(Editor):
    """On or off; a switch that may be unset offers that as a third word."""

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__()
        if setting.optional:
            choices: tuple[tuple[object, str], ...] = (
                (None, null_word), (True, "on"), (False, "off")
            )  # fmt: skip
            self._combo: ChoiceBox | None = ChoiceBox(choices)
            self._combo.activated.connect(self._on_activated)
            self._lay(self._combo)
            return
        self._combo = None
        self._check = QCheckBox()
        self._lay(self._check)
        self._check.toggled.connect(self._on_toggled)

    def set_value(self, value: object) -> None:
        if self._combo is not None:
            self._combo.set_value(value)
            return
        with QSignalBlocker(self._check):
            self._check.setChecked(bool(value))

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.value_edited.emit(on)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if self._combo is not None:
            self.value_edited.emit(self._combo.value_at(index))


class ChoiceEditor(Editor):
    """One of several words."""

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__()
        self._null: tuple[tuple[object, str], ...] = (
            ((None, null_word),) if setting.optional else ()
        )
        self.box = ChoiceBox((*self._null, *setting.choices))
        self._lay(self.box)
        self.box.activated.connect(self._on_activated)

    def set_choices(self, choices: tuple[tuple[str, str], ...]) -> None:
        """Offer other words, keeping the focus."""
        self.box.set_choices((*self._null, *choices))

    def set_value(self, value: object) -> None:
        self.box.set_value(value)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.value_edited.emit(self.box.value_at(index))


class TextEditor(Editor):
    """A line of text, as it is or read and written by a pair of functions."""

    def __init__(
        self,
        setting: Setting,
        null_word: str,
        write: Callable[[object], str] = str,
        read: Callable[[str], object] = str.strip,
    ) -> None:
        super().__init__()
        self._write, self._read = write, read
        self._optional = setting.optional
        self._value: object = None
        self._typing = False
        self.line = QLineEdit()
        if setting.optional:
            self.line.setPlaceholderText(null_word)
        self._lay(self.line)
        self.line.textEdited.connect(self._on_text_edited)
        self.line.editingFinished.connect(self._on_editing_finished)

    def set_value(self, value: object) -> None:
        self._value = value
        if not self._typing:
            self._show()

    @Slot()
    def _on_text_edited(self) -> None:
        self._typing = True

    @Slot()
    def _on_editing_finished(self) -> None:
        if not self._typing:
            return
        self._typing = False
        text = self.line.text()
        try:
            value = None if self._optional and not text.strip() else self._read(text)
        except ValueError as error:
            self._refuse(error)
            return
        known, self._value = self._value, value
        self._show()
        if value != known:
            self.value_edited.emit(value)

    def _refuse(self, error: ValueError) -> None:
        """Say what is wrong with what was typed, and show again what holds."""
        self.refused.emit(str(error))
        self._show()

    def _show(self) -> None:
        text = "" if self._value is None else self._write(self._value)
        if text != self.line.text():
            self.line.setText(text)


class LayersEditor(TextEditor):
    """The widths of hidden layers, typed as `8 · 8`, `8, 8` or `8 8`; empty: no hidden layer."""

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__(setting, null_word, write=written_layers, read=read_layers)
        self.line.setPlaceholderText("none")

    def set_value(self, value: object) -> None:
        super().set_value(list(value) if isinstance(value, list | tuple) else value)


class ClassWeightsEditor(TextEditor):
    """Class weights, typed as `none`, `balanced`, or a number for each class: `1 · 4`."""

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__(setting, null_word, write=written_weights, read=read_weights)

    def set_value(self, value: object) -> None:
        super().set_value(list(value) if isinstance(value, tuple) else value)


class ChoiceBox(ElidingBox):
    """A drop-down list of (value, words) that the mouse wheel changes only when it has the focus.

    A value that is not among the choices is shown all the same, by its own word.
    """

    def __init__(self, choices: tuple[tuple[object, str], ...]) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.setMinimumContentsLength(3)
        self._choices: tuple[tuple[object, str], ...] = ()
        self._values: list[object] = []
        self.set_choices(choices)

    def value_at(self, index: int) -> object:
        return self._values[index]

    def set_choices(self, choices: tuple[tuple[object, str], ...]) -> None:
        if choices == self._choices:
            return
        self._choices = choices
        with QSignalBlocker(self):
            self.clear()
            self.addItems([words for _, words in choices])
        self._values = [value for value, _ in choices]

    def set_value(self, value: object) -> None:
        with QSignalBlocker(self):
            if value not in self._values:
                self.addItem(str(value).replace("_", " "))
                self._values.append(value)
            self.setCurrentIndex(self._values.index(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def written_layers(value: object) -> str:
    """Write widths as on screen: `8 · 8`."""
    return " · ".join(str(width) for width in value) if isinstance(value, list | tuple) else ""


def read_layers(text: str) -> list[int]:
    """Read widths typed in any usual way; ValueError holds the sentence to show."""
    words = [word for word in re.split(r"[\s,;·×x/|+-]+", text.strip(" ()[]")) if word]
    widths = [int(word) if word.isdecimal() else -1 for word in words]
    if -1 in widths:
        raise ValueError("Hidden layers are whole numbers such as 8 · 8; empty: none.")
    if 0 in widths:
        raise ValueError("Each hidden layer needs at least 1 neuron.")
    return widths
