"""Two inputs (or two of many): what the model guesses everywhere, and the points on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.gui.numbers import exact
from gd_studio.gui.plots import grid as grids
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colour_bar import ColourBar
from gd_studio.gui.plots.contours import Outline
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.outlines import CELLS, Outlines, over_grid
from gd_studio.gui.plots.points import Group, Points, by_class
from gd_studio.gui.plots.prediction_legend import earlier_entries, row_entries
from gd_studio.gui.plots.regions import Regions
from gd_studio.gui.plots.row_words import row_words
from gd_studio.gui.plots.samples import (
    SPLITS,
    Sample,
    is_date,
    own_units,
    own_word,
    split_of,
    wide_range,
)
from gd_studio.gui.plots.view import TO_SIGNS, Found, View, legend, row_number

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame


class MapView(View):
    """Decision regions (classes) or a heat map (values), in the columns' own units."""

    def __init__(self, panel: PlotPanel) -> None:
        super().__init__(panel)
        self.regions = Regions(panel.plot_item, panel)
        self.outlines = Outlines(panel)
        self.points = Points(panel.plot_item)
        self.bar = ColourBar(panel.plot_item)
        self.features = (0, 1)
        self._key: tuple[Any, ...] = ()
        self._grouped: list[Group] = []
        self._spans: Any = ((0.0, 1.0), (0.0, 1.0))
        self._levels = (0.0, 1.0)

    @property
    def spans(self) -> Any:
        """The ranges of both features in own units."""
        return self._spans

    def set_features(self, x: int, y: int) -> None:
        """Choose the two features of a slice."""
        self.features = (x, y)

    def set_theme(self) -> None:
        self.regions.set_theme(self.panel.theme)
        self.bar.set_theme(self.panel.theme)

    def draw(self, frame: Frame, sample: Sample) -> None:
        key = (sample.number, self.features)
        if key != self._key:
            self._key = key
            self._measure(sample)
            self._grouped = self._groups(sample)
        base = self._base(frame)
        self.regions.show(frame, self.features, self._spans, base, self._levels)
        self._draw_outlines(frame, base)
        self.show_points(self.points, key, self._grouped)
        selection = self.panel.selection
        self.points.select(selection.split, selection.row, self.panel.theme)
        prepared = frame.hypothesis.prepared
        across, upwards = (
            Scale(prepared.features[f].name, ends=True, dates=is_date(prepared, f))
            for f in self.features
        )
        self.panel.set_scales(across, upwards)
        (left, right), (bottom, top) = self._spans
        self.panel.want_range(left, right, bottom, top)
        self._say(frame)
        self._draw_bar(frame)

    def hide(self) -> None:
        self.regions.hide()
        self.outlines.hide()
        self.points.hide()
        self.bar.hide()

    def stop(self) -> None:
        """Do nothing more until drawn again."""
        self.regions.stop()

    def give_way(self) -> None:
        self.outlines.give_way()

    def hover(self, frame: Frame, x: float, y: float) -> str:
        prepared = frame.hypothesis.prepared
        first, second = (prepared.features[f].name for f in self.features)
        at_x, at_y = (
            own_word(prepared, f, v) for f, v in zip(self.features, (x, y), strict=True)
        )
        said = [f"{first} {at_x}, {second} {at_y}", self._guess(frame, x, y)]
        near = self.points.nearest(x, y, self.panel.pixel_size())
        if near is not None:
            split, row, _ = near
            truth, guess, _ = row_words(frame, split, row)
            # A slice shows the row where it is in two columns only: its guess is another one.
            own = f", guess {guess}" if len(prepared.features) > 2 else ""
            said.append(f"row {row_number(frame, split, row)}, {split}: {truth}{own}")
        return "\n".join(said)

    def row_at(self, x: float, y: float) -> Found | None:
        near = self.points.nearest(x, y, self.panel.pixel_size())
        return None if near is None else (near[0], near[1])

    def entries(self, frame: Frame) -> list[Entry]:
        return [*row_entries(self.panel.theme, frame), *earlier_entries(self.panel.theme, frame)]

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        prepared = frame.hypothesis.prepared
        first, second = (prepared.features[f].name for f in self.features)
        outputs = list(prepared.classes) or ["guess"]
        rows: list[list[Any]] = []
        for split in SPLITS:
            x = sample.x(split)
            guess = frame.hypothesis.guess(frame.parameters, x)
            a, b = (own_units(prepared, x, f) for f in self.features)
            targets = sample.targets(split)
            for i in range(len(x)):
                truth = prepared.classes[int(targets[i])] if prepared.classes else targets[i]
                rows.append([split, float(a[i]), float(b[i]), truth, *guess[i].tolist()])
        return ["part", first, second, prepared.target_name, *outputs], rows

    def _draw_outlines(self, frame: Frame, base: Any) -> None:
        """Draw what was guessed at the start and in earlier runs."""
        prepared = frame.hypothesis.prepared

        def outline(hypothesis: Any, theta: Any) -> Outline:
            grid = grids.over_two(prepared, self.features, self._spans, CELLS, base)
            return over_grid(prepared, grid, self._levels)(hypothesis, theta)

        key = (self._key, None if base is None else base.tobytes())
        self.outlines.show(frame, key, outline)

    def _draw_bar(self, frame: Frame) -> None:
        """Say beside a map of values which colour stands for how much, in own units."""
        if frame.hypothesis.task != "regression":
            self.bar.hide()
            return
        bottom, top = (exact(level, 3) for level in self._levels)
        self.bar.show(self.regions.value_colors, top, bottom, self.panel.small_font())

    def _base(self, frame: Frame) -> Any:
        """Return the row at which the other features are held; None where there are none."""
        prepared = frame.hypothesis.prepared
        if len(prepared.features) == 2:
            return None
        selection = self.panel.selection
        part = split_of(prepared, selection.split)
        return part.x[min(selection.row, len(part.x) - 1)]

    def _measure(self, sample: Sample) -> None:
        prepared = sample.prepared
        columns = [
            np.concatenate([own_units(prepared, sample.x(s), f) for s in SPLITS])
            for f in self.features
        ]
        self._spans = tuple(wide_range(column, 0.15) for column in columns)
        if prepared.task == "regression":
            values = np.concatenate([sample.targets(s) for s in SPLITS])
            self._levels = (float(values.min()), float(values.max()) + 1e-12)

    def _groups(self, sample: Sample) -> list[Group]:
        prepared = sample.prepared
        groups: list[Group] = []
        for split in SPLITS:
            x, y = (own_units(prepared, sample.x(split), f) for f in self.features)
            rows = sample.rows[split]
            if prepared.task == "regression":
                groups.append(Group(x, y, rows, split))
            else:
                codes = sample.targets(split)
                groups += by_class(x, y, codes, rows, split, len(prepared.classes))
        return groups

    def _say(self, frame: Frame) -> None:
        prepared = frame.hypothesis.prepared
        said = legend(frame)
        if len(prepared.features) > 2:
            selection = self.panel.selection
            part = split_of(prepared, selection.split)
            row = row_number(frame, selection.split, min(selection.row, len(part.rows) - 1))
            kind = Said("slice through ", "text", short=("slice, ", "slice ", ""))
            # Given up when of the classes there are only the signs left.
            shorter = (*[f"row {row}"] * TO_SIGNS, "")
            which = Said(f"row {row}", "text", short=shorter, rank=2)
            said = [kind, which, Said("  "), *legend(frame, "  ")]
        if prepared.task == "regression":
            said = [Said(f"colour: {prepared.target_name}   ", short=""), *said]
        self.panel.say(*said)

    def _guess(self, frame: Frame, x: float, y: float) -> str:
        prepared, base = frame.hypothesis.prepared, self._base(frame)
        row = np.zeros(len(prepared.features)) if base is None else np.array(base)
        for feature, value in zip(self.features, (x, y), strict=True):
            known = prepared.features[feature]
            row[feature] = (value - known.mean) / known.scale
        guess = frame.hypothesis.guess(frame.parameters, row[None])[0]
        if not prepared.classes:
            return f"guess {exact(float(guess[0]))}"
        best = int(np.argmax(guess))
        return f"guess {prepared.classes[best]}, {100 * float(guess[best]):.1f} %"
