"""A field for one number: typed in any usual way, stepped by arrows, within a setting's bounds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLabel

from gd_studio.gui.forms.numbers import WHOLE, Number, inside, read, stepped, written
from gd_studio.gui.numbers import MINUS
from gd_studio.gui.theme import is_restyle, set_look
from gd_studio.settings import Setting


class NumberBox(QAbstractSpinBox):
    """One number with its unit; `None` is shown as a word.

    What is typed counts when it is finished (Enter, or the focus goes); Escape takes it back.
    """

    value_edited = Signal(object)
    refused = Signal(str)

    def __init__(self, setting: Setting, null_word: str = "off", factor: float = 1.0) -> None:
        super().__init__()
        self._setting = setting
        self._null_word = null_word
        self._factor = factor
        self._whole = setting.editor in WHOLE
        self._value: Number | None = None
        self._typing = False
        self._unit = QLabel("%" if factor == 100 else setting.unit, self)
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._unit.setAccessibleName(self._unit.text() or "no unit")
        set_look(self._unit, "small")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setAccessibleName(setting.title)
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._on_editing_finished)

    @property
    def value(self) -> Number | None:
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value silently; what is being typed stays until it is finished."""
        self._value = value if isinstance(value, int | float) else None
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
        text = self.lineEdit().text()
        try:
            value = self._read(text)
        except ValueError:
            value = None
            sentence = f"{self._setting.title} must be {self._wanted()}, not {text.strip()!r}."
            self.refused.emit(sentence)
        else:
            self._take(value)
        self._show()

    def _read(self, text: str) -> Number | None:
        bare = text.strip().removesuffix(self._unit.text()).strip()
        if self._setting.optional and bare in ("", self._null_word, "none"):
            return None
        value = read(bare, self._whole)
        if self._factor != 1:
            value = float(f"{value / self._factor:.12g}")
        if not inside(value, self._setting):
            raise ValueError("out of bounds")
        return value

    def _wanted(self) -> str:
        kind = "a whole number" if self._whole else "a number"
        bounds = self._setting.bounds()
        if self._factor != 1 and self._setting.maximum is not None:
            low, high = self._setting.minimum or 0, self._setting.maximum
            bounds = f"from {low * self._factor:g} to {high * self._factor:g} %"
        wanted = f"{kind} {bounds}".strip()
        return f"{wanted} (empty: {self._null_word})" if self._setting.optional else wanted

    def _take(self, value: Number | None) -> None:
        if value != self._value:
            self._value = value
            self.value_edited.emit(value)

    def _show(self) -> None:
        text = self._null_word
        if self._value is not None:
            shown = self._value * self._factor if self._factor != 1 else self._value
            text = written(float(f"{shown:.12g}") if self._factor != 1 else shown)
            text = text.replace("-", MINUS)
        if text != self.lineEdit().text():
            self.lineEdit().setText(text)
            self.lineEdit().setCursorPosition(0)
        self._place_unit()

    def _place_unit(self) -> None:
        line = self.lineEdit()
        unit = self._unit.sizeHint()
        text = line.fontMetrics().horizontalAdvance(line.text()) + 8
        fits = bool(self._unit.text()) and line.width() - unit.width() > text
        self._unit.setVisible(fits and self._value is not None)
        x = line.geometry().right() - unit.width()
        self._unit.setGeometry(x, 0, unit.width(), self.height())

    def stepBy(self, steps: int) -> None:
        if self._typing:
            self._on_editing_finished()
        start = self._value
        if start is None:
            start = self._fallback()
            steps = 0
        self._take(stepped(start, steps, self._setting, self._factor) if steps else start)
        self._show()

    def _fallback(self) -> Number:
        """Return the number at which stepping begins when there is none yet."""
        default = self._setting.default
        if isinstance(default, int | float):
            return default
        low = self._setting.minimum or 0
        start = 10 if self._whole and inside(10, self._setting) else max(low, 0.1)
        return int(start) if self._whole else start

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flag = QAbstractSpinBox.StepEnabledFlag
        if self._value is None:
            return flag.StepUpEnabled | flag.StepDownEnabled
        enabled = flag.StepNone
        if stepped(self._value, 1, self._setting, self._factor) != self._value:
            enabled |= flag.StepUpEnabled
        if stepped(self._value, -1, self._setting, self._factor) != self._value:
            enabled |= flag.StepDownEnabled
        return enabled

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._typing:
            self._typing = False
            self._show()
            self.selectAll()
            event.accept()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # so that the column scrolls

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_unit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._place_unit()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("0" * 12), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("0" * 6), hint.height())
