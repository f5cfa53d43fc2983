"""A form's rows: which settings of a group become rows, and the widget of one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QWidget

from gd_studio.gui.cards import WrappedLabel
from gd_studio.gui.forms.editors import ChoiceEditor
from gd_studio.gui.forms.registry import EDITORS
from gd_studio.gui.theme import repolish
from gd_studio.settings import Choice, Setting, Settings, kind_of, visible

# Editors that take a line of their own, below the label.
WIDE = ("formula",)
# What "unset" is called where "off" would be wrong.
NULL_WORDS = {
    "training.batch_size": "all rows",
    "training.evaluate_every": "each epoch",
    "preparation.standardize_target": "automatic",
    "data.target": "proposed",
    "data.task": "worked out",
    "data.positive": "last",
    "data.encoding": "worked out",
    "data.delimiter": "worked out",
    "data.header": "worked out",
}


@dataclass(frozen=True)
class Row:
    """One line of a form: where it is in the experiment, how it is described, what it holds.

    Under *More*, rows of the same `heading` stand together below it.
    """

    path: str
    setting: Setting
    value: object
    null_word: str = "off"
    heading: str = ""


def rows_of(
    group: Settings,
    prefix: str,
    *,
    kinds: Mapping[str, str] | None = None,
    kind_title: str = "",
    kind_help: str = "",
    null_words: Mapping[str, str] | None = None,
    editors: Mapping[str, str] | None = None,
    only: tuple[str, ...] | None = None,
) -> tuple[Row, ...]:
    """Return the rows of a group of settings at `prefix`.

    `kinds`: the kinds offered (word -> title), as a first row called `kind_title`; `null_words`:
    setting -> what None is called; `editors`: setting -> another editor; `only`: these, in order.
    """
    rows = []
    if kinds and isinstance(group, Choice):
        rows.append(_kind_row(group, prefix, kinds, kind_title, kind_help))
    settings = {setting.name: setting for setting in visible(group)}
    for name in settings if only is None else only:
        if name not in settings:
            continue
        setting, path = settings[name], f"{prefix}.{name}"
        if editors and name in editors:
            setting = replace(setting, editor=editors[name])
        if setting.editor in EDITORS:
            null_word = (null_words or {}).get(name) or NULL_WORDS.get(path, "off")
            rows.append(Row(path, setting, getattr(group, name), null_word))
    return tuple(rows)


class RowWidget(QWidget):
    """A label, an editor, and room for a heading above and one sentence below them."""

    edited = Signal(str, object)

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row
        self._label = WrappedLabel(row.setting.title, "muted")
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._label.setToolTip(row.setting.help)
        self.editor = EDITORS[row.setting.editor](row.setting, row.null_word)
        self.editor.set_path(row.path, row.setting)
        self.editor.set_value(row.value)
        self._label.setBuddy(self.editor.input)
        self._sentence: WrappedLabel | None = None
        self._heading: WrappedLabel | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 4)
        wide = row.setting.editor in WIDE
        span = 2 if wide else 1
        self._grid.addWidget(self._label, 1, 0, 1, span, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self.editor, 1 + int(wide), int(not wide), 1, span)
        if self.editor.below is not None:
            self._grid.addWidget(self.editor.below, 3, 0, 1, 2)
        self.editor.value_edited.connect(self._on_value_edited)
        self.editor.refused.connect(self.set_error)

    def fits(self, row: Row) -> bool:
        """Say whether this widget can show another row without being built anew."""
        return (self.row.path, self.row.null_word, _shape(self.row.setting)) == (
            row.path, row.null_word, _shape(row.setting)
        )  # fmt: skip

    def show_row(self, row: Row) -> None:
        if isinstance(self.editor, ChoiceEditor) and row.setting.choices:
            self.editor.set_choices(row.setting.choices)
        if row.value != self.row.value:
            self.set_error("")
        self.row = row
        self.editor.set_value(row.value)

    def set_heading(self, heading: str) -> None:
        """Write a heading above the row; an empty one takes it away."""
        if self._heading is None:
            if not heading:
                return
            self._heading = WrappedLabel(look="group")
            self._heading.setIndent(0)
            self._heading.setObjectName(f"heading.{self.row.path}")
            self._grid.addWidget(self._heading, 0, 0, 1, 2)
        self._heading.setText(heading)
        self._heading.setVisible(bool(heading))

    @Slot(str)
    def set_error(self, sentence: str) -> None:
        """Write a sentence under the row, in the warning look; an empty one takes it away."""
        if not sentence and self._sentence is None:
            return
        if self._sentence is None:
            self._sentence = WrappedLabel(look="warning")
            self._grid.addWidget(self._sentence, 4, 0, 1, 2)
        self._sentence.setText(sentence)
        self._sentence.setObjectName(f"error.{self.row.path}")
        self._sentence.setAccessibleName(sentence or "no error")
        self._sentence.setVisible(bool(sentence))
        self.editor.input.setProperty("wrong", bool(sentence))
        repolish(self.editor.input)
        if sentence:
            QTimer.singleShot(0, self, self._scroll_to_sentence)  # when it has its place

    @Slot()
    def _scroll_to_sentence(self) -> None:
        """Bring the sentence into view: at the lower end of a column it would go unread."""
        place = self.parentWidget()
        while place is not None and not isinstance(place, QScrollArea):
            place = place.parentWidget()
        if place is not None and self._sentence is not None and self._sentence.isVisible():
            place.ensureWidgetVisible(self._sentence, 0, 8)

    @Slot(object)
    def _on_value_edited(self, value: object) -> None:
        self.set_error("")
        self.edited.emit(self.row.path, value)


def _kind_row(
    group: Choice, prefix: str, kinds: Mapping[str, str], title: str, help: str
) -> Row:
    setting = Setting(
        name="kind",
        title=title or prefix.capitalize(),
        help=help or f"Which kind of {(title or prefix).lower()} is used.",
        editor="choice",
        default=kind_of(group),
        choices=tuple(kinds.items()),
    )
    return Row(f"{prefix}.kind", setting, kind_of(group))


def _shape(setting: Setting) -> Setting:
    """Return what decides how a row looks: not its choices, its default or when it is shown."""
    return replace(setting, when=None, default=None, choices=())
