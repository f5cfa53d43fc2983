"""The hypothesis as an equation goes on in the next line instead of making its column wider."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.gui.panels.equation_label import EquationLabel

DEEP = "ŷ = softmax(W₄·tanh(W₃·tanh(W₂·tanh(W₁·x))))"


def test_a_deep_network_needs_no_wider_column(qtbot: QtBot) -> None:
    label = EquationLabel()
    qtbot.addWidget(label)
    label.setText("ŷ = W₁·x")
    label.resize(140, 20)
    label.show()
    one_line = label.minimumSizeHint().height()
    label.setText(DEEP)
    assert label.text() == DEEP
    assert label.minimumSizeHint().width() <= 140
    assert label.minimumSizeHint().height() > 2 * one_line
    broken = label.grab().toImage()
    label.resize(140, label.minimumSizeHint().height())
    assert label.grab().toImage() != broken  # all lines are there now


def test_what_is_copied_is_the_equation_and_nothing_that_cannot_be_seen(qtbot: QtBot) -> None:
    label = EquationLabel()
    qtbot.addWidget(label)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setText("ŷ = 2·x")
    label.show()
    label.setSelection(0, len(label.text()) + 1)
    label.setFocus()
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "ŷ = 2·x"
