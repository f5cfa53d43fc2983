"""The prediction plot: what the model guesses, beside what is true, in the data's own units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gd_studio.data.cells import date_number
from gd_studio.gui.eliding_box import ElidingBox
from gd_studio.gui.numbers import fixed
from gd_studio.gui.plots.axes import day
from gd_studio.gui.plots.batch_rings import BatchRings
from gd_studio.gui.plots.computed import GatedPlot
from gd_studio.gui.plots.prediction_legend import RINGED
from gd_studio.gui.plots.probe import Probe
from gd_studio.gui.plots.samples import (
    MOST_POINTS,
    Sample,
    fair_sample,
    is_date,
    number_features,
    telling_pair,
)
from gd_studio.gui.plots.view_names import VIEWS, views_for

if TYPE_CHECKING:
    from gd_studio.data import Prepared
    from gd_studio.gui.plots.failure_view import FailureView
    from gd_studio.gui.plots.map_view import MapView
    from gd_studio.gui.plots.view import Found, View
    from gd_studio.gui.plots.view_menus import ViewMenus
    from gd_studio.gui.plots.views import Views
    from gd_studio.session.frame import Frame

NO_DATA = (
    "A landscape has no data, so there is nothing to predict.\n"
    "Its height is on the loss surface, its place under Weights."
)


class PredictionPlot(GatedPlot):
    """Fit, decision regions, heat map or slice; predicted against actual; confusion matrix."""

    probe_moved = Signal(list)  # raw values of an input, one for each column in use

    TITLE, SHORT_TITLE = "Prediction", "Guesses"
    NAME = "plot.prediction"

    def _begin(self) -> None:
        self._view_name = ""
        self._sample: Sample | None = None
        self._samples: dict[int, Sample] = {}
        self._probe_values: list[Any] | None = None

    def _equip(self) -> None:
        self.header.add_choices("Show", VIEWS, "map", self.set_view)
        self.selection.row_changed.connect(self._on_row_changed)

    # What others use

    @property
    def view(self) -> str:
        """The view shown, a key of `VIEWS`; empty where there is nothing to show."""
        return self._view_name

    def set_view(self, view: str) -> None:
        """Show another view, if it makes sense for the data."""
        if self._frame is None or view not in views_for(self._frame.hypothesis.prepared):
            return
        self._view_name = view
        self.header.choices.show_choice("Show", view)
        self._choose_again()

    def set_columns(self, x: int, y: int) -> None:
        """Choose the two features (by index) over which a slice is drawn."""
        self._map.set_features(x, y)
        self._failure.features = (x, y)
        self._choose_again()

    @property
    def is_computing(self) -> bool:
        """Whether what is said of all rows is on its way."""
        return bool(self._views) and self._all.is_computing

    def shutdown(self) -> None:
        """End what is computed in the background and wait until it has ended."""
        if self._views:
            self._all.shutdown()

    def set_probe(self, values: list[Any] | None) -> None:
        """Put the marker of a tried input at raw values; None takes it away."""
        wanted = None if values is None else list(values)
        if wanted != self._probe_values and not self._probe.is_held:
            self._probe_values = wanted
            self._place_probe()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return the rows drawn with their guesses, or the matrix."""
        if self._frame is None or self._sample is None or not self._view_name:
            return [], []
        view = self._views[self._view_name]
        return view.export(self._frame, self._sample_of(view.most))

    # Building

    def _build(self, title: str) -> None:
        super()._build(title)
        self._rings = BatchRings(self.plot_item)
        self._views: dict[str, View] = {}  # until there is a frame to show
        self._probe = Probe(self.plot_item, self._on_probe_dragged)
        self._columns = QWidget()
        row = QHBoxLayout(self._columns)
        row.setContentsMargins(0, 0, 0, 0)
        self._x_column, self._y_column = ElidingBox(), ElidingBox()
        for widget, name in ((self._x_column, "across"), (self._y_column, "upwards")):
            widget.setAccessibleName(f"column {name}")
            widget.setToolTip(f"Which column runs {name}; all others stay as in the selected row.")
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.activated.connect(self._on_column_chosen)
            row.addWidget(widget, 1)
        self.content.insertWidget(1, self._columns)
        self._columns.hide()

    @cached_property
    def _all(self) -> Views:
        """All views, made for the first frame: the window is painted before there is one."""
        from gd_studio.gui.plots.views import Views

        views = Views(self, self._gate)
        self._views = views.by_name
        for view in self._views.values():
            view.set_theme()
        return views

    @cached_property
    def _menus(self) -> ViewMenus:
        """What can be chosen about the views."""
        from gd_studio.gui.plots.view_menus import ViewMenus

        return ViewMenus(self.header, self._all, self.legend, self._choose_again)

    @property
    def _map(self) -> MapView:
        return self._all.map

    @property
    def _failure(self) -> FailureView:
        return self._all.failure

    def _theme_changed(self) -> None:
        for view in self._views.values():
            view.set_theme()
        self._rings.set_theme(self._theme)
        self._probe.set_theme(self._theme, self.small_font())

    # Drawing

    def _new_run(self, frame: Frame) -> None:
        prepared = frame.hypothesis.prepared
        if self._sample is not None and self._sample.prepared is prepared:
            return
        same_columns = self._sample is not None and [
            f.name for f in self._sample.prepared.features
        ] == [f.name for f in prepared.features]
        self._sample = fair_sample(prepared)
        self._samples = {MOST_POINTS: self._sample}
        offered = views_for(prepared)
        for word in VIEWS:
            self.header.choices.action("Show", word).setVisible(word in offered)
        title = "Map of guesses" if len(prepared.features) == 2 else "Slice through the row"
        self.header.choices.action("Show", "map").setText(title)
        if not same_columns:
            first, second = telling_pair(prepared)
            self._map.set_features(first, second)
            self._failure.begin(first, second, prepared)
            self._fill_columns(prepared)
        self.header.button.setVisible(bool(offered))
        if not offered:
            self._view_name = ""
        elif self._view_name not in offered or not same_columns:
            self._view_name = offered[0]
            self.header.choices.show_choice("Show", self._view_name)
        self._show_columns()
        self._offer()

    def _draw(self, frame: Frame) -> None:
        assert self._sample is not None
        for name, view in self._views.items():
            if name != self._view_name:
                view.hide()
        if not self._view_name:
            self._show_no_data(frame)
            return
        self.set_bound(self._view_name in ("map", "failure"))
        view = self._views[self._view_name]
        sample = self._sample_of(view.most)
        view.draw(frame, sample)
        self.legend.show(view.entries(frame), self)
        self._rings.show(frame, getattr(view, "points", None), self.legend.shows(RINGED))
        sampled = sample.note if view.is_sampled else ""
        told = (view.note, view.short_note)
        self.set_note(*(" ".join(filter(None, (note, sampled))) for note in dict.fromkeys(told)))
        self._place_probe()
        self._summarize(frame)

    def _sample_of(self, most: int) -> Sample:
        """Return the rows to draw, at most so many, always the same ones."""
        assert self._sample is not None
        if most not in self._samples:
            self._samples[most] = fair_sample(self._sample.prepared, most)
        return self._samples[most]

    def _show_no_data(self, frame: Frame) -> None:
        self._probe.hide()
        self._rings.show(frame, None)
        self.show_empty(NO_DATA)

    def _place_labels(self, frame: Frame) -> None:
        self._probe.write()
        if self._probe.is_shown:
            self._views[self._view_name].give_way()
        if self._view_name == "confusion":
            self._all.confusion.place(frame)

    def _summarize(self, frame: Frame) -> None:
        evaluation = frame.evaluation.train
        score = f"accuracy {evaluation['accuracy']:.3f}" if "accuracy" in evaluation else (
            f"R² {fixed(evaluation['r2'])}"
        )  # fmt: skip
        shown = VIEWS[self._view_name].lower()
        said = self.header.detail.text()
        self.set_summary(f"Prediction at step {frame.step}, {shown}: {said}. Train {score}.")

    # Columns of a slice

    def _fill_columns(self, prepared: Prepared) -> None:
        numbers = number_features(prepared)
        for box in (self._x_column, self._y_column):
            box.clear()
            for feature in numbers:
                box.addItem(prepared.features[feature].name, feature)

    def _show_columns(self) -> None:
        prepared = self._sample.prepared if self._sample is not None else None
        is_slice = self._view_name == "map" or (
            self._view_name == "failure" and self._failure.plane == "slice"
        )
        many = prepared is not None and len(prepared.features) > 2
        self._columns.setVisible(is_slice and many)
        for box, feature in zip((self._x_column, self._y_column), self._map.features, strict=True):
            box.setCurrentIndex(max(box.findData(feature), 0))

    def _on_column_chosen(self, _: int) -> None:
        x, y = self._x_column.currentData(), self._y_column.currentData()
        if x == y:
            # Choosing the other axis' column means exchanging the two.
            y, x = self._map.features
        self.set_columns(int(x), int(y))

    def _choose_again(self) -> None:
        """Draw something else than before, fitted anew."""
        self._show_columns()
        self._offer()
        self.draw_anew()

    def _offer(self) -> None:
        """Offer in the menu what belongs to the view shown."""
        prepared = self._sample.prepared if self._sample is not None else None
        self._menus.offer(self._view_name, prepared)

    # The tried input

    @property
    def taken(self) -> Sequence[QRectF]:
        return self._probe.taken

    def _place_probe(self) -> None:
        place, wanted = self._probe_place(), self._wanted
        if place is None or wanted is None or not all(math.isfinite(v) for v in place):
            self._probe.hide()
            return
        left, right, bottom, top = wanted
        # Where the input lies beyond the plot the marker waits at its border.
        self._probe.show(min(max(place[0], left), right), min(max(place[1], bottom), top))
        self._views[self._view_name].give_way()

    def _probe_place(self) -> tuple[float, float] | None:
        """Return where the tried input lies in the plot; None if it cannot be shown."""
        values, frame = self._probe_values, self._frame
        features = 0 if frame is None else len(frame.hypothesis.prepared.features)
        plain = self._view_name in ("fit", "map") and features in (1, 2)
        if values is None or frame is None or not plain or len(values) != features:
            return None
        prepared = frame.hypothesis.prepared
        numbers = [_number(prepared, f, value) for f, value in enumerate(values)]
        if self._view_name == "fit":
            return numbers[0], self._all.fit.guess_at(frame, numbers[0])
        x, y = self._map.features
        return numbers[x], numbers[y]

    def _on_probe_dragged(self, x: float, y: float) -> None:
        assert self._frame is not None
        prepared = self._frame.hypothesis.prepared
        is_swapped = self._view_name == "map" and self._map.features != (0, 1)
        dragged = [x] if self._view_name == "fit" else [y, x] if is_swapped else [x, y]
        self._probe_values = [
            day(value) if is_date(prepared, f) else value for f, value in enumerate(dragged)
        ]
        self._place_probe()
        self.probe_moved.emit(list(self._probe_values))

    # Mouse and selection

    def _hover_text(self, x: float, y: float) -> str:
        if self._frame is None or not self._view_name:
            return ""
        view = self._views[self._view_name]
        said = view.hover(self._frame, x, y)
        is_dotted = hasattr(view, "points")
        return said + (self._rings.words(self._frame, view.row_at(x, y)) if is_dotted else "")

    def _rows_at(self, x: float, y: float) -> Sequence[Found]:
        return self._views[self._view_name].rows_at(x, y) if self._view_name else ()

    def _clicked(self, x: float, y: float) -> None:
        if not self._view_name:
            return
        found = self._views[self._view_name].row_at(x, y)
        if found is not None:
            self.selection.set_row(found[1], found[0])

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            view = self._views.get(self._view_name)
            found = None if view is None else view.row_by_key(event.key(), shift)
            if found is not None:
                self.selection.set_row(found[1], found[0])
                return True
        return super().eventFilter(watched, event)

    def _on_row_changed(self, row: int) -> None:
        self.redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._is_stale = True  # what the views give up now begins again when they are next seen
        for view in self._views.values():
            view.stop()


def _number(prepared: Prepared, feature: int, value: object) -> float:
    """Return where a raw value lies on its axis; NaN where it does not."""
    if isinstance(value, str):
        return date_number(value) if is_date(prepared, feature) else math.nan
    return float(value) if isinstance(value, int | float) else math.nan
