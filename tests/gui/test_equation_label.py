"""The hypothesis as an equation goes on in the next line instead of making its column wider."""

from __future__ import annotations

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
