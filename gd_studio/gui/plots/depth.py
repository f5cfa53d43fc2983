"""The depth view: what reaches each layer, forwards as activations and backwards as gradients.

Norms come from the frame; activations of a large model are computed in the background, and then
say of which step they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QFontMetricsF, QHideEvent, QResizeEvent

from gd_studio.engine.network import Network
from gd_studio.experiment.depth import (
    Activities,
    ActivityRequest,
    activities,
    has_depth,
    layer_norms,
    work_of,
)
from gd_studio.gui.dialogs.tables import FittingColumns, table_of
from gd_studio.gui.numbers import counted, exact, percent, whole
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.computed import ComputedPlot
from gd_studio.gui.plots.depth_bars import DepthBars
from gd_studio.gui.plots.depth_measures import (
    LATER,
    MEASURES,
    NONE,
    Layers,
    layer_words,
    missing_words,
)
from gd_studio.gui.plots.depth_table import COLUMNS, LEAST_FIRST, DepthTable
from gd_studio.gui.plots.header import Said

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

AT_ONCE = 40_000  # sums that are computed with the frame: about a millisecond
TABLE_ROWS = 4
PADDING = 12  # pixels of a cell that are not its words
TABLE_SHARE = 2.2  # times its height, in which the table may stand


class DepthPlot(ComputedPlot):
    """Bars per layer and a table of all their numbers; a click selects the layer."""

    TITLE = "Depth"
    NAME = "plot.depth"

    def _begin(self) -> None:
        self._measure = "gradient"
        self._layers: Layers = ()
        self._activities: Activities | None = None
        self._asked: Any = None

    def _equip(self) -> None:
        super()._equip()
        titles = {key: measure.title for key, measure in MEASURES.items()}
        self.header.add_choices("Measure", titles, self._measure, self.set_measure)
        self.selection.parameter_changed.connect(self._on_parameter_changed)

    # What others use

    @property
    def layers(self) -> Layers:
        """What is shown of each layer; its activity is None until it has been computed."""
        return self._layers

    def set_measure(self, measure: str) -> None:
        """Show another measure as bars."""
        self._measure = measure
        self.header.choices.show_choice("Measure", measure)
        self.draw_anew()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return every layer with all its measures."""
        names = ["layer", "units", "gradient norm", "weight norm", "update norm", "update ratio"]
        names += ["activation mean", "activation deviation", "saturated share", "never active"]
        rows: list[list[Any]] = []
        for layer, found in self._layers:
            norms = [layer.gradient, layer.weights, layer.update, layer.ratio]
            of_rows: list[Any] = [None] * 4
            if found is not None:
                of_rows = [found.mean, found.deviation, found.saturated, found.inactive]
            rows.append([layer.name, layer.units, *norms, *of_rows])
        return names, rows

    # Building

    def _build(self, title: str) -> None:
        super()._build(title)
        self._bars = DepthBars(self.plot_item)
        self._model = DepthTable()
        self.table = table_of(self._model, "depth.table", "Layers", self)
        self.table.setToolTip("Every layer with its exact numbers; choose one to select it.")
        self._columns = FittingColumns(self.table, lambda _: LEAST_FIRST)
        self.table.verticalHeader().hide()
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self.content.insertWidget(self.content.indexOf(self.note), self.table)

    def _theme_changed(self) -> None:
        self._bars.set_theme(self._theme)
        row = self.fontMetrics().height() + 8
        self.table.verticalHeader().setDefaultSectionSize(row)
        self.table.setFixedHeight(round((TABLE_ROWS + 1.4) * row))
        for column, (heading, widest) in enumerate(COLUMNS):
            widths = (self.fontMetrics().horizontalAdvance(text) for text in (heading, widest))
            self.table.setColumnWidth(column, max(widths) + PADDING)
        self._columns.measure()

    # Drawing

    def _new_run(self, frame: Frame) -> None:
        super()._new_run(frame)
        self._activities = self._asked = None

    def _draw(self, frame: Frame) -> None:
        if not has_depth(frame.hypothesis):
            self._show_nothing("A landscape has no layers: choose a network to see its depth.")
            return
        self._measure_activity(frame)
        norms = layer_norms(
            frame.hypothesis, frame.gradient, frame.parameters, frame.previous
        )
        active = self._activities.layers if self._activities else (None,) * len(norms)
        self._layers = tuple(zip(norms, active, strict=True))
        self.empty.hide()
        self._show_table()
        self._model.set_layers(self._layers)
        self._draw_bars(frame)
        if self.table.currentIndex().row() != self._selected_layer(frame):
            self.table.selectRow(self._selected_layer(frame))
        self._say_all(frame)

    def _show_nothing(self, words: str) -> None:
        self._layers = ()
        self._bars.hide()
        self._model.set_layers(())
        self._show_table()
        self.show_empty(words)

    def _show_table(self) -> None:
        """Show the table where it leaves the bars their room; hover has its numbers too."""
        has_room = self.height() >= TABLE_SHARE * self.table.maximumHeight()
        self.table.setVisible(bool(self._layers) and has_room)

    def _draw_bars(self, frame: Frame) -> None:
        measure = MEASURES[self._measure]
        selected = self._selected_layer(frame)
        wanted = self._bars.show(self._layers, measure, selected, self.small_font())
        self.set_scales(Scale("layer", whole=True), Scale(measure.axis, log=measure.log))
        self.want_range(*wanted)

    def _selected_layer(self, frame: Frame) -> int:
        network = frame.hypothesis.network
        assert isinstance(network, Network)
        index = min(self.selection.parameter, network.size - 1)
        return network.layers.index(network.layer_of(index))

    def _word(self, frame: Frame) -> str:
        network = frame.hypothesis.network
        is_relu = isinstance(network, Network) and network.activation_name == "relu"
        return "dead" if is_relu else "never active"

    def _write_axes(self) -> None:
        """Write layers under the bars: their numbers as far as there is room, and the output."""
        super()._write_axes()
        if self._layers:
            width = self.plot_item.getViewBox().width()
            labels = layer_labels(len(self._layers), width, QFontMetricsF(self.small_font()))
            axis = self.plot_item.getAxis("bottom")
            axis.write(labels, axis.labelText)

    # Activations

    def _measure_activity(self, frame: Frame) -> None:
        """Compute the activations of a frame: a small model's now, a large one's when they come."""
        if self._asked is frame.parameters:
            return
        self._asked = frame.parameters
        request = ActivityRequest(frame.hypothesis, frame.parameters, frame.step)
        if work_of(frame.hypothesis) > AT_ONCE:
            self._worker.ask(request, activities)
            return
        work = activities(request)
        while True:
            try:
                next(work)
            except StopIteration as done:
                self._activities = done.value
                return

    @Slot(object, object)
    def _on_found(self, _request: ActivityRequest, found: Activities) -> None:
        self._activities = found
        self.redraw()

    # What it says

    def _say_all(self, frame: Frame) -> None:
        measure = MEASURES[self._measure]
        values = [measure.value(*layer) for layer in self._layers]
        known = [v for v in values if v is not None and np.isfinite(v)]
        reach, short = _reach(known, measure.unit)
        if not known:
            is_missing = bool(missing_words(self._layers, measure))
            reach, short = ("no number", NONE) if is_missing else (LATER, LATER)
        self.say(
            Said(f"{measure.title.lower()} · ", short=""),
            Said(reach, "text", bold=True, short=short, rank=1),
        )
        self.set_note(self._note(frame))
        self.set_summary(self._in_a_sentence(frame))

    def _note(self, frame: Frame) -> str:
        said = ["norms with biases" if frame.step else "no step yet: the gradient of all rows"]
        missing = missing_words(self._layers, MEASURES[self._measure])
        said = [f"{NONE} {missing}", *said] if missing else said
        found = self._activities
        if found is None:
            said.append("activations are being computed")
            return " · ".join(said)
        rows = counted(found.rows, "training row")
        if found.rows < found.all_rows:
            rows = f"a fair sample of {whole(found.rows)} of {whole(found.all_rows)} training rows"
        at = f" at step {whole(found.step)}" if found.step != frame.step else ""
        said.append(f"activations over {rows}{at}")
        return " · ".join(said)

    def _in_a_sentence(self, frame: Frame) -> str:
        measure = MEASURES[self._measure]
        first, last = self._layers[0][0], self._layers[-1][0]
        said = (
            f"Depth at step {frame.step}: {counted(len(self._layers), 'layer')}, gradient norm "
            f"from {exact(first.gradient, 3)} in {first.name} to {exact(last.gradient, 3)} in "
            f"{last.name}."
        )
        active = [a for _, a in self._layers if a is not None]
        shares = [a.saturated for a in active if a.saturated is not None]
        if shares:
            said += f" At most {percent(max(shares))} of a layer is saturated."
        dead = [a.inactive for a in active if a.inactive is not None]
        if dead:
            said += f" {counted(sum(dead), 'unit')} {self._word(frame)}."
        missing = missing_words(self._layers, measure)
        if missing:
            said += f" {measure.title}: {missing}."
        return said

    # Mouse and selection

    def _layer_at(self, x: float) -> int | None:
        at = round(x) - 1
        return at if 0 <= at < len(self._layers) else None

    def _hover_text(self, x: float, y: float) -> str:
        at = self._layer_at(x)
        if at is None or self._frame is None:
            return ""
        return layer_words(*self._layers[at], self._word(self._frame))

    def _clicked(self, x: float, y: float) -> None:
        at = self._layer_at(x)
        if at is not None:
            self._select(at)

    def _on_row_chosen(self, current: Any) -> None:
        if current.isValid():
            self._select(current.row())

    def _select(self, at: int) -> None:
        """Select the parameter of a layer that its gradient pulls hardest."""
        frame = self._frame
        if frame is None or at == self._selected_layer(frame):
            return
        layer = frame.hypothesis.network.layers[at]
        part = np.abs(frame.gradient[layer.offset : layer.offset + layer.size])
        self.selection.set_parameter(layer.offset + int(np.argmax(np.nan_to_num(part))))

    @Slot(int)
    def _on_parameter_changed(self, _index: int) -> None:
        self.redraw()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_table()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asked = None


def _reach(values: list[float], unit: str) -> tuple[str, str]:
    """Return the least and the greatest of what is not all zero, once where they are the same.

    Beside it the greatest alone, for a small place.
    """
    if not any(values):
        return "none", "none"
    least, most = exact(min(values), 3), exact(max(values), 3)
    if least == most:
        return f"{most}{unit}", f"{most}{unit}"
    return f"{least} to {most}{unit}", f"≤ {most}{unit}"


def layer_labels(count: int, pixels: float, metrics: QFontMetricsF) -> list[tuple[float, str]]:
    """Return (place, text) under each bar, or under every second, fifth … where they are many."""
    last = "output"
    per_layer = pixels / (count + 0.2)
    widest = metrics.horizontalAdvance(f"hidden {count}") + 8
    name = "hidden {}" if per_layer >= widest else "{}"
    need = metrics.horizontalAdvance(name.format(count)) + 8
    stride = next((s for s in (1, 2, 5, 10, 20, 50) if s * per_layer >= need), 100)
    room = metrics.horizontalAdvance(last) + 12
    shown = [k for k in range(stride, count, stride) if (count - k) * per_layer >= room]
    # Its bar stands at the border: the last word ends there.
    end = min(float(count), count + 0.6 - metrics.horizontalAdvance(last) / 2 / per_layer)
    return [*((float(k), name.format(k)) for k in shown), (end, last)]
