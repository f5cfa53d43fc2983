"""The line under a plot keeps its room, so that the plot does not jump from step to step."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.plot_note import PlotNote
from tests.gui.frames import trained
from tests.gui.test_plot_surface import FULL_BATCH, shown

LONG = "so many words that one line of a plot as narrow as this has no room for all of them"


def test_a_shorter_note_leaves_the_plot_as_high_as_it_was(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained(FULL_BATCH, 3))
    heights = []
    for words in ("short", LONG, "short", LONG, "short again"):
        plot.set_note(words)
        QCoreApplication.processEvents()
        heights.append(plot.canvas.height())
    assert heights[1] < heights[0]
    assert len(set(heights[1:])) == 1


def test_of_several_notes_the_first_that_leaves_the_plot_its_height_is_shown(qtbot: QtBot) -> None:
    note, texts = PlotNote(), (LONG * 3, LONG, "short")
    qtbot.addWidget(note)
    note.resize(300, 40)
    high, low = note.height_of(LONG * 3), note.height_of(LONG)
    assert high > low > note.height_of("short")
    assert [note.fitting(texts, h) for h in (high, high - 1, low, low - 1, 0)] == [
        LONG * 3, LONG, LONG, "short", "short"
    ]  # fmt: skip


def test_no_note_takes_no_room_and_a_wider_plot_needs_less(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained(FULL_BATCH, 3))
    plot.set_note(LONG)
    QCoreApplication.processEvents()
    low = plot.canvas.height()
    plot.set_note("")
    QCoreApplication.processEvents()
    assert plot.canvas.height() > low
    plot.set_note(LONG)
    plot.resize(1000, plot.height())
    QCoreApplication.processEvents()
    plot.set_note("short")
    QCoreApplication.processEvents()
    assert plot.canvas.height() > low


def _resized(plot: QWidget, width: int, height: int) -> None:
    """Resize a plot, and let it write its own note anew."""
    plot.resize(width, height)
    for _ in range(4):  # a note that becomes higher gives the plot another size once more
        QCoreApplication.processEvents()


def test_a_note_in_a_low_card_is_cut_in_whole_lines_and_never_lies_under_the_plot(
    qtbot: QtBot,
) -> None:
    plot = shown(qtbot, trained(FULL_BATCH, 3))
    _resized(plot, 230, 180)
    plot.set_note(LONG * 2)
    QCoreApplication.processEvents()
    note, canvas = plot.note, plot.canvas.geometry()
    assert canvas.bottom() < note.geometry().top()
    assert note.height_of(note.painted_words()) <= note.height()
    assert note.painted_words().endswith(" …")
    assert note.toolTip() == note.text() == LONG * 2
    _resized(plot, 230, 600)
    plot.set_note(LONG * 2)
    assert note.painted_words() == LONG * 2
    assert note.toolTip() == ""


def test_the_tooltip_tells_the_whole_text_of_now_beside_a_short_one_that_stays(
    qtbot: QtBot,
) -> None:
    note = PlotNote()
    qtbot.addWidget(note)
    note.resize(300, 40)
    note.show()
    for step in (10, 11):
        whole = f"{LONG}, as it is at step {step}"
        note.setText(note.fitting((whole, "short"), 1))
        qtbot.waitUntil(lambda whole=whole: note.toolTip() == whole)  # type: ignore[misc]
        assert note.text() == "short"
