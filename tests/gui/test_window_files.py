"""Files, drops and the close of the window: nothing is lost, and what was arranged comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDockWidget, QFileDialog
from pytestqt.qtbot import QtBot

from gd_studio.data import File
from gd_studio.gui.dialogs.ask_save import AskBeforeClose
from gd_studio.gui.dialogs.import_data import ImportDialog
from tests.gui.desk import Desk

RATE = "optimizer.learning_rate"


def drop(desk: Desk, path: Path) -> None:
    """Drop a file on the window, as the desktop does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, buttons, keys)
    QApplication.sendEvent(desk.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(desk.window, QDropEvent(QPointF(50, 50), copy, data, buttons, keys))


def table(folder: Path) -> Path:
    path = folder / "flats.csv"
    rows = [f"{30 + i},{i % 5},{700 + 9 * i}" for i in range(80)]
    path.write_text("\n".join(["area,rooms,rent", *rows]), encoding="utf-8")
    return path


def asked(desk: Desk) -> AskBeforeClose:
    """Wait for the question about unsaved changes."""
    found: list[AskBeforeClose] = []

    def there() -> bool:
        found[:] = [b for b in desk.window.findChildren(AskBeforeClose) if b.isVisible()]
        return bool(found)

    desk.wait(there)
    return found[0]


# --- opening and saving -------------------------------------------------------------------------


def test_a_dropped_project_is_opened_and_becomes_a_recent_file(
    qtbot: QtBot, tmp_path: Path
) -> None:
    desk = Desk(qtbot)
    desk.step(3)
    path = tmp_path / "mine.gds"
    desk.window.document.save(path)
    desk.window.document.new(desk.frame.start)
    desk.at(0, 0)
    assert "mine" not in desk.title
    drop(desk, path)
    desk.at(3, 3)
    assert desk.title.startswith("mine.gds")
    recent = desk.window._preferences.preferences.recent  # noqa: SLF001
    assert recent == (str(path),)


def test_a_dropped_table_is_shown_before_it_is_taken(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    drop(desk, table(tmp_path))
    dialog = desk.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    assert dialog.isVisible()
    assert desk.frame.step == 2  # nothing is touched yet
    button = dialog.import_button
    desk.wait(button.isEnabled)
    button.click()
    desk.at(0, 0)
    data = desk.window.document.experiment.data
    assert isinstance(data, File)
    assert data.path.endswith("flats.csv")
    assert desk.frame.hypothesis.prepared.target_name == "rent"
    assert desk.window.document.undo_name == "Import data, learning rate 0.6 → 0.05"
    desk.act("undo")
    desk.at(2)
    assert type(desk.window.document.experiment.data).__name__ == "Moons"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.gds", b"PK\x03\x04 not really"),
        ("broken.json", b"{"),
        ("odd.json", b'{"format": 1, "model": {"kind": "mlp", "hidden": [0]}}'),
        ("newer.json", b'{"format": 1000}'),
        ("noise.gds", bytes(range(256))),
        ("wrong.json", b'{"format": 1, "data": {"kind": "line"}, "model": {"kind": "logistic"}}'),
    ],
)
def test_a_broken_file_is_told_in_one_sentence_and_what_was_there_stays(
    qtbot: QtBot, tmp_path: Path, name: str, content: bytes
) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    before, title = desk.window.document.experiment, desk.title
    path = tmp_path / name
    path.write_bytes(content)
    drop(desk, path)
    desk.wait(lambda: desk.window.desk.banner.isVisible())
    sentence = desk.window.desk.banner.message
    assert sentence
    assert "Traceback" not in sentence
    assert desk.window.document.experiment == before
    assert desk.title == title
    assert desk.window.document.path is None
    assert desk.window._preferences.preferences.recent == ()  # noqa: SLF001
    assert desk.step().step == 3


def test_a_table_that_cannot_be_read_is_told_in_its_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot)
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    drop(desk, path)
    dialog = desk.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    assert not dialog.import_button.isEnabled()
    dialog.reject()
    assert type(desk.window.document.experiment.data).__name__ == "Moons"


def test_the_file_dialogs_are_asked_with_the_right_folder(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot)
    target = tmp_path / "saved"

    def choose(parent: object, title: str, start: str, kinds: str) -> tuple[str, str]:
        return str(target), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    desk.edit(RATE, 0.3)
    desk.act("save")
    assert (tmp_path / "saved.gds").exists()
    assert not desk.window.document.dirty
    assert desk.title.startswith("saved.gds")
    desk.edit(RATE, 0.4)
    desk.act("save")
    assert not desk.window.document.dirty
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(target) + ".gds", ""))
    desk.edit(RATE, 0.5)
    desk.act("open")
    asked(desk).discard.click()
    desk.wait(lambda: desk.frame.experiment.optimizer.learning_rate == 0.4)


def test_a_save_that_fails_says_why_and_keeps_the_mark(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot)
    desk.edit(RATE, 0.3)
    nowhere = str(tmp_path / "missing" / "a.gds")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (nowhere, ""))
    desk.act("save_as")
    assert desk.window.desk.banner.isVisible()
    assert "a.gds" in desk.window.desk.banner.message
    assert desk.window.document.dirty


def test_an_experiment_goes_over_the_clipboard_as_text(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.edit(RATE, 0.123)
    desk.act("copy_experiment")
    assert '"learning_rate": 0.123' in QGuiApplication.clipboard().text()
    desk.act("undo")
    desk.act("paste_experiment")
    desk.wait(lambda: desk.frame.experiment.optimizer.learning_rate == 0.123)
    assert desk.window.document.undo_name == "Paste experiment"
    QGuiApplication.clipboard().setText("no experiment")
    desk.act("paste_experiment")
    assert desk.window.desk.banner.isVisible()
    assert desk.window.document.experiment.optimizer.learning_rate == 0.123


def test_every_example_opens_from_the_menu_with_its_note(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    menu = desk.window._submenus["examples"]  # noqa: SLF001
    menu.aboutToShow.emit()
    actions = menu.actions()
    assert len(actions) == 13
    for action in actions:
        number = desk.frame.run_number
        action.trigger()
        desk.wait(lambda: desk.frame.run_number > number)  # noqa: B023
        story = desk.window.document.experiment.story
        assert desk.window.desk.note.isVisible()
        assert all((story.what_this_is, story.try_this, story.look_for))
        assert not desk.window.desk.banner.isVisible(), desk.window.desk.banner.message
        assert not desk.window.document.dirty


@pytest.mark.parametrize(
    ("kind", "data"), [("line", "Line"), ("moons", "Moons"), ("loan_applicants", "LoanApplicants")]
)
def test_the_first_strip_begins_with_what_it_offers_and_does_not_come_back(
    qtbot: QtBot, kind: str, data: str
) -> None:
    desk = Desk(qtbot)
    number = desk.frame.run_number
    desk.find(f"start.{kind}").click()
    desk.wait(lambda: desk.frame.run_number > number)
    assert type(desk.frame.experiment.data).__name__ == data
    assert not desk.window.desk.start_strip.isVisible()
    desk.window.close_now()
    assert not Desk(qtbot).window.desk.start_strip.isVisible()


# --- closing ------------------------------------------------------------------------------------


def test_unsaved_changes_are_asked_about_before_closing(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.edit(RATE, 0.3)
    desk.window.close()
    box = asked(desk)
    assert desk.window.isVisible()
    box.cancel.click()
    desk.wait(lambda: not box.isVisible())
    assert desk.window.isVisible()
    assert desk.step().step == 1
    desk.window.close()
    asked(desk).discard.click()
    desk.wait(lambda: not desk.window.isVisible())


def test_closing_can_save_first(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot)
    desk.edit(RATE, 0.3)
    target = tmp_path / "kept.gds"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    desk.window.close()
    asked(desk).save.click()
    desk.wait(lambda: not desk.window.findChildren(AskBeforeClose))
    assert desk.window.isVisible()  # no name was given: nothing may be lost
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    desk.window.close()
    asked(desk).save.click()
    desk.wait(lambda: not desk.window.isVisible())
    assert target.exists()


def test_a_window_without_changes_closes_at_once_even_while_it_races(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"stop": {"max_steps": None}})
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.frame.step > 100)
    desk.window.close()
    assert not desk.window.isVisible()


def test_a_file_dropped_on_unsaved_changes_asks_first(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot)
    path = tmp_path / "other.gds"
    desk.window.document.save(path)
    desk.edit(RATE, 0.3)
    drop(desk, path)
    asked(desk).cancel.click()
    assert desk.window.document.experiment.optimizer.learning_rate == 0.3


# --- what comes back ----------------------------------------------------------------------------


def test_layout_theme_size_and_open_settings_come_back(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    window = desk.window
    desk.act("theme_dark")
    desk.act("zoom_in")
    window.desk.docks.docks["plot.weights"].close()
    window.desk.docks.docks["plot.loss"].setFloating(True)
    window.desk.training_panel.form.more.click()
    window.resize(1100, 700)
    desk.wait(lambda: window.width() == 1100)
    window.close()
    again = Desk(qtbot)
    assert again.window._appearance.choice == "dark"  # noqa: SLF001
    assert again.window._appearance.scale > 1  # noqa: SLF001
    assert "plot.weights" not in again.window.desk.docks.shown()
    assert again.window.desk.docks.docks["plot.loss"].isFloating()
    assert again.window.desk.training_panel.form.expanded
    assert again.window.height() == 700  # the width is bounded by the screen's
    again.act("reset_layout")
    again.act("zoom_reset")
    again.act("theme_system")
    assert len(again.window.desk.docks.shown()) == 4
    assert "plot.weights" in again.window.desk.docks.shown()
    assert not again.window.desk.docks.docks["plot.loss"].isFloating()


def test_broken_preferences_do_not_stop_the_start(qtbot: QtBot, own_preferences: Path) -> None:
    own_preferences.mkdir(parents=True)
    (own_preferences / "preferences.json").write_bytes(b"{ not json")
    desk = Desk(qtbot)
    assert desk.window.desk.banner.isVisible()
    assert "preferences" in desk.window.desk.banner.message
    assert (own_preferences / "preferences.broken").exists()


@pytest.mark.parametrize("layout", ["????", "AAAA", "bm90IGEgbGF5b3V0"])
def test_a_layout_that_cannot_be_read_changes_nothing(
    qtbot: QtBot, own_preferences: Path, layout: str
) -> None:
    own_preferences.mkdir(parents=True)
    text = f'{{"layout": "{layout}", "geometry": "{layout}", "columns": "{layout}"}}'
    (own_preferences / "preferences.json").write_text(text)
    desk = Desk(qtbot)
    assert len(desk.window.desk.docks.shown()) == 4


def test_a_plot_given_the_whole_window_comes_back_in_its_place(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    docks = desk.window.desk.docks
    desk.window.desk.enlarge("plot.surface")
    assert docks.shown() == ("plot.surface",)
    assert desk.find("button.step").isVisible()
    desk.window.close()
    again = Desk(qtbot)
    assert len(again.window.desk.docks.shown()) == 4
    again.act("enlarge")
    again.act("enlarge")
    assert len(again.window.desk.docks.shown()) == 4
    docks = again.window.desk.docks
    assert all(docks.docks[key].isVisible() for key in docks.shown())


def docks_of(desk: Desk) -> list[QDockWidget]:
    return list(desk.window.desk.docks.docks.values())


def test_a_project_opens_with_its_panels(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot)
    desk.window.desk.docks.show_only(("plot.loss", "plot.prediction"))
    desk.window.document.save(tmp_path / "two.gds", desk.window.desk.docks.shown())
    desk.act("reset_layout")
    desk.window.filing.open(tmp_path / "two.gds")
    desk.wait(lambda: set(desk.window.desk.docks.shown()) == {"plot.loss", "plot.prediction"})


def test_tabs_and_floating_plots_of_a_small_window_come_back(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    docks = desk.window.desk.docks
    for key in ("plot.surface3d", "plot.depth", "plot.worst"):
        docks.docks[key].show()
    docks.docks["plot.worst"].setFloating(True)
    docks.docks["plot.loss"].close()
    desk.window.resize(1024, 640)
    desk.wait(lambda: desk.window.width() == 1024)
    docks.docks["plot.surface3d"].raise_()
    desk.wait(lambda: docks.panels["plot.surface3d"].is_seen)
    shown = set(docks.shown())
    desk.window.close()

    again = Desk(qtbot)
    docks = again.window.desk.docks
    assert again.window.height() == 640  # the width is bounded by the screen's
    assert set(docks.shown()) == shown
    assert docks.docks["plot.worst"].isFloating()
    assert docks.tabifiedDockWidgets(docks.docks["plot.surface"]) == [docks.docks["plot.surface3d"]]
    assert docks.tabifiedDockWidgets(docks.docks["plot.weights"]) == [docks.docks["plot.depth"]]
    again.wait(lambda: docks.panels["plot.surface3d"].is_seen)
    assert not docks.panels["plot.surface"].is_seen
