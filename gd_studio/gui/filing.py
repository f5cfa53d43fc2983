"""Opening, saving and exporting: the window's dealings with files.

Nothing is lost on the way: what cannot be opened leaves what is there, and unsaved edits are
asked about first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gd_studio.errors import GDStudioError
from gd_studio.experiment.atomic import write_bytes
from gd_studio.experiment.experiment import Experiment
from gd_studio.gui.notify import Notifier
from gd_studio.session.document import Document
from gd_studio.session.frame import Frame
from gd_studio.session.preferences import PreferencesFile

PROJECTS = "GD Studio projects (*.gds *.json);;All files (*)"
TABLES = "Tables (*.csv *.tsv *.txt *.data);;All files (*)"


class Filing(QObject):
    """Does what the File menu says. Signals: `recent_changed`, `opened`, `told` (a sentence)."""

    recent_changed = Signal()
    opened = Signal()
    told = Signal(str)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        preferences: PreferencesFile,
        notifier: Notifier,
        panels: Callable[[], tuple[str, ...]],
    ) -> None:
        super().__init__(window)
        self._window, self._document = window, document
        self._preferences, self._notifier = preferences, notifier
        self._panels = panels
        self._dialog: QObject | None = None
        self._folder = str(Path.home())

    # --- opening ------------------------------------------------------------------------------

    @Slot()
    def ask_open(self) -> None:
        """Let the user choose a project to open."""
        self.after_asking(self._choose_open)

    def open(self, path: Path, keep_path: bool = True) -> None:
        """Open a project or experiment; an error leaves everything as it is."""
        try:
            self._document.open(path, keep_path)
        except GDStudioError as error:
            self._notifier.tell(error)
            return
        if keep_path:
            self._remember(path)
        self.opened.emit()

    def open_any(self, path: Path) -> None:
        """Open whatever was dropped or named: a project, or a table of data."""
        if path.suffix.lower() in (".gds", ".json"):
            self.after_asking(lambda: self.open(path))
        else:
            self.import_file(path)

    def open_recent(self, path: str) -> None:
        """Open a file of the recent ones."""
        self.after_asking(lambda: self.open(Path(path)))

    def open_example(self, path: Path) -> None:
        """Open an example; saving it will ask for a name."""
        self.after_asking(lambda: self.open(path, keep_path=False))

    @Slot()
    def new(self) -> None:
        """Begin with the first experiment again."""
        self.after_asking(self._begin_new)

    def _begin_new(self) -> None:
        self._document.new(Experiment())
        self.opened.emit()

    # --- data ---------------------------------------------------------------------------------

    @Slot()
    def ask_import(self) -> None:
        """Let the user choose a table of data."""
        self._ask_file("Import data", TABLES, self.import_file)

    def import_file(self, path: Path) -> None:
        """Show what a table holds, and take it if the user agrees."""
        from gd_studio.gui.dialogs.import_data import ImportDialog

        dialog = ImportDialog(path, self._window)
        dialog.imported.connect(self._on_imported)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()

    @Slot(object)
    def _on_imported(self, data: Any) -> None:
        self._try(lambda: self._document.take_data(data))

    # --- saving -------------------------------------------------------------------------------

    @Slot()
    def save(self) -> bool:
        """Save under the present name, or ask for one."""
        path = self._document.path
        if path is None:
            return self.ask_save()
        return self._save_to(path)

    @Slot()
    def ask_save(self) -> bool:
        """Ask for a name and save."""
        name = self._document.experiment.name or "experiment"
        start = str(self._document.path or Path(self._folder) / f"{_file_name(name)}.gds")
        path, _ = QFileDialog.getSaveFileName(self._window, "Save project", start, PROJECTS)
        if not path:
            return False
        target = Path(path)
        known = target.suffix.lower() in (".gds", ".json")
        return self._save_to(target if known else target.with_name(f"{target.name}.gds"))

    def _save_to(self, path: Path) -> bool:
        saved = self._try(lambda: self._document.save(path, self._panels()))
        if saved:
            self._remember(path)
            self.told.emit(f"Saved as {path.name}")
        return saved

    # --- leaving ------------------------------------------------------------------------------

    def after_asking(self, go_on: Callable[[], None]) -> None:
        """Go on at once, or after asking what to do with unsaved edits."""
        if not self._document.dirty:
            go_on()
            return
        from gd_studio.gui.dialogs.ask_save import AskBeforeClose

        name = self._document.path.name if self._document.path else self._document.experiment.name
        box = AskBeforeClose(name, self._window)
        box.finished.connect(lambda _: self._answered(box, go_on))
        self._dialog = box
        box.open()

    def _answered(self, box: Any, go_on: Callable[[], None]) -> None:
        answer = box.answer
        box.deleteLater()
        if answer == "discard" or (answer == "save" and self.save()):
            go_on()

    # --- text and exports ---------------------------------------------------------------------

    @Slot()
    def copy_experiment(self) -> None:
        """Put the experiment on the clipboard as text."""
        QGuiApplication.clipboard().setText(self._document.text())
        self.told.emit("The experiment is on the clipboard as text")

    @Slot()
    def paste_experiment(self) -> None:
        """Take an experiment from the clipboard, as an edit that can be undone."""
        self._try(lambda: self._document.paste(QGuiApplication.clipboard().text()))

    def export_weights(self, frame: Frame) -> None:
        """Ask for format and file, and write the trained weights of the shown step."""
        from gd_studio.export.model import TrainedModel
        from gd_studio.export.weights import WEIGHT_FORMATS
        from gd_studio.gui.dialogs.export_weights import ExportWeightsDialog

        titles = {key: f.title for key, f in WEIGHT_FORMATS.items()}
        start = Path(self._folder) / _file_name(self._document.experiment.name)
        dialog = ExportWeightsDialog(titles, start, frame.step, self._window)
        model = TrainedModel(
            frame.hypothesis, frame.parameters, self._document.experiment, frame.step
        )
        dialog.export_requested.connect(
            lambda wish: self._write(wish.path, lambda: WEIGHT_FORMATS[wish.format].write(model))
        )
        self._show(dialog)

    def export_history(self, history: Any) -> None:
        """Ask for a file and write every step's numbers as CSV."""
        from gd_studio.export.tables import history_text

        start = str(Path(self._folder) / "history.csv")
        path, _ = QFileDialog.getSaveFileName(self._window, "Export history", start, "CSV (*.csv)")
        if path:
            self._write_table(Path(path), lambda: history_text(history).encode())

    def export_plot(self, panel: Any) -> None:
        """Ask for format, scale and file, and write a plot as a picture."""
        from gd_studio.gui.dialogs.export_plot import ExportPlotDialog
        from gd_studio.gui.plots.export import to_png, to_svg

        start = Path(self._folder) / panel.objectName().partition(".")[2]
        dialog = ExportPlotDialog(panel.accessibleName(), start, parent=self._window)
        dialog.export_requested.connect(
            lambda wish: self._write(
                wish.path,
                lambda: to_svg(panel) if wish.format == "svg" else to_png(panel, wish.scale),
            )
        )
        self._show(dialog)

    def export_plot_data(self, panel: Any) -> None:
        """Ask for a file and write the numbers that a plot shows as CSV."""
        from gd_studio.gui.plots.export import to_csv

        if not panel.export_data()[0]:
            title = panel.accessibleName()
            sentence = f"{title} has no numbers to export yet; wait until it is drawn."
            self._notifier.tell(GDStudioError(sentence))
            return
        start = str(Path(self._folder) / (panel.objectName().partition(".")[2] + ".csv"))
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Export plot data", start, "CSV (*.csv)"
        )
        if path:
            self._write_table(Path(path), lambda: to_csv(panel))

    # --- inside -------------------------------------------------------------------------------

    def _choose_open(self) -> None:
        self._ask_file("Open project", PROJECTS, self.open)

    def _ask_file(self, title: str, kinds: str, take: Callable[[Path], None]) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, title, self._folder, kinds)
        if path:
            self._folder = str(Path(path).parent)
            take(Path(path))

    def _show(self, dialog: Any) -> None:
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()

    def _write_table(self, path: Path, content: Callable[[], bytes]) -> None:
        """Write CSV, and under no other ending; no file goes that was not asked about."""
        csv = path if path.suffix.lower() == ".csv" else path.with_name(f"{path.name}.csv")
        if csv != path and csv.exists():
            sentence = f"{csv.name} exists already; to replace it, choose it by its whole name."
            self._notifier.tell(GDStudioError(sentence))
            return
        self._write(csv, content)

    def _write(self, path: Path, content: Callable[[], bytes]) -> None:
        def write() -> None:
            write_bytes(path, content())

        if self._try(write):
            self._folder = str(path.parent)
            self.told.emit(f"Exported {path.name}")

    def _try(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except GDStudioError as error:
            self._notifier.tell(error)
            return False
        self._notifier.forget()
        return True

    def _remember(self, path: Path) -> None:
        self._folder = str(path.resolve().parent)
        self._preferences.add_recent(path)
        self.recent_changed.emit()


def _file_name(name: str) -> str:
    """Turn an experiment's name into one for a file."""
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in name.strip().lower())
    return "-".join(part for part in kept.split("-") if part) or "experiment"
