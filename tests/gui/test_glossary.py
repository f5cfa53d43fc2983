"""The glossary: every word of the window has an entry, F1 finds it, and *Show me* its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.data import DataSettings
from gd_studio.engine.losses import Loss
from gd_studio.engine.optimizers import Optimizer
from gd_studio.engine.schedules import SCHEDULES
from gd_studio.errors import FileError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.glossary import Entry, bare, glossary, read_entries
from gd_studio.experiment.models import Model
from gd_studio.gui.actions import MENUS, SEPARATOR
from gd_studio.gui.cards import Card
from gd_studio.gui.controls.ribbon import WORDS
from gd_studio.gui.dialogs.glossary import GlossaryDialog, as_html
from gd_studio.gui.word_help import word_of
from gd_studio.paths import resource
from gd_studio.settings import describe, kinds
from tests.experiment.experiments import small
from tests.gui.desk import Desk

ENTRIES = glossary().entries
PRODUCTS = (
    "hypothesis", "loss function", "backpropagation", "epoch", "overfitting", "regularization",
    "validation against test", "learning rate", "batch", "gradient", "momentum", "penalty",
    "activation", "accuracy", "R²", "cross-entropy", "loss surface", "slice", "projection",
    "off-plane distance", "ghost", "fork", "phase", "plateau", "saturated", "dead unit",
    "baseline", "convergence", "iteration", "divergence", "stable zone",
)  # fmt: skip


def words_of_settings() -> set[str]:
    """Return every title of a setting, a kind and a choice there is."""
    groups: list[Any] = [type(getattr(Experiment(), b)) for b in
                         ("preparation", "penalty", "training", "stop")]  # fmt: skip
    words = {"Source", "Hypothesis", "Loss", "Optimizer", "Schedule"}
    for union in (DataSettings, Model, Loss, Optimizer):
        groups += kinds(union).values()
    groups += SCHEDULES.values()
    for group in groups:
        words |= {group.title} - {""}
        for setting in describe(group):
            words |= {setting.title, *(title for _, title in setting.choices)}
    return words


def missing(words: set[str]) -> list[str]:
    return sorted(word for word in words if glossary().find(word) is None)


def test_every_setting_kind_and_choice_has_an_entry() -> None:
    assert missing(words_of_settings()) == []


def test_every_action_and_every_word_of_the_loop_has_an_entry() -> None:
    actions = {s.text for specs in MENUS.values() for s in specs if s is not SEPARATOR}
    assert missing(actions | {word.word for word in WORDS}) == []


def test_the_products_words_have_entries() -> None:
    assert missing(set(PRODUCTS)) == []


def test_every_panel_and_plot_of_the_window_has_an_entry(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    titles = {card.accessibleName() for card in desk.window.findChildren(Card)}
    titles |= {dock.windowTitle() for dock in desk.window.desk.docks.docks.values()}
    assert missing(titles - {""}) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.word for entry in ENTRIES])
def test_an_entry_is_two_sentences_whose_links_lead_somewhere(entry: Entry) -> None:
    ends = re.findall(r"[.!?](?=\s|$)", entry.plain_text)
    assert len(ends) == 2
    assert entry.plain_text.endswith((".", "?"))
    assert [link for link in entry.links if glossary().find(link) is None] == []
    assert entry not in [glossary().find(link) for link in entry.links]


def test_no_name_belongs_to_two_entries() -> None:
    names = [bare(name) for entry in ENTRIES for name in (entry.word, *entry.others)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_place_of_every_entry_exists(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    places = {entry.place for entry in ENTRIES}
    acts = {place for place in places if place.startswith("action.")}
    known = {action.objectName() for action in desk.window.findChildren(QAction)}
    assert sorted(acts - known) == []
    gone = [p for p in places - acts if desk.window.word_help.widget_at(p) is None]
    assert sorted(gone) == []


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("field.optimizer.learning_rate", "Learning rate"),
        ("field.optimizer.learning_rate.slider", "Learning rate"),
        ("field.model.activation", "Activation"),
        ("field.loss.kind", "Loss function"),
        ("field.training.batch_size", "Batch size"),
        ("timeline", "Timeline"),
        ("speed", "Speed"),
    ],
)
def test_f1_opens_the_word_of_the_focused_control(qtbot: QtBot, name: str, word: str) -> None:
    desk = Desk(qtbot, small())
    desk.focus(name)
    desk.act("glossary")
    assert dialog_of(desk).isVisible()
    assert read(dialog_of(desk)).word == word


def test_f1_after_a_click_on_a_plots_title_opens_its_word(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    for name, word in (("plot.loss", "Loss plot"), ("plot.surface", "Loss surface")):
        plot = desk.window.desk.docks.panel(name)
        QTest.mouseClick(plot.header.title, Qt.MouseButton.LeftButton)
        desk.act("glossary")
        assert read(dialog_of(desk)).word == word
        dialog_of(desk).close()


def test_what_has_no_word_of_its_own_has_that_of_what_it_is_part_of(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    plot = desk.window.desk.docks.panels["plot.weights"]
    entry = word_of(plot.canvas.viewport())
    assert entry is not None
    assert entry.word == "Weights"
    assert word_of(QWidget()) is None
    assert word_of(None) is None


def dialog_of(desk: Desk) -> GlossaryDialog:
    found: GlossaryDialog = desk.find("glossary", GlossaryDialog)
    return found


def read(dialog: GlossaryDialog) -> Entry:
    assert dialog.entry is not None
    return dialog.entry


def test_typing_searches_and_links_lead_on(qtbot: QtBot) -> None:
    dialog = GlossaryDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.words.count() == len(ENTRIES)
    dialog.search.setText("momen")
    assert read(dialog).word.startswith("Momentum")
    dialog.search.setText("over")
    assert read(dialog).word == "Overfitting"
    assert "href" in as_html(read(dialog))
    dialog.text.anchorClicked.emit(QUrl("validation"))
    assert read(dialog).word == "Validation"
    assert dialog.words.currentItem().text() == "Validation"
    dialog.search.setText("qqq")
    assert dialog.entry is None
    assert "No word here" in dialog.text.toPlainText()
    assert not dialog.show_me.isEnabled()


def test_show_me_opens_more_and_gives_the_setting_the_focus(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    desk.act("glossary")
    dialog = dialog_of(desk)
    entry = glossary().find("Clip gradient at")
    assert entry is not None
    field = desk.find("field.training.clip_norm")
    assert not field.isVisible()
    dialog.read(entry)
    dialog.show_me.click()
    desk.wait(lambda: field.isVisible() and desk.find("place_frame").isVisible())
    assert desk.window.focusWidget() is field


def test_show_me_brings_back_a_closed_plot(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    dock = desk.window.desk.docks.docks["plot.loss"]
    dock.hide()
    desk.window.word_help.show_place("plot.loss")
    desk.wait(dock.isVisible)


def test_show_me_opens_the_menu_of_an_action(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    desk.window.word_help.show_place("action.epoch")
    desk.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.activeAction().objectName() == "action.epoch"
    menu.close()


def test_asking_for_a_word_leaves_the_run_alone(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    desk.step(2)
    frame = desk.frame
    desk.act("glossary")
    dialog_of(desk).show_me.click()
    recorded = desk.window.session.recorded()
    assert recorded is not None
    assert recorded.tape.last_step == frame.step
    assert recorded.tape.acts == ()


def test_f1_is_its_key(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    assert desk.window.actions_by_key["glossary"].shortcut() == Qt.Key.Key_F1


def test_a_line_without_a_place_is_refused_by_its_number() -> None:
    with pytest.raises(FileError, match=r"words.txt, line 3: a word needs a place"):
        list(read_entries("A @ b\n    One. Two.\nC\n", resource("glossary", "words.txt")))
