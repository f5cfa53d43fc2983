"""The whole run on one line: where it began, its best step, the newest, the budget, the viewed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from gd_studio.gui.controls.timeline_slider import Marks, TimelineSlider
from gd_studio.gui.refits import Refits
from gd_studio.gui.steady import SteadyLabel
from gd_studio.gui.theme import is_restyle, set_look

FORK_HELP = (
    "Begin another future at this step (F); the old one stays as the grey ghost, and Undo brings "
    "it back."
)
LIVE_HELP = "Return to the newest step (End); nothing of the run is lost."
REST_MS = 200  # a drag that pauses so long has come to where it wanted


class Timeline(Refits, QWidget):
    """Drag, type or press keys to go to any past step; *Live* returns to the newest.

    *Fork here* asks for another future at the step looked at. Signals: `step_passed` in a drag,
    `step_requested` where it rests or ends, unless something else was wished before.
    """

    step_passed = Signal(int)
    step_requested = Signal(int)
    live_requested = Signal()
    fork_requested = Signal()
    dragged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = self._last = self._passed = 0
        self._has_given_way = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = QLabel("Timeline")
        set_look(self._title, "title")
        self.slider = TimelineSlider()
        self._place = _PlaceLabel()
        self._typed = _step_field()
        self._fork = _button("fork", "Fork here", FORK_HELP)
        self._live = _button("live", "Live", LIVE_HELP)
        self._lay_out()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self.slider.valueChanged.connect(self._on_value_changed)
        self.slider.sliderPressed.connect(self._on_pressed)
        self.slider.sliderReleased.connect(self._on_released)
        self._typed.returnPressed.connect(self._on_return_pressed)
        self._fork.clicked.connect(self.fork_requested)
        self._live.clicked.connect(self.live_requested)
        self.set_values(0, 0, None, None)

    def set_values(
        self,
        step: int,
        last: int,
        best: int | None,
        budget: int | None,
        best_word: str = "best validation",
    ) -> None:
        """Show the viewed and the newest step, the best one and the budget, silently."""
        self._step, self._last = step, last
        if self._passed > last:
            self._rest.stop()  # of another run
        with QSignalBlocker(self.slider):
            self.slider.set_marks(Marks(last, best, budget, best_word))
            if not self.slider.isSliderDown():
                self.slider.setValue(step)
        self._place.set_steps(step, last)
        if step == last and (self._fork.hasFocus() or self._live.hasFocus()):
            # Otherwise the next field would get the focus, and with it the next key.
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        self._fork.setEnabled(step < last)
        self._live.setEnabled(step < last)
        set_look(self._live, "accent" if step < last else "")

    @Slot()
    def give_way(self) -> None:
        """Forget the step that a drag has passed: what is wished after it counts."""
        self._rest.stop()
        self._has_given_way = True

    def text(self) -> str:
        """Return what the timeline says about the viewed step."""
        return self._place.text()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(spared=2, short=True), super().minimumSizeHint().height())

    def measure(self) -> None:
        self._typed.setFixedWidth(self._typed.fontMetrics().horizontalAdvance("0") * 9)
        super().measure()

    def fit(self) -> None:
        """Give up the title, long words, and the button that a key and a menu have, too."""
        ways = [(spared, short) for short in (False, True) for spared in (0, 1, 2)]
        fitting = (way for way in ways if self._width(*way) <= self.width())
        spared, short = next(fitting, ways[-1])
        self._place.set_short(short)
        for count, widget in enumerate((self._title, self._fork), 1):
            widget.setVisible(spared < count)

    def _width(self, spared: int, short: bool) -> int:
        kept = (self._title, self._fork)[spared:]
        parts: tuple[QWidget, ...] = (*kept, self.slider, self._typed, self._live)
        widths = [max(part.minimumSizeHint().width(), part.minimumWidth()) for part in parts]
        widths += [self._place.width_of(short)]
        return sum(widths) + 12 * (len(widths) + 1)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 12, 2)
        layout.setSpacing(12)
        layout.addWidget(self._title)
        # Its least width is that of the fewest parts, to which it changes in a narrow place.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self.slider, 1)
        for widget in (self._place, self._typed, self._fork, self._live):
            layout.addWidget(widget)
        self._typed.setFixedWidth(self._typed.fontMetrics().horizontalAdvance("0") * 9)

    @Slot()
    def _on_pressed(self) -> None:
        self.dragged.emit(True)

    @Slot()
    def _on_released(self) -> None:
        if self._rest.isActive():
            self._on_rest()
        elif self._has_given_way:
            with QSignalBlocker(self.slider):
                self.slider.setValue(self._step)
        self.dragged.emit(False)

    @Slot(int)
    def _on_value_changed(self, step: int) -> None:
        if self.slider.isSliderDown():
            self._passed, self._has_given_way = step, False
            self._rest.start()
            self.step_passed.emit(step)
        else:
            self.step_requested.emit(step)

    @Slot()
    def _on_rest(self) -> None:
        self._rest.stop()
        self.step_requested.emit(self._passed)
        self._has_given_way = False  # to nothing but this

    @Slot()
    def _on_return_pressed(self) -> None:
        text = self._typed.text()
        self._typed.clear()
        self._rest.stop()
        if text:
            self.step_requested.emit(min(int(text), self._last))


def _step_field() -> QLineEdit:
    field = QLineEdit()
    field.setObjectName("timeline.step")
    field.setPlaceholderText("go to")
    field.setAccessibleName("Go to step")
    field.setToolTip("Type a step number and press Enter to look at that step.")
    field.setValidator(QIntValidator(0, 2_000_000_000, field))
    return field


def _button(name: str, text: str, help: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(f"timeline.{name}")
    button.setAccessibleName(text)
    button.setToolTip(help)
    return button


class _PlaceLabel(SteadyLabel):
    """Says "step 40 of 664, looking back" or "step 1100 · live"; its width only ever grows."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._steps = (0, 0)
        self._short = False
        set_look(self, "chip")

    def set_steps(self, step: int, last: int) -> None:
        if (step, last) != self._steps or not self.text():
            self._steps = step, last
            self._write()

    def set_short(self, short: bool) -> None:
        """Say it in few words, or in all."""
        if short != self._short:
            self._short = short
            self._write()

    def width_of(self, short: bool) -> int:
        """Return how wide it is in few words, or in all."""
        last = int("9" * max(4, len(str(self._steps[1]))))
        beside = self.contentsMargins().left() + self.contentsMargins().right() + 6
        return self.fontMetrics().horizontalAdvance(place_words(last - 1, last, short)) + beside

    def _write(self) -> None:
        self.setText(place_words(*self._steps, self._short))
        self.setAccessibleName(place_words(*self._steps))
        self.setFixedWidth(self.width_of(self._short))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._write()


def place_words(step: int, last: int, short: bool = False) -> str:
    """Say which step is viewed, so that past and live are never confused.

    >>> place_words(40, 664), place_words(1100, 1100), place_words(40, 664, short=True)
    ('step 40 of 664, looking back', 'step 1100 · live', 'step 40, past')
    """
    if step == last:
        return f"step {step} · live"
    return f"step {step}, past" if short else f"step {step} of {last}, looking back"
