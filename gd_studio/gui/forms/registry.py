"""Which editor edits which sort of setting. To add one: a class, and a row in `EDITORS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gd_studio.gui.forms.editors import (
    ChoiceEditor,
    ClassWeightsEditor,
    Editor,
    LayersEditor,
    NumberEditor,
    PercentEditor,
    SeedEditor,
    SwitchEditor,
    TextEditor,
)
from gd_studio.gui.forms.formula_editor import FormulaEditor
from gd_studio.gui.forms.rate_editor import RateEditor
from gd_studio.settings import Setting

EditorFactory = Callable[[Setting, str], Editor]

EDITORS: Mapping[str, EditorFactory] = {
    "number": NumberEditor,
    "integer": NumberEditor,
    "batch": NumberEditor,
    "percent": PercentEditor,
    "rate": RateEditor,
    "seed": SeedEditor,
    "switch": SwitchEditor,
    "choice": ChoiceEditor,
    "text": TextEditor,
    "formula": FormulaEditor,
    "layers": LayersEditor,
    "class_weights": ClassWeightsEditor,
}
