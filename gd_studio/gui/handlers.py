"""What each action of the window does, by its key.

Most are looked up when the action is triggered: actions are made before what they act on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gd_studio.gui.main_window import MainWindow

Handler = Callable[[], object]


def handlers(window: MainWindow) -> dict[str, Handler]:
    """Return what each action does, by its key."""
    return _of_files(window) | _of_run(window) | _of_view(window)


def _of_files(window: MainWindow) -> dict[str, Handler]:
    return {
        "new": lambda: window.filing.new(),
        "open": lambda: window.filing.ask_open(),
        "import_data": lambda: window.filing.ask_import(),
        "save": lambda: window.filing.save(),
        "save_as": lambda: window.filing.ask_save(),
        "export_weights": lambda: window.export_weights(),
        "export_plot": lambda: window.export_plot(window.desk.docks.focused(), "picture"),
        "export_plot_data": lambda: window.export_plot(window.desk.docks.focused(), "data"),
        "export_history": window.session.ask_history,
        "quit": window.close,
        "undo": window.document.undo,
        "redo": window.document.redo,
        "copy_experiment": lambda: window.filing.copy_experiment(),
        "paste_experiment": lambda: window.filing.paste_experiment(),
        "edit_note": lambda: window.desk.edit_note(),
    }


def _of_run(window: MainWindow) -> dict[str, Handler]:
    return {
        "rows": lambda: window.dialogs.show_rows(window.frame),
        "try_input": lambda: window.desk.show_try_input(),
        "play": lambda: window.driving.play_or_pause(),
        "phase": lambda: window.desk.walk.go_on(),
        "step": window.session.step,
        "back": window.session.back,
        "epoch": window.session.epoch,
        "live": window.session.live,
        "best": lambda: window.driving.back_to_best(),
        "fork": window.document.fork,
        "try_rates": lambda: window.desk.training_panel.try_rates(),
        "reset": window.document.reset,
        "new_weights": window.document.new_weights,
        "pin": window.session.pin,
        "forget_ghost": window.session.forget_ghost,
    }


def _of_view(window: MainWindow) -> dict[str, Handler]:
    return {
        "zoom_in": lambda: window.looks.zoom(1),
        "zoom_out": lambda: window.looks.zoom(-1),
        "zoom_reset": lambda: window.looks.zoom(0),
        "theme_system": lambda: window.looks.choose("system"),
        "theme_light": lambda: window.looks.choose("light"),
        "theme_dark": lambda: window.looks.choose("dark"),
        "enlarge": lambda: window.desk.toggle_enlarged(),
        "reset_layout": lambda: window.desk.arrange(),
        "glossary": lambda: window.word_help.open(),
        "about": lambda: window.dialogs.show_about(window.version),
    }
