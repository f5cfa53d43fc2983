"""How fast the loop plays: from one step every two seconds to as fast as the machine goes."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gd_studio.gui.forms.slider import QuietSlider
from gd_studio.gui.refits import Refits
from gd_studio.gui.steady import SteadyLabel
from gd_studio.gui.theme import set_look

SLOWEST, FASTEST = 0.5, 1000.0
UNTHROTTLED = 100  # the slider's maximum


class SpeedControl(QWidget):
    """The speed slider, and beside it the speed aimed at and the one reached."""

    speed_changed = Signal(object)  # steps per second, or None: unthrottled

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label = QLabel("Speed")
        set_look(label, "muted")
        self.slider = QuietSlider()
        self.slider.setObjectName("speed")
        self.slider.setAccessibleName("Speed")
        self.slider.setToolTip(
            "How many steps Play takes per second; at the right end as many as the machine can."
        )
        self.slider.setProperty("look", "speed")
        self.slider.setRange(0, UNTHROTTLED)
        self.slider.setPageStep(10)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slider.setMaximumWidth(160)
        label.setBuddy(self.slider)
        self.setFocusProxy(self.slider)
        self._readout = _Readout()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self._readout, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.slider.valueChanged.connect(self._on_value_changed)
        self.set_values(30.0, 0.0)

    def set_values(self, aimed: float | None, reached: float) -> None:
        """Show the speed aimed at (None: unthrottled) and the one reached, silently."""
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(slider_of(aimed))
        self._readout.set_words(*speed_words(aimed, reached))

    def text(self) -> str:
        """Return what the readout says, in one line."""
        return self._readout.accessibleName()

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        self.speed_changed.emit(speed_of(value))


class _Readout(Refits, SteadyLabel):
    """Two phrases side by side where there is room, else one over the other; one width each."""

    WIDEST = ("aimed 1000 /s", "reached 999 999")

    def __init__(self) -> None:
        super().__init__()
        self._phrases = ("", "")
        self.setToolTip("The speed aimed at, and the speed the machine reaches.")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        set_look(self, "readout")

    def set_words(self, aimed: str, reached: str) -> None:
        if (aimed, reached) != self._phrases:
            self._phrases = (aimed, reached)
            self.fit()

    def fit(self) -> None:
        # Only the text changes with the width: another look would change the width again.
        wide = self.width() >= self._width(" · ".join(self.WIDEST))
        text = (" · " if wide else "\n").join(self._phrases)
        self.setText(text)
        self.setAccessibleName(" · ".join(self._phrases))

    def _width(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 26

    def sizeHint(self) -> QSize:
        return QSize(self._width(" · ".join(self.WIDEST)), self.fontMetrics().height() * 2 + 4)

    def minimumSizeHint(self) -> QSize:
        widest = max(self.fontMetrics().horizontalAdvance(text) for text in self.WIDEST)
        return QSize(widest + 12, self.fontMetrics().height() * 2 + 4)


def speed_of(value: int) -> float | None:
    """Return the steps per second of a slider place: logarithmic, None at the maximum."""
    if value >= UNTHROTTLED:
        return None
    share = value / (UNTHROTTLED - 1)
    return float(f"{SLOWEST * (FASTEST / SLOWEST) ** share:.2g}")


def slider_of(speed: float | None) -> int:
    """Return the slider place nearest to a speed."""
    if speed is None:
        return UNTHROTTLED
    bounded = min(max(speed, SLOWEST), FASTEST)
    share = math.log(bounded / SLOWEST) / math.log(FASTEST / SLOWEST)
    return round(share * (UNTHROTTLED - 1))


def speed_words(aimed: float | None, reached: float) -> tuple[str, str]:
    """Say both speeds."""
    wish = "unthrottled" if aimed is None else f"aimed {aimed:g} /s"
    rate = f"{reached:.2g}" if 0 < reached < 10 else f"{round(reached):,}".replace(",", " ")
    return wish, f"reached {rate}"
