"""Every action of the window, as a table: its key, words, shortcut, menu and help.

The window reads the table in one loop and connects each key to one method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget


@dataclass(frozen=True)
class ActionSpec:
    """One action; `shortcut` is a key sequence in Qt's portable words."""

    key: str
    text: str
    help: str
    shortcut: str = ""
    checkable: bool = False


SEPARATOR = ActionSpec("", "", "")

MENUS: dict[str, tuple[ActionSpec, ...]] = {
    "&File": (
        ActionSpec("new", "&New", "Begin with the first experiment: two moons.", "Ctrl+N"),
        ActionSpec("open", "&Open…", "Open a project or an experiment.", "Ctrl+O"),
        ActionSpec("recent", "Open &recent", "Open a file used lately."),
        ActionSpec("examples", "&Examples", "Small experiments that tell the whole idea."),
        ActionSpec("import_data", "&Import data…", "Use a CSV file of your own.", "Ctrl+I"),
        SEPARATOR,
        ActionSpec("save", "&Save", "Keep the experiment and what was done to it.", "Ctrl+S"),
        ActionSpec("save_as", "Save &as…", "Keep it under another name.", "Ctrl+Shift+S"),
        SEPARATOR,
        ActionSpec(
            "export_weights", "Export &weights…", "Write the trained weights to a file.", "Ctrl+E"
        ),
        ActionSpec("export_plot", "Export &plot…", "Write a plot as PNG or SVG.", "Ctrl+Shift+E"),
        ActionSpec("export_plot_data", "Export plot &data…", "Write a plot's numbers as CSV."),
        ActionSpec("export_history", "Export &history…", "Write every step's numbers as CSV."),
        SEPARATOR,
        ActionSpec("quit", "&Quit", "Close the window.", "Ctrl+Q"),
    ),
    "&Edit": (
        ActionSpec("undo", "&Undo", "Take back the last change of a setting.", "Ctrl+Z"),
        ActionSpec("redo", "&Redo", "Do again what was taken back.", "Ctrl+Shift+Z"),
        SEPARATOR,
        ActionSpec(
            "copy_experiment", "&Copy experiment as text", "For a message or a notebook."
        ),
        ActionSpec("paste_experiment", "&Paste experiment", "Take the one on the clipboard."),
        SEPARATOR,
        ActionSpec("edit_note", "Edit &note", "Write what this is, what to try, what to look for."),
    ),
    "&Data": (
        ActionSpec("rows", "&Rows and columns…", "The rows as inputs and output.", "Ctrl+D"),
        ActionSpec("try_input", "&Try an input", "Give the model an input of your own.", "Ctrl+T"),
    ),
    "&Train": (
        ActionSpec("play", "&Play", "Go on step after step at the chosen speed (Space).", "Space"),
        ActionSpec(
            "phase", "P&hase", "Walk one step: first guess, then check, then adjust (P).", "P"
        ),
        ActionSpec("step", "&Step", "Make one iteration: guess, check, adjust (→).", "Right"),
        ActionSpec("back", "&Back", "Undo exactly one step (←).", "Left"),
        ActionSpec("epoch", "&Epoch", "Go on until every training row was seen.", "Shift+Right"),
        ActionSpec("live", "&Live", "Return to the newest step.", "End"),
        ActionSpec("best", "Back to &best", "Show the step of the lowest validation loss."),
        ActionSpec(
            "fork",
            "For&k here",
            "Begin another future at the step looked at; the old one stays as the grey ghost (F).",
            "F",
        ),
        ActionSpec("try_rates", "&Try rates…", "See what 16 learning rates would make of it."),
        SEPARATOR,
        ActionSpec("reset", "&Reset", "Start again from the same initial weights.", "R"),
        ActionSpec("new_weights", "&New initial weights", "Start from another random guess."),
        SEPARATOR,
        ActionSpec(
            "pin",
            "P&in this run",
            "Keep the run as it is, in grey behind those to come: up to three.",
        ),
        ActionSpec("rename_pinned", "Rena&me a pinned run", "Give a pinned run your own name."),
        ActionSpec("pinned", "Forget a pinne&d run", "Take a pinned run away, by its name."),
        ActionSpec("forget_ghost", "&Forget the run before", "Take the grey ghost away."),
    ),
    "&View": (
        ActionSpec("zoom_in", "&Larger", "Make text and lines larger.", "Ctrl++"),
        ActionSpec("zoom_out", "&Smaller", "Make text and lines smaller.", "Ctrl+-"),
        ActionSpec("zoom_reset", "&Usual size", "Text and lines at 100 %.", "Ctrl+0"),
        SEPARATOR,
        ActionSpec("theme_system", "Theme of the s&ystem", "Follow the desktop.", "", True),
        ActionSpec("theme_light", "&Light theme", "Dark ink on light cards.", "", True),
        ActionSpec("theme_dark", "&Dark theme", "Light ink on dark cards.", "", True),
        SEPARATOR,
        ActionSpec("panels", "&Panels", "Show or hide each panel."),
        ActionSpec(
            "enlarge", "&Enlarge panel", "Give one panel the whole window, and back.", "F11"
        ),
        ActionSpec("reset_layout", "Usual la&yout", "Put all panels back in their places."),
    ),
    "&Help": (
        ActionSpec("glossary", "&Glossary", "Open the word of the focused control (F1).", "F1"),
        ActionSpec("about", "&About GD Studio", "Version and licence."),
    ),
}

# These single keys are decided in one place, keys.py, and only shown in the menus.
SINGLE_KEYS = ("play", "phase", "step", "back", "epoch", "live", "fork", "reset")


def build_actions(
    owner: QWidget, handlers: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Return {key: action}; `handlers` says what each does."""
    actions = {}
    for specs in MENUS.values():
        for spec in specs:
            if spec is SEPARATOR or spec.key in _SUBMENUS:
                continue
            action = QAction(spec.text, owner)
            action.setObjectName(f"action.{spec.key}")
            action.setToolTip(spec.help)
            action.setStatusTip(spec.help)
            action.setCheckable(spec.checkable)
            if spec.shortcut and spec.key not in SINGLE_KEYS:
                action.setShortcut(QKeySequence(spec.shortcut))
            action.triggered.connect(handlers[spec.key])
            owner.addAction(action)
            actions[spec.key] = action
    return actions


_SUBMENUS = ("recent", "examples", "panels", "rename_pinned", "pinned")


def build_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Fill the menu bar; return the submenus that the window fills by itself."""
    submenus = {}
    for title, specs in MENUS.items():
        menu = bar.addMenu(title)
        menu.setToolTipsVisible(True)
        for spec in specs:
            if spec is SEPARATOR:
                menu.addSeparator()
            elif spec.key in _SUBMENUS:
                submenus[spec.key] = menu.addMenu(spec.text)
                submenus[spec.key].setToolTipsVisible(True)
            else:
                menu.addAction(actions[spec.key])
    return submenus
