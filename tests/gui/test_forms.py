"""Forms: silent when shown, telling when used, never in the way of typing."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, cast

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gd_studio.experiment.training import Training
from gd_studio.gui.cards import LinkButton
from gd_studio.gui.forms import Row, SettingsForm, rows_of
from gd_studio.gui.forms.editors import read_layers, written_layers
from gd_studio.gui.forms.numbers import read_weights, written_weights
from gd_studio.settings import Choice, Settings, describe, described

KINDS = {"sgd": "Gradient descent", "other": "Another"}


class Sgd(Choice, frozen=True, tag="sgd"):
    learning_rate: Annotated[
        float, described("Learning rate", "How far.", gt=0, le=1000, scale="log", editor="rate")
    ] = 0.1
    hidden: Annotated[tuple[int, ...], described("Hidden", "Widths.", editor="layers")] = (8, 8)
    activation: Annotated[
        Literal["tanh", "leaky_relu"], described("Activation", "The bend.")
    ] = "tanh"
    slope: Annotated[
        float, described("Slope", "Of the leak.", when=lambda s: s.activation == "leaky_relu")
    ] = 0.01
    seed: Annotated[int, described("Seed", "The start.", ge=0, editor="seed")] = 0
    share: Annotated[float, described("Share", "Held back.", ge=0, le=0.9, editor="percent")] = 0.2
    scaled: Annotated[bool, described("Scaled", "Shifts and scales.", more=True)] = True
    either: Annotated[bool | None, described("Either", "Yes, no or unset.", more=True)] = None
    note: Annotated[str, described("Note", "Words.", more=True)] = ""
    weights: Annotated[
        Literal["none", "balanced"] | tuple[float, ...],
        described("Weights", "Of classes.", more=True, editor="class_weights"),
    ] = "none"
    batch: Annotated[int, described("Batch", "Rows.", ge=1, unit="rows", more=True)] | None = 32


class Other(Choice, frozen=True, tag="other"):
    learning_rate: Annotated[
        float, described("Learning rate", "How far.", gt=0, le=1000, scale="log", editor="rate")
    ] = 0.2


class Form(SettingsForm):
    """A form that remembers what it told."""

    def __init__(self, group: Settings) -> None:
        super().__init__(group, "optimizer", kinds=KINDS, kind_title="Optimizer",
                         null_words={"batch": "all rows"})  # fmt: skip
        self.told: list[tuple[str, object]] = []
        self.edited.connect(lambda path, value: self.told.append((path, value)))

    def field(self, name: str) -> QWidget:
        found = self.findChildren(QWidget, f"field.optimizer.{name}")
        assert len(found) == 1, name
        return found[0]

    def line(self, name: str) -> QLineEdit:
        field = self.field(name)
        if isinstance(field, QLineEdit):
            return field
        return cast("QLineEdit", cast("QAbstractSpinBox", field).findChild(QLineEdit))

    def error(self, name: str) -> str:
        label = self.findChild(QLabel, f"error.optimizer.{name}")
        return label.text() if isinstance(label, QLabel) and label.isVisible() else ""


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form(Sgd())
    qtbot.addWidget(form)
    form.resize(240, 500)
    form.show()
    form.activateWindow()
    return form


def type_in(form: Form, name: str, text: str, enter: bool = True) -> None:
    line = form.line(name)
    form.field(name).setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    if enter:
        QTest.keyClick(form.field(name), Qt.Key.Key_Return)


def test_five_settings_are_shown_and_the_rest_wait_under_more(form: Form, qtbot: QtBot) -> None:
    shown = [p for p in form.paths if form.field(p.removeprefix("optimizer.")).isVisible()]
    assert shown == [f"optimizer.{n}" for n in ("kind", "learning_rate", "hidden", "activation",
                                                "seed")]  # fmt: skip
    with qtbot.waitSignal(form.expanded_changed) as told:
        QTest.mouseClick(form.more, Qt.MouseButton.LeftButton)
    assert told.args == [True]
    assert form.expanded
    assert all(form.field(p.removeprefix("optimizer.")).isVisible() for p in form.paths)
    QTest.mouseClick(form.more, Qt.MouseButton.LeftButton)
    assert not form.field("share").isVisible()


def test_every_editor_is_named_and_teaches(form: Form) -> None:
    for path in form.paths:
        field = form.field(path.removeprefix("optimizer."))
        assert field.accessibleName()
        assert field.toolTip().endswith(".")
    assert form.field("learning_rate").accessibleName() == "Learning rate"


def test_showing_values_tells_nobody(form: Form) -> None:
    form.set_values(
        Sgd(learning_rate=0.5, hidden=(3,), seed=7, scaled=False, either=True, note="x", batch=None)
    )
    assert form.told == []
    assert form.line("learning_rate").text() == "0.5"
    assert form.line("hidden").text() == "3"
    assert form.line("batch").text() == "all rows"
    assert form.line("share").text() == "20"
    assert not cast("QCheckBox", form.field("scaled")).isChecked()
    assert cast("QComboBox", form.field("either")).currentText() == "on"


def test_a_typed_number_is_told_when_finished(form: Form, qtbot: QtBot) -> None:
    type_in(form, "learning_rate", "1e-3", enter=False)
    assert form.told == []
    QTest.keyClick(form.field("learning_rate"), Qt.Key.Key_Return)
    assert form.told == [("optimizer.learning_rate", 0.001)]


def test_what_is_being_typed_is_not_overwritten(form: Form, qtbot: QtBot) -> None:
    type_in(form, "learning_rate", "0.03", enter=False)
    form.set_values(Sgd(learning_rate=0.7))
    assert form.line("learning_rate").text() == "0.03"
    QTest.keyClick(form.field("learning_rate"), Qt.Key.Key_Escape)
    assert form.line("learning_rate").text() == "0.7"
    assert form.told == []


@pytest.mark.parametrize("text", ["abc", "0", "-1", "5000", "nan"])
def test_a_wrong_number_is_explained_and_not_told(form: Form, qtbot: QtBot, text: str) -> None:
    type_in(form, "learning_rate", text)
    assert form.told == []
    assert "Learning rate must be a number above 0 and at most 1000" in form.error("learning_rate")
    assert form.line("learning_rate").text() == "0.1"
    type_in(form, "learning_rate", "0.2")
    assert form.error("learning_rate") == ""


def test_arrows_step_and_tell(form: Form) -> None:
    form.field("learning_rate").setFocus()
    QTest.keyClick(form.field("learning_rate"), Qt.Key.Key_Up)
    QTest.keyClick(form.field("learning_rate"), Qt.Key.Key_Down)
    QTest.keyClick(form.field("learning_rate"), Qt.Key.Key_Down)
    assert [value for _, value in form.told] == [0.15, 0.1, 0.07]


def test_the_slider_of_a_rate_is_logarithmic(form: Form) -> None:
    slider = form.findChild(QSlider, "field.optimizer.learning_rate.slider")
    assert isinstance(slider, QSlider)
    slider.setValue(slider.maximum())
    assert form.told == [("optimizer.learning_rate", 10.0)]
    assert form.line("learning_rate").text() == "10"


def test_a_drag_of_the_slider_is_told_once_at_its_end(form: Form) -> None:
    slider = form.findChild(QSlider, "field.optimizer.learning_rate.slider")
    assert isinstance(slider, QSlider)
    slider.setSliderDown(True)
    for ticks in (400, 300, 200):
        slider.setValue(ticks)
    form.set_values(Sgd())  # a frame arrives while the mouse is down
    assert form.line("learning_rate").text() == "0.01"
    assert form.told == []
    slider.setSliderDown(False)
    assert form.told == [("optimizer.learning_rate", 0.01)]


def test_an_empty_field_unsets_what_may_be_unset(form: Form, qtbot: QtBot) -> None:
    form.set_expanded(True)
    form.field("batch").setFocus()
    form.line("batch").selectAll()
    QTest.keyClick(form.line("batch"), Qt.Key.Key_Backspace)
    QTest.keyClick(form.field("batch"), Qt.Key.Key_Return)
    type_in(form, "batch", "16")
    assert form.told == [("optimizer.batch", None), ("optimizer.batch", 16)]


def test_a_share_is_typed_in_percent(form: Form, qtbot: QtBot) -> None:
    form.set_expanded(True)
    type_in(form, "share", "35 %")
    assert form.told == [("optimizer.share", 0.35)]
    type_in(form, "share", "95")
    assert "from 0 to 90 %" in form.error("share")


def test_layers_are_typed_in_any_usual_way(form: Form, qtbot: QtBot) -> None:
    type_in(form, "hidden", "16, 4 2")
    assert form.told == [("optimizer.hidden", [16, 4, 2])]
    assert form.line("hidden").text() == "16 · 4 · 2"
    type_in(form, "hidden", "8 0")
    assert form.error("hidden") == "Each hidden layer needs at least 1 neuron."
    assert len(form.told) == 1


@pytest.mark.parametrize("text", ["8 · 8", "8, 8", "8 8", "8x8", "(8; 8)", "[8,8]"])
def test_widths_are_read(text: str) -> None:
    assert read_layers(text) == [8, 8]
    assert read_layers("") == []
    assert written_layers((8, 8)) == "8 · 8"


@pytest.mark.parametrize("text", ["eight", "8.5", "8 a"])
def test_what_are_no_widths_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        read_layers(text)


def test_class_weights_are_a_word_or_numbers(form: Form) -> None:
    form.set_expanded(True)
    assert form.line("weights").text() == "none"
    for text in ("Balanced", "1 4", "-1 4", "none"):
        type_in(form, "weights", text)
    assert [value for _, value in form.told] == ["balanced", [1.0, 4.0], "none"]
    form.set_values(Sgd(weights=(0.5, 1e-8)))
    assert form.line("weights").text() == "0.5 · 1e-8"


@pytest.mark.parametrize("text", ["1 · 0.5", "1, 0.5", "1; 0,5", "[1 | 0.5]"])
def test_class_weights_are_read(text: str) -> None:
    assert read_weights(text) == [1.0, 0.5]
    assert written_weights((1.0, 0.5)) == "1 · 0.5"
    assert read_weights(" ") == "none"


@pytest.mark.parametrize("text", ["even", "1 0", "1 nan", "1 balanced"])
def test_what_are_no_class_weights_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="none, balanced, or a number above 0"):
        read_weights(text)


def test_a_new_seed_is_another_one(form: Form) -> None:
    new = form.findChild(LinkButton, "field.optimizer.seed.new")
    assert isinstance(new, LinkButton)
    QTest.mouseClick(new, Qt.MouseButton.LeftButton)
    ((path, value),) = form.told
    assert path == "optimizer.seed"
    assert isinstance(value, int)
    assert value != 0


def test_switches_and_choices_tell_their_values(form: Form) -> None:
    form.set_expanded(True)
    cast("QCheckBox", form.field("scaled")).toggle()
    either = cast("QComboBox", form.field("either"))
    either.setFocus()
    for _ in range(2):
        QTest.keyClick(either, Qt.Key.Key_Down)
    assert form.told == [("optimizer.scaled", False), ("optimizer.either", True),
                         ("optimizer.either", False)]  # fmt: skip


def test_a_setting_that_makes_no_sense_is_hidden_and_focus_stays(
    form: Form
) -> None:
    assert "optimizer.slope" not in form.paths
    choice = form.field("activation")
    choice.setFocus()
    form.set_values(Sgd(activation="leaky_relu"))
    assert "optimizer.slope" in form.paths
    assert form.field("activation") is choice
    assert choice.hasFocus()
    assert form.field("slope").isVisible()


def test_another_kind_keeps_the_chooser_and_the_rows_both_have(form: Form) -> None:
    kind = cast("QComboBox", form.field("kind"))
    rate = form.field("learning_rate")
    kind.setFocus()
    QTest.keyClick(kind, Qt.Key.Key_Down)
    assert form.told == [("optimizer.kind", "other")]
    form.set_values(Other())
    assert form.paths == ("optimizer.kind", "optimizer.learning_rate")
    assert form.field("learning_rate") is rate
    assert kind.hasFocus()
    assert not form.more.isVisible()
    form.set_values(Other(), kinds={"other": "Only this"})
    assert [kind.itemText(i) for i in range(kind.count())] == ["Only this"]
    assert len(form.told) == 1


def test_the_wheel_scrolls_past_an_editor_that_has_no_focus(
    form: Form, qapp: QApplication
) -> None:
    form.more.setFocus()
    for name in ("kind", "learning_rate", "seed"):
        field = form.field(name)
        place = QPointF(field.rect().center())
        event = QWheelEvent(
            place, field.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        qapp.sendEvent(field, event)
        assert not event.isAccepted()
    assert form.told == []


def test_an_error_from_outside_is_shown_until_the_value_changes(form: Form) -> None:
    form.set_error("optimizer.share", "Share is too large.")
    assert form.expanded  # so that the sentence can be seen
    assert form.error("share") == "Share is too large."
    form.set_values(Sgd())
    assert form.error("share") == "Share is too large."
    form.set_values(Sgd(share=0.3))
    assert form.error("share") == ""


def test_rows_of_several_groups_make_one_form(qtbot: QtBot) -> None:
    form = SettingsForm()
    qtbot.addWidget(form)
    form.set_rows(
        rows_of(Sgd(), "optimizer", only=("seed", "learning_rate"))
        + rows_of(Other(), "loss", kinds=KINDS, kind_title="Loss")
    )
    assert form.paths == (
        "optimizer.seed", "optimizer.learning_rate", "loss.kind", "loss.learning_rate"
    )  # fmt: skip


@pytest.mark.parametrize("width", [216, 240])
def test_a_form_fits_a_narrow_column(form: Form, width: int) -> None:
    form.set_expanded(True)
    form.resize(width, 900)
    assert form.width() == width
    for path in form.paths:
        field = form.field(path.removeprefix("optimizer."))
        assert field.mapTo(form, QPoint(field.width(), 0)).x() <= width + 1


def test_under_more_rows_stand_heading_by_heading(qtbot: QtBot) -> None:
    number = describe(Training)[0]
    rows = [
        Row(f"a.{name}", replace(number, more=more), 8, heading=heading)
        for name, more, heading in (
            ("one", False, "Usual"), ("two", True, "Stop"), ("three", True, "Clip"),
            ("four", True, "Stop"),
        )
    ]  # fmt: skip
    form = SettingsForm()
    qtbot.addWidget(form)
    form.set_rows(rows)
    form.show()
    assert form.paths == ("a.one", "a.two", "a.four", "a.three")
    assert seen_headings(form) == []
    form.set_expanded(True)
    assert seen_headings(form) == ["Stop", "Clip"]
    form.set_rows(rows[:1] + rows[2:])
    assert seen_headings(form) == ["Clip", "Stop"]
    form.set_expanded(False)
    assert seen_headings(form) == []


def seen_headings(form: SettingsForm) -> list[str]:
    labels = [w for w in form.findChildren(QLabel) if w.objectName().startswith("heading.")]
    seen = [label for label in labels if label.isVisible()]
    return [label.text() for label in sorted(seen, key=lambda w: w.mapTo(form, w.pos()).y())]
