"""The window: it lays out panels, connects wishes to document and session, and shows frames."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
)

from gd_studio.errors import GDStudioError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.story import Story
from gd_studio.gui.actions import build_actions, build_menus
from gd_studio.gui.appearance import Appearance
from gd_studio.gui.desk import Desk
from gd_studio.gui.dialogs.opener import Dialogs
from gd_studio.gui.drag_turns import Draw
from gd_studio.gui.driving import Driving
from gd_studio.gui.file_menus import FileMenus
from gd_studio.gui.file_title import FileTitle
from gd_studio.gui.filing import Filing
from gd_studio.gui.handlers import handlers
from gd_studio.gui.icons import app_icon
from gd_studio.gui.keys import SingleKeys
from gd_studio.gui.looks import Looks
from gd_studio.gui.notify import Notifier
from gd_studio.gui.painter import Painter
from gd_studio.gui.pin_menu import PinMenus
from gd_studio.gui.remedy import Remedy
from gd_studio.gui.selection import Selection
from gd_studio.gui.summary import RowOfFrame
from gd_studio.gui.theme import Theme
from gd_studio.gui.welcome import Welcome
from gd_studio.gui.word_help import WordHelp
from gd_studio.session.document import Document
from gd_studio.session.frame import Frame
from gd_studio.session.preferences import PreferencesFile
from gd_studio.session.session import Session


class MainWindow(QMainWindow):
    """Everything a user sees. It owns no state of the run: frames come in, wishes go out.

    Signals: `frame_shown` (Frame) after every frame has been handed to the panels.
    """

    frame_shown = Signal(object)

    def __init__(
        self,
        session: Session,
        document: Document,
        preferences: PreferencesFile,
        appearance: Appearance,
        version: str,
    ) -> None:
        super().__init__()
        self.session, self.document = session, document
        self._preferences, self._appearance = preferences, appearance
        self.version = version
        self.selection = Selection(self)
        self._row = RowOfFrame(self.selection)
        self.setObjectName("window")
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resize(_fitting_size())
        self._frame: Frame | None = None
        self._may_close = False
        self.dialogs = Dialogs(self, self.selection, self._on_edited)
        self.actions_by_key: dict[str, QAction] = build_actions(self, handlers(self))
        self._build()
        self._connect()
        self._restore()

    @property
    def frame(self) -> Frame | None:
        """The frame last shown."""
        return self._frame

    # --- building -----------------------------------------------------------------------------

    def _build(self) -> None:
        control = self.session.control
        theme = self._appearance.theme
        self.desk = Desk(self.actions_by_key, theme, self.selection, control.calm)
        self.notifier = Notifier(self.desk.banner, self)
        self.setCentralWidget(self.desk)
        self._submenus = build_menus(self.menuBar(), self.actions_by_key)
        PinMenus(self._submenus["pinned"], self._submenus["rename_pinned"], self.session, self)
        self.file_title = FileTitle(self, self.document, self.actions_by_key)
        self.filing = Filing(
            self, self.document, self._preferences, self.notifier, self.desk.docks.shown
        )
        recent, examples = self._submenus["recent"], self._submenus["examples"]
        FileMenus(recent, examples, self.filing, self._preferences)
        self.driving = Driving(self.session, self.document, self.notifier, self)
        self.looks = Looks(self._appearance, self._preferences, self.actions_by_key, self)
        writings = (self._write, self._write_step)
        self._painter = Painter(control, writings, self, self._preparation)
        self._painter.set_plots(self.desk.turns())
        self.desk.timeline.dragged.connect(self._painter.set_dragged)
        self._remedy = Remedy(
            self.document,
            self.session,
            self.driving.back_to_best,
            self.desk.tell_carried,
            self.notifier.tell,
            self,
        )
        self._keys = SingleKeys(self, self.actions_by_key)
        self.word_help = WordHelp(self, self.desk, self.dialogs.by_name)

    def _connect(self) -> None:
        self._connect_run()
        self._connect_settings()
        self._connect_panels()
        self.filing.told.connect(self.desk.tell)
        self._appearance.changed.connect(self._on_theme_changed)

    def _connect_run(self) -> None:
        """Connect what happens in the run with what shows it, and its controls with the run."""
        session, document, desk = self.session, self.document, self.desk
        session.frame_changed.connect(self._on_frame_changed)
        session.broke.connect(self._on_broke)
        session.history_made.connect(self._on_history_made)
        session.trial_made.connect(desk.training_panel.rates.take_trial)
        desk.training_panel.rates.wished.connect(session.ask_rates)
        desk.toolbar.speed.speed_changed.connect(self._on_speed_changed)
        desk.walk.peek_requested.connect(session.peek)
        desk.walk.step_requested.connect(session.step)
        desk.walk.reduced_motion = lambda: self._preferences.preferences.reduced_motion
        session.wished.connect(desk.timeline.give_way)
        desk.timeline.step_passed.connect(session.pass_by)
        desk.timeline.step_requested.connect(session.seek)
        desk.timeline.live_requested.connect(session.live)
        desk.timeline.fork_requested.connect(document.fork)
        desk.stop_card.continue_requested.connect(self.driving.go_on)
        desk.stop_card.best_requested.connect(self.driving.back_to_best)
        desk.stop_card.closed.connect(desk.stop_card.hide)

    def _connect_settings(self) -> None:
        """Connect the document with the forms, and what else edits it."""
        document, desk = self.document, self.desk
        document.changed.connect(self._on_experiment_changed)
        document.carried.connect(desk.tell_carried)
        document.failed.connect(self._on_failed)
        for panel in desk.settings_panels:
            panel.edited.connect(self._on_edited)
        desk.data_panel.rows_requested.connect(lambda: self.dialogs.show_rows(self._frame))
        desk.data_panel.try_requested.connect(desk.show_try_input)
        desk.data_panel.import_requested.connect(self.filing.ask_import)
        desk.model_panel.new_weights_requested.connect(document.new_weights)
        desk.note.edited.connect(self._on_note_edited)
        desk.note.closed.connect(lambda: desk.open_note(False))
        desk.network.value_edited.connect(document.set_parameter)
        desk.diagnosis.wished.connect(self._remedy.make)

    def _connect_panels(self) -> None:
        """Connect plots and cards with the selection, the docks and one another."""
        desk, docks = self.desk, self.desk.docks
        self.selection.row_changed.connect(self._on_selection_changed)
        self.selection.parameter_changed.connect(self._on_selection_changed)
        desk.enlarge_requested.connect(desk.toggle_enlarged)
        docks.shown_changed.connect(self._on_panels_shown)
        docks.built.connect(self._on_panel_built)
        for key in docks.made:
            self._connect_plot(key)
        docks.panel("plot.surface").place_chosen.connect(self.driving.go_to_place)
        docks.panel("plot.surface").move_requested.connect(self.document.move_to)
        prediction = docks.panel("plot.prediction")
        prediction.probe_moved.connect(desk.try_input.set_probe)
        desk.try_input.probe_changed.connect(prediction.set_probe)

    def _connect_plot(self, key: str) -> None:
        plot = self.desk.docks.panel(key)
        plot.step_requested.connect(self.session.seek)
        plot.export_requested.connect(partial(self.export_plot, key))

    @Slot(str)
    def _on_panel_built(self, key: str) -> None:
        """Let a plot that has just been made take part in all."""
        self._connect_plot(key)
        self._painter.set_plots(self.desk.turns())
        if self._frame is not None:
            self.desk.docks.panel(key).set_frame(self._frame)

    def _restore(self) -> None:
        """Take back what was remembered, and fill the menus that depend on it."""
        remembered = self._preferences.preferences
        if remembered.geometry:
            self.restoreGeometry(QByteArray.fromBase64(remembered.geometry.encode()))
        self.desk.docks.restore_layout(remembered.layout)
        if remembered.columns:
            self.desk.restore_columns(QByteArray.fromBase64(remembered.columns.encode()))
        for panel in self.desk.settings_panels:
            panel.form.set_expanded(panel.objectName() in remembered.more)
        Welcome(self.desk, self.document, self.filing, self._preferences)
        for action in self.desk.docks.toggle_actions():
            self._submenus["panels"].addAction(action)
            action.triggered.connect(self.desk.show_panels)
        if self._preferences.problem:
            self.desk.banner.show_message(self._preferences.problem)
        self.file_title.write()

    # --- frames -------------------------------------------------------------------------------

    @Slot(object)
    def _on_frame_changed(self, frame: Frame) -> None:
        new_run = self._frame is None or self._frame.run_number != frame.run_number
        self._frame = frame
        try:
            if new_run:
                self._begin_run(frame)
        finally:
            self._painter.paint(frame)  # whatever happens: the worker waits for it to be drawn
        self.frame_shown.emit(frame)

    def _begin_run(self, frame: Frame) -> None:
        prepared = frame.hypothesis.prepared
        self.selection.keep_inside(
            len(prepared.train.rows), len(prepared.validation.rows), len(frame.parameters)
        )
        self.desk.begin_run()
        has_rows = prepared.task != "landscape"
        self.desk.show_for_rows(has_rows)
        for key in ("rows", "try_input"):
            self.actions_by_key[key].setEnabled(has_rows)
        self.desk.set_experiment(self.document.experiment, frame)

    def _write(self, frame: Frame) -> None:
        self.desk.write(frame)
        self.actions_by_key["play"].setText("&Pause" if frame.playing else "&Play")
        self.actions_by_key["back"].setEnabled(frame.step > 0)
        self.actions_by_key["fork"].setEnabled(not frame.live)
        self.actions_by_key["forget_ghost"].setEnabled(frame.ghost is not None)
        self.dialogs.set_frame(frame)

    @Slot()
    def _on_selection_changed(self) -> None:
        if self._frame is not None:
            self._write_step(self._frame)

    def _write_step(self, frame: Frame) -> None:
        self.desk.write_step(frame, self._row.chosen(frame))

    def _preparation(self) -> Draw | None:
        return self._prepare_step if self.desk.inside.isVisible() else None

    def _prepare_step(self, frame: Frame) -> None:
        self.desk.inside.prepare(frame, self._row.chosen(frame))

    @Slot(str)
    def _on_broke(self, details: str) -> None:
        self.notifier.tell(RuntimeError(f"The training thread ended by an error:\n{details}"))

    # --- settings -----------------------------------------------------------------------------

    @Slot(object)
    def _on_experiment_changed(self, experiment: Experiment) -> None:
        self.desk.tell_carried("")
        self.desk.set_experiment(experiment, self._frame)

    @Slot(str, object)
    def _on_edited(self, path: str, value: object) -> None:
        try:
            self.document.edit({path: value})
        except GDStudioError as error:
            self.desk.set_experiment(self.document.experiment, self._frame)
            self._on_failed(str(error), path)

    @Slot(str, str)
    def _on_failed(self, sentence: str, path: str) -> None:
        """Show a refusal where the setting stands, or in the banner."""
        if not self.desk.set_error(path, sentence):
            self.notifier.tell(GDStudioError(sentence))

    @Slot(str, str, str)
    def _on_note_edited(self, what: str, try_this: str, look_for: str) -> None:
        self.document.set_story(Story(what_this_is=what, try_this=try_this, look_for=look_for))

    # --- wishes -------------------------------------------------------------------------------

    @Slot(object)
    def _on_speed_changed(self, rate: float | None) -> None:
        self.session.set_rate(rate)
        playing = self._frame is not None and self._frame.playing
        if not playing:
            self.desk.toolbar.speed.set_values(rate, 0.0)

    # --- exports ------------------------------------------------------------------------------

    def export_weights(self) -> None:
        """Ask where the weights of the frame shown go."""
        if self._frame is not None:
            self.filing.export_weights(self._frame)

    def export_plot(self, key: str, what: str) -> None:
        """Ask where the "picture" or the "data" of a plot go."""
        panel = self.desk.docks.panel(key)
        if what == "data":
            self.filing.export_plot_data(panel)
        else:
            self.filing.export_plot(panel)

    @Slot(object)
    def _on_history_made(self, history: Any) -> None:
        self.filing.export_history(history)

    # --- looks --------------------------------------------------------------------------------

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self.desk.set_theme(theme)
        self.file_title.fit()
        self._on_selection_changed()

    @Slot()
    def _on_panels_shown(self) -> None:
        if self._frame is not None and not self._frame.playing:
            for plot in self.desk.turns():
                if plot.is_seen and plot.frame is not self._frame:
                    plot.set_frame(self._frame)

    # --- Qt -----------------------------------------------------------------------------------

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.setFocus()
        QTimer.singleShot(0, self, self._on_shown)

    @Slot()
    def _on_shown(self) -> None:
        """Watch the keys, and bring plots to the front that were mapped before the window."""
        if self.isVisible():
            self._keys.watch()
            self.desk.docks.raise_floating()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.file_title.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.desk.enlarged:
            self.desk.enlarge("")
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.filing.open_any(Path(paths[0]))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and self.document.dirty:
            event.ignore()
            self.filing.after_asking(self.close_now)
            return
        self._leave()
        event.accept()

    def close_now(self) -> None:
        """Close without asking."""
        self._may_close = True
        self.close()

    def _leave(self) -> None:
        """Remember the layout and end everything that runs; the one way out."""
        panels = self.desk.settings_panels
        self._preferences.change(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode(),
            layout=self.desk.docks.layout_words(),
            columns=bytes(self.desk.columns.saveState().toBase64().data()).decode(),
            started_before=True,
            more=tuple(p.objectName() for p in panels if p.form.expanded),
        )
        self._keys.ignore()
        self.dialogs.close()
        self.desk.shutdown()
        self.session.shutdown()


def _fitting_size() -> QSize:
    """Return the design size, or what the screen has room for."""
    screen = QApplication.primaryScreen().availableSize()
    return QSize(1440, 900).boundedTo(screen - QSize(8, 40)).expandedTo(QSize(640, 480))
