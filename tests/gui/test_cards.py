"""Cards, links and labels keep their words in narrow places."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.appearance import apply_theme
from gd_studio.gui.cards import (
    Card,
    ElidedLabel,
    GlyphButton,
    LinkButton,
    LinkRow,
    WrappedLabel,
    without_half_number,
)
from gd_studio.gui.theme import DARK, LIGHT


def test_a_card_says_its_title_and_its_detail(qtbot: QtBot) -> None:
    card = Card("Data")
    qtbot.addWidget(card)
    card.set_detail("400 rows", "How many rows there are.")
    card.resize(300, 100)
    card.show()
    assert card.accessibleName() == "Data"
    assert card.detail.text() == "400 rows"
    assert card.detail.toolTip() == "How many rows there are."
    assert card.add_link("Rows…", "All rows.").accessibleName() == "Rows"


def test_a_label_says_a_short_text_before_it_is_cut(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.set_text("400 rows · 320 train · 80 validation", "320 train · 80 val.")
    metrics = label.fontMetrics()
    label.show()
    for shown in (label.full_text, "320 train · 80 val."):
        label.resize(metrics.horizontalAdvance(shown) + 4, 20)
        assert label.text() == shown
    assert label.toolTip() == label.full_text
    label.resize(60, 20)
    assert label.text().endswith("…")


def test_a_cut_label_tells_all_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("400 rows · 320 train · 80 validation")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text
    label.resize(600, 20)
    assert label.text() == label.full_text
    assert label.toolTip() == ""


def test_a_cut_label_shows_no_half_number() -> None:
    assert without_half_number("5 of 1…", "5 of 105") == "5 of …"
    assert without_half_number("5 of 105 wei…", "5 of 105 weights") == "5 of 105 wei…"
    assert without_half_number("5 of 105", "5 of 105") == "5 of 105"
    assert without_half_number("loss 0.1…", "loss 0.125") == "loss …"
    assert without_half_number("loss 0…", "loss 0.125") == "loss …"
    assert without_half_number("12…", "12\u202f345 rows") == "…"
    assert without_half_number("rate 3…", "rate 3e\u221205") == "rate …"
    assert without_half_number("epoch 12…", "epoch 12, batch 3") == "epoch 12…"


def test_a_wrapped_label_claims_the_height_of_its_lines(qtbot: QtBot) -> None:
    column = QWidget()
    qtbot.addWidget(column)
    label = WrappedLabel("one two three four five six seven eight nine ten eleven twelve")
    layout = QVBoxLayout(column)
    layout.addWidget(label)
    layout.addStretch(1)
    column.resize(800, 400)
    column.show()
    wide = label.sizeHint().height()
    column.resize(120, 400)
    assert label.sizeHint().height() >= 3 * wide
    column.resize(800, 400)
    assert label.sizeHint().height() == wide


def test_links_go_on_in_the_next_line(qtbot: QtBot) -> None:
    row = LinkRow()
    qtbot.addWidget(row)
    buttons = [LinkButton(f"Button {n}…") for n in range(3)]
    for button in buttons:
        row.add(button)
    row.resize(1000, row.height())
    row.show()
    assert len({button.y() for button in buttons}) == 1
    row.resize(100, row.height())
    assert len({button.y() for button in buttons}) > 1
    assert all(button.geometry().right() <= 100 for button in buttons)
    assert row.height() >= buttons[-1].geometry().bottom()


def test_a_glyph_follows_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    button = GlyphButton("close", "Close", "Close this.")
    qtbot.addWidget(button)
    apply_theme(qapp, LIGHT)
    before = button.icon().pixmap(32, 32).toImage()
    apply_theme(qapp, DARK)
    after = button.icon().pixmap(32, 32).toImage()
    apply_theme(qapp, LIGHT)
    assert before != after
    assert button.accessibleName() == "Close"
