"""A form made from settings' own descriptions: five rows at most, the rest under *More*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gd_studio.gui.cards import LinkButton, LinkRow
from gd_studio.gui.forms.editors import Editor
from gd_studio.gui.forms.rows import Row, RowWidget, rows_of
from gd_studio.settings import Settings

MOST = 5


class SettingsForm(QWidget):
    """Rows of editors for one group of settings, or for rows joined from several groups.

    `SettingsForm(group, "model", kinds=..., kind_title="Hypothesis")` and `set_values(group)` for
    one group; `set_rows(rows_of(...) + rows_of(...))` for several. Showing is silent; only what
    the user does is told, by `edited(path, value)`.
    """

    edited = Signal(str, object)
    expanded_changed = Signal(bool)

    def __init__(
        self,
        group: Settings | None = None,
        prefix: str = "",
        *,
        kinds: Mapping[str, str] | None = None,
        kind_title: str = "",
        kind_help: str = "",
        null_words: Mapping[str, str] | None = None,
        editors: Mapping[str, str] | None = None,
        most: int = MOST,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._kinds = kinds
        self._kind_title, self._kind_help = kind_title, kind_help
        self._null_words, self._editors = null_words, editors
        self._most = most
        self._expanded = False
        self._rows: dict[str, RowWidget] = {}
        self._rows_layout = QVBoxLayout()
        self._rows_layout.setSpacing(6)
        self.more = LinkButton("More ▸", "Show the settings that are needed less often.")
        self.more.clicked.connect(self._on_more_clicked)
        self.links = LinkRow()
        self.links.add(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._rows_layout)
        layout.addWidget(self.links)
        self.more.setVisible(False)
        if group is not None:
            self.set_values(group)

    @property
    def expanded(self) -> bool:
        """Whether the rows under *More* are shown."""
        return self._expanded

    @property
    def paths(self) -> tuple[str, ...]:
        """The settings that have a row, those under *More* included."""
        return tuple(self._rows)

    def editor(self, path: str) -> Editor | None:
        """Return the editor of a setting, if it has a row."""
        row = self._rows.get(path)
        return row.editor if row is not None else None

    def set_values(self, group: Settings, kinds: Mapping[str, str] | None = None) -> None:
        """Show a group's values, silently; `kinds` are those it makes sense to offer now."""
        self._kinds = kinds if kinds is not None else self._kinds
        self.set_rows(
            rows_of(
                group,
                self._prefix,
                kinds=self._kinds,
                kind_title=self._kind_title,
                kind_help=self._kind_help,
                null_words=self._null_words,
                editors=self._editors,
            )
        )

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, silently; widgets of rows that stay are kept, and with them the focus.

        The rows that are not marked `more` come first, five of them; all others go under *More*,
        heading by heading.
        """
        ordered = self._ordered(rows)
        fits = all(r.path in self._rows and self._rows[r.path].fits(r) for r in ordered)
        if fits and [r.path for r in ordered] == list(self._rows):
            for row in ordered:
                self._rows[row.path].show_row(row)
        else:
            self._rebuild(ordered)
        self._show_more()

    def set_expanded(self, expanded: bool) -> None:
        """Show or hide the rows under *More*, without telling anyone."""
        self._expanded = expanded
        self._show_more()

    def set_error(self, path: str, sentence: str) -> None:
        """Write a sentence under a row; an empty one takes it away."""
        row = self._rows.get(path)
        if row is None:
            return
        if sentence and path in self._under_more():
            self.set_expanded(True)
        row.set_error(sentence)

    def clear_errors(self) -> None:
        for row in self._rows.values():
            row.set_error("")

    def add_link(self, text: str, help: str) -> LinkButton:
        """Add a link beside *More* and return it."""
        link = LinkButton(text, help)
        self.links.add(link)
        return link

    @Slot()
    def _on_more_clicked(self) -> None:
        self.set_expanded(not self._expanded)
        self.expanded_changed.emit(self._expanded)

    def _ordered(self, rows: Sequence[Row]) -> list[Row]:
        ordered = [r for r in rows if not r.setting.more] + [r for r in rows if r.setting.more]
        count = min(self._most, sum(not row.setting.more for row in rows))
        first, rest = ordered[:count], ordered[count:]
        headings = list(dict.fromkeys(row.heading for row in rest))
        return first + sorted(rest, key=lambda row: headings.index(row.heading))

    def _rebuild(self, rows: Sequence[Row]) -> None:
        old, self._rows = self._rows, {}
        for place, row in enumerate(rows):
            widget = old.get(row.path)
            if widget is not None and widget.fits(row):
                del old[row.path]
                widget.show_row(row)
            else:
                widget = RowWidget(row)
                widget.edited.connect(self.edited)
            self._rows[row.path] = widget
            self._rows_layout.insertWidget(place, widget)
        for widget in old.values():
            self._drop(widget)
        self._order_focus()

    def _drop(self, widget: RowWidget) -> None:
        self._rows_layout.removeWidget(widget)
        if widget.isAncestorOf(self.focusWidget() or self):
            # Otherwise the next row would get the focus, and with it the next key.
            self.window().setFocus()
        widget.hide()
        # Its name may already belong to the row that took its place.
        for child in widget.findChildren(QWidget):
            child.setObjectName("")
        widget.deleteLater()

    def _order_focus(self) -> None:
        before: QWidget | None = None
        for row in self._rows.values():
            if before is not None:
                QWidget.setTabOrder(before, row.editor.input)
            before = row.editor.input
        if before is not None:
            QWidget.setTabOrder(before, self.more)

    def _under_more(self) -> tuple[str, ...]:
        paths = self.paths
        first = [p for p in paths if not self._rows[p].row.setting.more][: self._most]
        return tuple(p for p in paths if p not in first)

    def _show_more(self) -> None:
        hidden = self._under_more()
        above = ""
        for path, row in self._rows.items():
            heading = row.row.heading if path in hidden else ""
            row.set_heading(heading if heading != above else "")
            above = heading
            row.setVisible(self._expanded or path not in hidden)
        self.more.setVisible(bool(hidden))
        self.more.setText("Less ▾" if self._expanded else "More ▸")
        self.more.setAccessibleName("Less" if self._expanded else "More")
