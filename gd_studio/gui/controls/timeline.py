"""The whole run on one line: where it began, its best step, the newest, the budget, the viewed."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from gd_studio.gui.controls.timeline_slider import Marks, TimelineSlider
from gd_studio.gui.steady import SteadyLabel
from gd_studio.gui.theme import set_look


class Timeline(QWidget):
    """Drag, type or press keys to go to any past step; *Live* returns to the newest.

    *Fork here* asks for another future at the step looked at.
    """

    step_requested = Signal(int)
    live_requested = Signal()
    fork_requested = Signal()
    dragged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        title = QLabel("Timeline")
        set_look(title, "title")
        self.slider = TimelineSlider()
        self._place = _PlaceLabel()
        self._typed = QLineEdit()
        self._typed.setObjectName("timeline.step")
        self._typed.setPlaceholderText("go to")
        self._typed.setAccessibleName("Go to step")
        self._typed.setToolTip("Type a step number and press Enter to look at that step.")
        self._typed.setValidator(QIntValidator(0, 2_000_000_000, self._typed))
        self._fork = QPushButton("Fork here")
        self._fork.setObjectName("timeline.fork")
        self._fork.setAccessibleName("Fork here")
        self._fork.setToolTip(
            "Begin another future at this step (F); the old one stays as the grey ghost, and "
            "Undo brings it back."
        )
        self._live = QPushButton("Live")
        self._live.setObjectName("timeline.live")
        self._live.setAccessibleName("Live")
        self._live.setToolTip("Return to the newest step (End); nothing of the run is lost.")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 12, 2)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(self.slider, 1)
        for widget in (self._place, self._typed, self._fork, self._live):
            layout.addWidget(widget)
        self.slider.valueChanged.connect(self.step_requested)
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
        self._last = last
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
        self._typed.setMaximumWidth(self._typed.fontMetrics().horizontalAdvance("0") * 9)

    def text(self) -> str:
        """Return what the timeline says about the viewed step."""
        return self._place.text()

    @Slot()
    def _on_pressed(self) -> None:
        self.dragged.emit(True)

    @Slot()
    def _on_released(self) -> None:
        self.dragged.emit(False)

    @Slot()
    def _on_return_pressed(self) -> None:
        text = self._typed.text()
        self._typed.clear()
        if text:
            self.step_requested.emit(min(int(text), self._last))


class _PlaceLabel(SteadyLabel):
    """Says "step 40 of 664, looking back" or "step 1100 · live"; its width only ever grows."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_look(self, "chip")

    def set_steps(self, step: int, last: int) -> None:
        text = place_words(step, last)
        if text == self.text():
            return
        self.setText(text)
        self.setAccessibleName(text)
        figures = "0" * max(4, len(str(last)))
        widest = self.fontMetrics().horizontalAdvance(f"step {figures} of {figures}, looking back")
        self.setMinimumWidth(widest + 26)


def place_words(step: int, last: int) -> str:
    """Say which step is viewed, so that past and live are never confused.

    >>> place_words(40, 664), place_words(1100, 1100)
    ('step 40 of 664, looking back', 'step 1100 · live')
    """
    return f"step {step} · live" if step == last else f"step {step} of {last}, looking back"
