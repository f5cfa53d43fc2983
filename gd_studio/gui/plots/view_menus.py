"""What can be chosen about the view shown: groups of the prediction plot's menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gd_studio.gui.plots.failure_menu import SPLITS, FailureMenu, class_names
from gd_studio.gui.plots.header import PlotHeader
from gd_studio.gui.plots.plot_legend import PlotLegend
from gd_studio.gui.plots.prediction_legend import RINGED

if TYPE_CHECKING:
    from gd_studio.data import Prepared
    from gd_studio.gui.plots.views import Views

POSITIVE, COUNTED = "Positive class", "Count in the matrix"
BATCH, START = "Rows of the batch", "Guesses at the start"
BATCHES = {"ringed": "Ringed", "plain": "Like all others"}
STARTS = {"outlined": "Outlined", "hidden": "Hidden"}


class ViewMenus:
    """Offers the choices of one view at a time; `changed` is called after each choice."""

    def __init__(
        self, header: PlotHeader, views: Views, legend: PlotLegend, changed: Callable[[], None]
    ) -> None:
        self._choices, self._views, self._changed = header.choices, views, changed
        self._legend = legend
        legend.changed.connect(self._on_legend_changed)
        self.failure = FailureMenu(header, views.failure, changed)
        header.add_choices(POSITIVE, {}, "", self.set_positive)
        header.add_choices(COUNTED, SPLITS, "validation", self.set_counted)
        header.add_choices(BATCH, BATCHES, "ringed", self.set_batch)
        header.add_choices(START, STARTS, "outlined", self.set_start)

    def offer(self, view: str, prepared: Prepared | None) -> None:
        """Offer what belongs to a view of these data."""
        self.failure.offer(prepared if view == "failure" else None)
        is_ranking = prepared is not None and view in ("roc", "precision")
        self._choices.offer(POSITIVE, class_names(prepared) if prepared and is_ranking else {})
        if prepared is not None and is_ranking:
            self._choices.show_choice(POSITIVE, str(self._views.roc.positive(prepared)))
        self._choices.offer(COUNTED, SPLITS if view == "confusion" else {})
        has_points = hasattr(self._views.by_name.get(view), "points")
        self._choices.offer(BATCH, BATCHES if has_points else {})
        self._choices.offer(START, STARTS if view in ("fit", "map", "failure") else {})

    def set_positive(self, code: str) -> None:
        """Rank the rows by the probability of a class."""
        self._views.roc.code = self._views.precision.code = int(code)
        self._changed()

    def set_counted(self, split: str) -> None:
        """Count the "train" or the "validation" rows in the matrix."""
        self._views.confusion.split = "train" if split == "train" else "validation"
        self._changed()

    def set_batch(self, word: str) -> None:
        """Have the rows of the present batch "ringed", or all rows "plain"."""
        self._legend.set_shown(RINGED, word == "ringed")

    def set_start(self, word: str) -> None:
        """Have the guesses of step 0 "outlined" or "hidden"."""
        self._legend.set_shown("start", word == "outlined")

    def _on_legend_changed(self) -> None:
        """Tick what the legend shows."""
        self._choices.show_choice(BATCH, "ringed" if self._legend.shows(RINGED) else "plain")
        self._choices.show_choice(START, "outlined" if self._legend.shows("start") else "hidden")
