"""Who moved most, and who pulled: the parameters of the shown step by size, or its rows by pull.

The card looks at a frame and computes nothing of the run: what would be without a row is told in
words, and no step is made again.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QMenu, QToolButton, QWidget

from gd_studio.engine.arrays import Array
from gd_studio.experiment.movers import Groups, groups_of
from gd_studio.gui.background import Background
from gd_studio.gui.cards import Card, WrappedLabel
from gd_studio.gui.numbers import whole
from gd_studio.gui.panels.bar_rows import NO_KEY, BarRow
from gd_studio.gui.panels.bar_table import BarTable
from gd_studio.gui.panels.moved import ORDERS, Order, moved
from gd_studio.gui.plots.view_menu import ViewMenu
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import set_look
from gd_studio.session.frame import Frame

if TYPE_CHECKING:
    from gd_studio.experiment.batch_pass import StepBatch
    from gd_studio.experiment.pulls import Pulls

Moments = tuple[Array, Array]
FEW, SOME, MANY = "5", "10", "20"
TITLES = {"moved": "Who moved most", "pulled": "Who pulled"}
NO_ROWS = "A landscape has no rows that could pull: its gradient is the slope at one place."


class MoversPanel(Card):
    """Two tables in one card; a click in them selects a parameter or a row."""

    def __init__(
        self, selection: Selection, gate: threading.Event, parent: QWidget | None = None
    ) -> None:
        super().__init__(TITLES["moved"], parent)
        self.setObjectName("panel.movers")
        self._selection = selection
        self._frame: Frame | None = None
        self._is_stale = False
        self._order: Order
        self._view, self._order, self._most = "moved", "change", int(FEW)
        self._is_grouped = self._is_pulling = False
        self._groups: tuple[object, Groups] | None = None
        self._batch: tuple[Frame, StepBatch] | None = None
        self._pulls: tuple[StepBatch, Pulls, Frame] | None = None
        self._moments: tuple[StepBatch, Moments] | None = None
        self._work = Background(gate, self)
        self._work.found.connect(self._on_found)
        self._build()
        selection.parameter_changed.connect(self._on_selection_changed)
        selection.row_changed.connect(self._on_selection_changed)

    # What others use

    @property
    def frame(self) -> Frame | None:
        """The frame last given, drawn or not."""
        return self._frame

    @property
    def is_seen(self) -> bool:
        """Whether any of it is in sight: the column may have scrolled it away."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    @property
    def is_busy(self) -> bool:
        """Whether something about a large batch is still being computed."""
        return self._work.is_busy

    def set_frame(self, frame: Frame) -> None:
        """Show a frame: now, or when the card is next seen."""
        if self._frame is not None and frame.run_number != self._frame.run_number:
            self.table.forget_names()
        self._frame = frame
        self._refresh()

    def set_view(self, view: str) -> None:
        """Show who "moved" most, or who "pulled" at the selected parameter."""
        self._view = view
        self.choices.show_choice("Show", view)
        self._refresh()

    def set_order(self, order: str) -> None:
        """Put the largest "change", "gradient" or "agreement" first."""
        self._order = cast(Order, order)
        self.choices.show_choice("Order", order)
        self._refresh()

    def set_grouped(self, grouping: str) -> None:
        """List "single" parameters, or the "columns" of the data that they belong to."""
        self._is_grouped = grouping == "columns"
        self.choices.show_choice("Count", grouping)
        self._refresh()

    def set_most(self, most: str) -> None:
        """Show so many rows."""
        self._most = int(most)
        self.choices.show_choice("Rows shown", most)
        self._refresh()

    def shutdown(self) -> None:
        """End what is computed in the background."""
        self._work.shutdown()

    # Building

    def _build(self) -> None:
        self._build_header()
        self._build_choices()
        self.table = BarTable(TITLES["moved"])
        self.table.setObjectName("movers.table")
        self.table.chosen.connect(self._on_chosen)
        self.table.rows.told = self._told_of
        self._build_leaving_out()
        self.words = WrappedLabel("", "small")
        self.words.setObjectName("movers.words")
        self.words.hide()
        for part in (self.table, self.leave_out, self.words):
            self.body.addWidget(part)

    def _build_header(self) -> None:
        self.switch = self.add_link("Who pulled", "Which rows of the batch pulled at it, and how.")
        self.switch.setObjectName("movers.switch")
        self.switch.clicked.connect(self._on_switched)
        self.button = QToolButton()
        self.button.setText("▾")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setAccessibleName("What this card lists")
        self.button.setToolTip("Choose the order, single parameters or columns, and how many.")
        self.button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        set_look(self.button, "glyph")
        self.add_header(self.button)
        self.header.setSpacing(4)  # two words and two buttons, in a column of the usual width

    def _build_choices(self) -> None:
        menu = QMenu(self.button)
        menu.setToolTipsVisible(True)
        self.choices = ViewMenu(menu)
        self.button.setMenu(menu)
        add = self.choices.add
        add("Show", TITLES, "moved", self.set_view)
        orders = {order: words[:1].upper() + words[1:] for order, words in ORDERS.items()}
        add("Order", cast(dict[str, str], orders), "change", self.set_order)
        counts = {"single": "Single parameters", "columns": "Columns of the data, layers"}
        add("Count", counts, "single", self.set_grouped)
        add("Rows shown", {n: n for n in (FEW, SOME, MANY)}, FEW, self.set_most)

    def _build_leaving_out(self) -> None:
        self.leave_out = QCheckBox("Leave the selected row out")
        self.leave_out.setObjectName("movers.leave_out")
        self.leave_out.setToolTip(
            "What the gradient and the step would have been without it; the run stays as it is."
        )
        self.leave_out.toggled.connect(self._refresh)
        self.leave_out.hide()

    # Drawing

    @Slot()
    def _refresh(self) -> None:
        self._is_stale = not self.is_seen
        frame = self._frame
        if frame is None or self._is_stale:
            return
        has_rows = frame.hypothesis.task != "landscape"
        self._is_pulling = pulling = self._view == "pulled" and has_rows
        self.set_title(TITLES["pulled" if pulling else "moved"])
        self.switch.setVisible(has_rows)
        self.switch.setText("Who moved" if pulling else "Who pulled")
        self.leave_out.setVisible(pulling)
        if pulling:
            self._show_pulled(frame)
        else:
            self._show_moved(frame)

    def _show_moved(self, frame: Frame) -> None:
        selected = min(self._selection.parameter, len(frame.parameters) - 1)
        groups = self._groups_of(frame) if self._is_grouped else None
        found = self._moments_of(frame) if self._order == "agreement" else None
        order: Order = self._order if found is not None or self._order != "agreement" else "change"
        shown = moved(frame, order, groups, self._most, selected, found)
        self.table.show_rows(shown.headers, shown.helps, shown.rows, shown.chosen)
        self.set_detail("")
        self.table.setAccessibleDescription(shown.summary)
        self._say(self._why_not(frame) if self._order == "agreement" and found is None else "")

    def _show_pulled(self, frame: Frame) -> None:
        from gd_studio.gui.panels.pulled import HEADERS, HELPS, pulled, without_words

        parameter = min(self._selection.parameter, len(frame.parameters) - 1)
        found = self._pulls_of(frame, parameter)
        if found is None:
            self.table.show_rows(HEADERS, HELPS, (), -1)
            self.set_detail("computing …", "Every row is gone through once; the run goes on.")
            self._say("")
            return
        pulling, of = found
        row = self._selection.row if self._selection.split == "train" else None
        shown = pulled(of, pulling, self._most, row)
        self.table.show_rows((shown.count, *HEADERS[1:]), HELPS, shown.rows, shown.chosen)
        late = f" · step {of.step}" if of is not frame and of.step != frame.step else ""
        name = of.hypothesis.said_name(pulling.parameter)
        self.set_detail(f"{name}{late}", f"{shown.count} pulling at {name} in step {of.step}.")
        self.table.setAccessibleDescription(shown.summary)
        is_in = row is not None and bool((pulling.rows == row).any())
        self.leave_out.setEnabled(is_in)
        words = without_words(of, pulling, row) if is_in and row is not None else ""
        if not is_in:
            words = f"The selected row is not in this batch of {whole(len(pulling.rows))}."
        self._say(words if self.leave_out.isChecked() else "")

    def _say(self, words: str) -> None:
        if words != self.words.text():
            self.words.setText(words)
        self.words.setVisible(bool(words))

    def _why_not(self, frame: Frame) -> str:
        if frame.hypothesis.task == "landscape":
            return NO_ROWS
        if len(self._batch_of(frame).rows) < 2:
            return "Signal-to-noise needs a batch of two rows or more; by change until then."
        return "Signal-to-noise is being computed over all rows; by change until then."

    def _told_of(self, row: BarRow) -> str:
        """Return what a row of the table says under the mouse: of a digit, with its picture."""
        frame = self._frame
        is_row = frame is not None and self._is_pulling and row.key != NO_KEY
        if frame is None or not is_row or frame.hypothesis.prepared.dataset.image_shape is None:
            return row.help
        # Here: no window needs it before the mouse is on a picture.
        from gd_studio.gui.plots.row_picture import with_pictures
        from gd_studio.gui.plots.row_words import row_words

        truth, guess, _ = row_words(frame, "train", row.key)
        words = f"actual {truth}, guess {guess}\n{row.help}"
        return with_pictures(words, frame.hypothesis.prepared, [("train", row.key)])

    # What is computed

    def _groups_of(self, frame: Frame) -> Groups:
        network = frame.hypothesis.network
        if self._groups is None or self._groups[0] is not network:
            self._groups = network, groups_of(frame.hypothesis)
        return self._groups[1]

    def _batch_of(self, frame: Frame) -> StepBatch:
        from gd_studio.gui.panels.pulled import batch_of

        if self._batch is None or self._batch[0] is not frame:
            self._batch = frame, batch_of(frame)
        return self._batch[1]

    def _pulls_of(self, frame: Frame, parameter: int) -> tuple[Pulls, Frame] | None:
        """Return who pulled at a parameter, and in which frame; None while nothing is known."""
        batch, known = self._batch_of(frame), self._pulls
        if known is not None and known[0] is batch and known[1].parameter == parameter:
            return known[1], known[2]
        if batch.is_small:
            from gd_studio.experiment.pulls import pulls

            self._pulls = known = batch, pulls(batch, parameter), frame
            return known[1], known[2]
        self._work.ask((batch, parameter, frame), _pulls_work)
        same_run = known is not None and known[2].run_number == frame.run_number
        if known is not None and same_run and known[1].parameter == parameter:
            return known[1], known[2]
        return None

    def _moments_of(self, frame: Frame) -> Moments | None:
        """Return what the rows' gradients come to; None where that is not known (yet)."""
        if frame.hypothesis.task == "landscape":
            return None
        batch, known = self._batch_of(frame), self._moments
        if len(batch.rows) < 2:
            return None
        if known is not None and known[0] is batch:
            return known[1]
        if batch.is_small:
            from gd_studio.experiment.agreement import moments

            self._moments = batch, moments(batch)
            return self._moments[1]
        self._work.ask((batch, None, frame), _moments_work)
        fits = known is not None and len(known[1][0]) == len(frame.parameters)
        return known[1] if known is not None and fits else None

    @Slot(object, object)
    def _on_found(self, request: tuple[StepBatch, int | None, Frame], answer: Any) -> None:
        batch, parameter, frame = request
        if parameter is None:
            self._moments = batch, answer
        else:
            self._pulls = batch, answer, frame
        self._refresh()

    # What is chosen

    @Slot(int)
    def _on_chosen(self, key: int) -> None:
        if self._is_pulling:
            self._selection.set_row(key)
        else:
            self._selection.set_parameter(key)

    @Slot()
    def _on_switched(self) -> None:
        self.set_view("moved" if self._view == "pulled" else "pulled")

    @Slot()
    def _on_selection_changed(self) -> None:
        self._refresh()

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_stale:
            # It has just come into sight; a widget must not change while it is painted.
            QTimer.singleShot(0, self, self._refresh)


def _pulls_work(request: tuple[StepBatch, int, Frame]) -> Any:
    from gd_studio.experiment.pulls import pulls_in_blocks

    return pulls_in_blocks(request[0], request[1])


def _moments_work(request: tuple[StepBatch, None, Frame]) -> Any:
    from gd_studio.experiment.agreement import moments_in_blocks

    return moments_in_blocks(request[0])
