"""The views of the prediction plot, and what they compute of all rows together."""

from __future__ import annotations

import threading

from gd_studio.gui.plots.actual_view import ActualView
from gd_studio.gui.plots.all_rows import AllRows, losses_of
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.confusion_cells import cells_of
from gd_studio.gui.plots.confusion_view import ConfusionView
from gd_studio.gui.plots.failure_view import FailureView
from gd_studio.gui.plots.fit_view import FitView
from gd_studio.gui.plots.histogram_view import HistogramView
from gd_studio.gui.plots.map_view import MapView
from gd_studio.gui.plots.ranking_view import RankingView, rankings_of
from gd_studio.gui.plots.residual_view import ResidualView, residuals_of
from gd_studio.gui.plots.view import View
from gd_studio.gui.plots.view_names import VIEWS


class Views:
    """One of each view, and what they compute of all rows together."""

    def __init__(self, panel: PlotPanel, gate: threading.Event) -> None:
        self.losses = AllRows(gate, panel, losses_of)
        self.rankings = AllRows(gate, panel, rankings_of)
        self.cells = AllRows(gate, panel, cells_of)
        self.all_residuals = AllRows(gate, panel, residuals_of)
        self.fit = FitView(panel)
        self.map = MapView(panel)
        self.failure = FailureView(panel, self.losses, self.map.bar)
        self.actual = ActualView(panel)
        self.residuals = ResidualView(panel, self.all_residuals)
        self.histogram = HistogramView(panel, self.all_residuals)
        self.confusion = ConfusionView(panel, self.cells)
        self.roc = RankingView(panel, "roc", self.rankings)
        self.precision = RankingView(panel, "precision", self.rankings)
        self.by_name: dict[str, View] = {name: getattr(self, name) for name in VIEWS}
        self._computing = (self.losses, self.rankings, self.cells, self.all_residuals)
        for rows in self._computing:
            rows.arrived.connect(panel.redraw)

    @property
    def is_computing(self) -> bool:
        """Whether something is on its way."""
        return any(rows.is_computing for rows in self._computing)

    def shutdown(self) -> None:
        """End what is computed in the background and wait until it has ended."""
        for rows in self._computing:
            rows.shutdown()
