"""The desk: all that lies inside the window, where it lies, and how it shows one frame."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from gd_studio.engine.stopping import StopReason
from gd_studio.experiment.experiment import Experiment
from gd_studio.gui.background import end_background
from gd_studio.gui.cards import Card
from gd_studio.gui.columns import Abreast, Column, Middle, Strips
from gd_studio.gui.controls.banner import Banner
from gd_studio.gui.controls.diagnosis import Diagnosis
from gd_studio.gui.controls.note_strip import NoteStrip
from gd_studio.gui.controls.start_strip import StartStrip
from gd_studio.gui.controls.status import StatusLine
from gd_studio.gui.controls.stop_card import StopCard
from gd_studio.gui.controls.timeline import Timeline
from gd_studio.gui.docks import DockSpec, PlotDocks, chosen_of
from gd_studio.gui.network import NetworkPanel
from gd_studio.gui.panels.inside_panel import InsidePanel
from gd_studio.gui.panels.movers_panel import MoversPanel
from gd_studio.gui.panels.settings_panels import DataPanel, ModelPanel, TrainingPanel
from gd_studio.gui.phase_walk import PhaseWalk
from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.surface import SurfacePlot
from gd_studio.gui.plots.weights import WeightsPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.stage import Stage
from gd_studio.gui.summary import Chosen, ribbon_values, status_values
from gd_studio.gui.theme import Theme, set_look
from gd_studio.gui.toolbar import Toolbar
from gd_studio.gui.try_input.panel import TryInput
from gd_studio.session.frame import Frame

# The columns' shares of the window's width, and the least and the most they are given at first.
COLUMN_SHARES = ((0.21, 244, 300), (0.245, 290, 350))


class Desk(QWidget):
    """Toolbar, strips, three columns, timeline and status. It shows; the window connects.

    Signals: `enlarge_requested` (key) from the corner button of a plot or card.
    """

    enlarge_requested = Signal(str)

    def __init__(
        self,
        actions: Mapping[str, QAction],
        theme: Theme,
        selection: Selection,
        gate: threading.Event,
    ) -> None:
        super().__init__()
        self._selection, self._theme = selection, theme
        self._last_stop: StopReason | None = None
        self._carried = ""
        self._note_open = True
        self._has_note = False
        self._columns_moved = False
        self._frame: Frame | None = None
        self.toolbar = Toolbar(actions, theme)
        self.timeline, self.status = Timeline(), StatusLine()
        self._make_strips()
        self._make_settings(gate)
        self._make_cards(gate)
        self.walk = PhaseWalk(self.toolbar.ribbon, self.inside, self.network, self)
        self.docks = PlotDocks(dock_specs(theme, selection, gate))
        self.docks.built.connect(self._on_panel_built)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.stage = Stage(Abreast("Panels", self.columns))
        self._lay_out()
        self._offer_enlarging()

    def set_experiment(self, experiment: Experiment, frame: Frame | None) -> None:
        """Show the settings and the note, silently."""
        for panel in self.settings_panels:
            panel.form.clear_errors()
            panel.set_experiment(experiment, frame)
        story = experiment.story
        self.note.set_texts(story.what_this_is, story.try_this, story.look_for)
        self._has_note = bool(story)
        self._show_note()

    def open_note(self, is_open: bool) -> None:
        """Let the note be seen where there is one, or keep it closed."""
        self._note_open = is_open
        self._show_note()

    def edit_note(self) -> None:
        """Turn the note into fields, also where there is none yet."""
        self._note_open = True
        self.note.show()
        self.note.begin_editing()

    def set_error(self, path: str, sentence: str) -> bool:
        """Show a refusal below the setting; return whether that setting is on the desk."""
        for panel in self.settings_panels:
            if path in panel.form.paths:
                panel.form.set_error(path, sentence)
                return True
        return False

    def tell_carried(self, sentence: str) -> None:
        """Say what an edit changed beyond what was asked for, or with "" no longer say it."""
        if sentence:
            self.banner.show_message(sentence, warning=False)
        else:
            self.banner.withdraw(self._carried)
        self._carried = sentence

    def turns(self) -> list[Any]:
        """Return the panels that are drawn in turn while the loop races."""
        return [*self.docks.made.values(), self.movers, self.network]

    def shutdown(self) -> None:
        """End what panels compute in the background."""
        for panel in (self.inside, *self.turns(), *self.settings_panels):
            if hasattr(panel, "shutdown"):
                panel.shutdown()
        end_background()

    def begin_run(self) -> None:
        """Forget what was said of the run before."""
        self.status.forget_widths()
        self.tell("")

    def show_for_rows(self, has_rows: bool) -> None:
        """Show or hide what makes sense only where there are rows of data."""
        self._try_card.setVisible(has_rows)
        if self.stage.card is self.network and not has_rows:
            self.enlarge("")
        self.network.setVisible(has_rows)

    def write(self, frame: Frame) -> None:
        """Write everything that is text and of the frame alone, whatever is selected."""
        self._show_probe(frame)
        for panel in self.settings_panels:
            panel.set_frame(frame)
        best = frame.best[0] if frame.best and frame.best[0] > 0 else None
        budget = frame.experiment.stop.max_steps
        judged = "best validation" if frame.evaluation.validation else "lowest loss"
        self.timeline.set_values(frame.step, frame.last_step, best, budget, judged)
        self.toolbar.set_playing(frame.playing)
        self.toolbar.set_places(frame.step > 0)
        self.toolbar.speed.set_values(frame.aimed_rate, frame.reached_rate)
        self.status.set_values(status_values(frame))
        self._frame = frame
        self.diagnosis.set_frame(frame)
        self._show_stop(frame)

    def write_step(self, frame: Frame, chosen: Chosen) -> None:
        """Write what depends on the selected row and parameter."""
        self.toolbar.ribbon.set_values(ribbon_values(frame, chosen))
        self.toolbar.ribbon.set_active("adjust" if frame.step else "guess")
        self.inside.set_frame(frame, chosen)
        self.try_input.set_selection(self._selection.row, self._selection.split)
        self.try_input.set_frame(frame)
        self.walk.show(frame, chosen)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme what does not take its colours from the palette."""
        self.toolbar.set_theme(theme)
        self.inside.set_theme(theme)
        self._theme = theme
        for plot in self.docks.made.values():
            plot.set_theme(theme)

    def show_try_input(self) -> None:
        """Bring the fields to try an input into view, ready for typing."""
        self.enlarge("")
        self._right.ensureWidgetVisible(self._try_card)
        self.try_input.setFocus()
        self.try_input.focusNextChild()

    @property
    def enlarged(self) -> str:
        """The key of the plot or card that has the whole desk, "" if none has."""
        return self.stage.card.objectName() if self.stage.card else self.docks.enlarged

    def enlarge(self, key: str) -> None:
        """Give one plot or card the whole desk, with ribbon and buttons; "" brings all back."""
        if key == self.enlarged:
            return
        self.stage.give_back()
        is_plot = key in self.docks.docks
        self.docks.enlarge(key if is_plot else "")
        for column in (self._left, self._right):
            column.setVisible(not is_plot)
        if key and not is_plot:
            self.stage.take(self._cards[key], self._right)
        self._show_note()

    def toggle_enlarged(self, key: str = "") -> None:
        """Bring all back, or enlarge a panel: by default that with the focus or the mouse."""
        # All of them at once: the focus of a plot comes before the mouse over a card.
        chosen = key or chosen_of({**self._cards, **self.docks.made}) or self.docks.focused()
        self.enlarge("" if self.enlarged else chosen)

    @Slot()
    def show_panels(self) -> None:
        """Bring the plots back from behind an enlarged card."""
        if self.stage.card is not None:
            self.enlarge("")

    def arrange(self) -> None:
        """Put everything back in its usual place."""
        self.enlarge("")
        self.docks.arrange()
        self._columns_moved = False
        self._share_width()

    def restore_columns(self, state: QByteArray) -> None:
        """Give the columns the widths of an earlier start."""
        self._columns_moved = self.columns.restoreState(state)

    def tell(self, sentence: str) -> None:
        """Say something at the end of the status line."""
        self.status.set_values({"right": sentence})

    def _show_stop(self, frame: Frame) -> None:
        """Show the card at the step where the run stopped, until it is closed or left."""
        told = any(finding.kind == "diverged" for finding in self.diagnosis.findings)
        if frame.stop is None or told:  # a divergence has a card of its own, with its autopsy
            if self.stop_card.isAncestorOf(self.focusWidget() or self):
                # Otherwise the next field would get the focus, and with it the next key.
                self.window().setFocus()
            self.stop_card.hide()
            self._last_stop = None
        elif frame.stop is not self._last_stop:
            self._last_stop = frame.stop
            best = frame.best if frame.best and frame.best[0] < frame.last_step else None
            self.stop_card.set_reason(frame.stop, best)
            self.stop_card.show()
            # Where the column is scrolled down nothing else would tell of the stop.
            QTimer.singleShot(0, self.stop_card, self._bring_stop_card)

    @Slot()
    def _bring_stop_card(self) -> None:
        if self.stop_card.isVisible():
            self._right.ensureWidgetVisible(self.stop_card)

    @Slot()
    def _on_finding_closed(self) -> None:
        """Let the stop card say why a run diverged, when the card that told it is closed."""
        if self._frame is not None:
            self._show_stop(self._frame)

    def _show_probe(self, frame: Frame) -> None:
        """Mark the tried input where it can be dragged: on plots of one and two columns."""
        few = len(frame.hypothesis.prepared.columns_in_use) <= 2
        probe = self.try_input.probe if few and self.try_input.isVisible() else None
        self.docks.panel("plot.prediction").set_probe(probe or None)

    def _show_note(self) -> None:
        self.note.setVisible(
            self._note_open
            and self._has_note
            and not self.enlarged
            and self.start_strip.isHidden()
        )

    def _offer_enlarging(self) -> None:
        self._cards = {card.objectName(): card for card in (self.inside, self.movers, self.network)}
        for key, card in self._cards.items():
            card.add_enlarge().clicked.connect(partial(self.enlarge_requested.emit, key))
        self.docks.enlarge_requested.connect(self.enlarge_requested)

    @Slot(str)
    def _on_panel_built(self, key: str) -> None:
        self.docks.panel(key).set_theme(self._theme)
        if key == "plot.surface3d":
            self.docks.panel(key).set_source(self.docks.panel("plot.surface"))

    def _share_width(self) -> None:
        """Give the columns their share of the width, until the user has moved them."""
        left, right = (
            min(most, max(least, round(share * self.width())))
            for share, least, most in COLUMN_SHARES
        )
        self.columns.setSizes([left, max(1, self.width() - left - right), right])

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._columns_moved = True

    def _make_strips(self) -> None:
        """Make what stands across the window under the toolbar."""
        self.note, self.start_strip, self.banner = NoteStrip(), StartStrip(), Banner()
        self.start_strip.hide()
        self.strips = Strips(self.start_strip, self.note, self.banner)

    def _make_settings(self, gate: threading.Event) -> None:
        """Make the left column."""
        self.data_panel, self.model_panel = DataPanel(), ModelPanel()
        self.training_panel = TrainingPanel(gate)
        self.settings_panels = (self.data_panel, self.model_panel, self.training_panel)
        self._left = Column("Settings", *self.settings_panels)

    def _make_cards(self, gate: threading.Event) -> None:
        """Make the right column."""
        self.stop_card, self.diagnosis = StopCard(), Diagnosis()
        self.stop_card.hide()
        self.diagnosis.closed.connect(self._on_finding_closed)
        self.inside = InsidePanel(self._theme, self._selection, gate)
        self.movers = MoversPanel(self._selection, gate)
        self.network = NetworkPanel(self._selection)
        self.try_input = TryInput()
        self._try_card = Card("Try an input")
        self._try_card.body.addWidget(self.try_input)
        told = (self.stop_card, self.diagnosis)
        cards = (self.inside, self.movers, self.network, self._try_card)
        self._right = Column("This step", *told, *cards)

    def _lay_out(self) -> None:
        for column in (self._left, Middle(self.docks), self._right):
            self.columns.addWidget(column)
        self.columns.setStretchFactor(1, 1)
        self.columns.setChildrenCollapsible(False)
        self.columns.splitterMoved.connect(self._on_splitter_moved)
        foot = QFrame()
        set_look(foot, "foot")
        _stack(foot, self.timeline, self.status)
        rows = _stack(self, self.toolbar, self.strips, self.stage, foot)
        rows.setStretchFactor(self.stage, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.strips.set_desk_height(self.height())
        if not self._columns_moved:
            self._share_width()


def dock_specs(
    theme: Theme, selection: Selection, gate: threading.Event
) -> tuple[DockSpec, ...]:
    """Return all docks; what those that start closed stand on is imported when they are opened."""
    guess, surface, weights = "plot.prediction", "plot.surface", "plot.weights"

    def worst() -> Any:
        from gd_studio.gui.plots.worst import WorstPlot

        return WorstPlot(theme, selection, gate)

    def in_3d() -> Any:
        from gd_studio.gui.plots.surface3d import Surface3DPlot

        return Surface3DPlot(theme, selection, gate)

    def ray() -> Any:
        from gd_studio.gui.plots.ray import RayPlot

        return RayPlot(theme, selection, gate)

    def depth() -> Any:
        from gd_studio.gui.plots.depth import DepthPlot

        return DepthPlot(theme, selection, gate)

    return (
        DockSpec("plot.prediction", "Prediction", lambda: PredictionPlot(theme, selection, gate)),
        DockSpec("plot.loss", "Loss", lambda: LossPlot(theme, selection)),
        DockSpec("plot.surface", "Loss surface", lambda: SurfacePlot(theme, selection, gate)),
        DockSpec("plot.weights", "Weights", lambda: WeightsPlot(theme, selection)),
        DockSpec("plot.worst", "Worst rows", worst, guess, False),
        DockSpec("plot.surface3d", "Surface in 3D", in_3d, surface, False),
        DockSpec("plot.ray", "Along the gradient", ray, surface, False),
        DockSpec("plot.depth", "Depth", depth, weights, False),
    )


def _stack(parent: QWidget, *widgets: QWidget) -> QVBoxLayout:
    rows = QVBoxLayout(parent)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    for widget in widgets:
        rows.addWidget(widget)
    return rows
