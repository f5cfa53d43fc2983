"""The editor of a formula: a wrong one is not thrown away, but stays to be corrected."""

from __future__ import annotations

from gd_studio.engine.formulas import FormulaError, read_formula
from gd_studio.gui.forms.editors import TextEditor
from gd_studio.settings import Setting


class FormulaEditor(TextEditor):
    """A formula in x and y; a wrong one stays, with the cursor at what is wrong."""

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__(setting, null_word, read=checked_formula)

    def set_value(self, value: object) -> None:
        if value != self._value or not self.line.hasFocus():
            self._typing = False
        super().set_value(value)

    def _refuse(self, error: ValueError) -> None:
        # Checked again at the next Enter; until then it is still being typed.
        self._typing = True
        self.refused.emit(str(error))
        if isinstance(error, FormulaError):
            self.line.setCursorPosition(error.position - 1)

    def _show(self) -> None:
        super()._show()
        self.line.setCursorPosition(0)


def checked_formula(text: str) -> str:
    """Return a formula that can be read. Raises FormulaError."""
    read_formula(text)
    return text
