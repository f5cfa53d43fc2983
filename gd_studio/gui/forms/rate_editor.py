"""The editor of a learning rate: a number, and below it a logarithmic slider with its zones."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.gui.cards import ElidedLabel
from gd_studio.gui.forms.editors import NumberEditor
from gd_studio.gui.forms.rate_axis import RateAxis
from gd_studio.gui.forms.rate_slider import RateSlider
from gd_studio.gui.forms.stable_zone import StableZone
from gd_studio.settings import Setting

MEASURING = "measuring the stable zone…"


class RateEditor(NumberEditor):
    """A number over several powers of ten: typed, or dragged on a logarithmic slider."""

    TICKS = 500

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__(setting, null_word)
        self.axis = RateAxis.of(setting)
        self.slider = RateSlider(self.axis)
        self.slider.setRange(0, self.TICKS)
        self.slider.setPageStep(self.TICKS // 10)
        self.layout_.addWidget(self.slider)
        self._help = ""
        self.below = QWidget()
        self.words = ElidedLabel(MEASURING, "small", self.below)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight)
        rows = QVBoxLayout(self.below)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.words)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.slider.sliderReleased.connect(self._on_slider_released)

    def set_value(self, value: object) -> None:
        if self.slider.isSliderDown():
            return
        super().set_value(value)
        if isinstance(value, int | float) and value > 0:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(self.axis.place(value) * self.TICKS))
        self._write()

    def set_path(self, path: str, setting: Setting) -> None:
        super().set_path(path, setting)
        self._help = setting.help
        self.slider.setObjectName(f"field.{path}.slider")
        self.slider.setAccessibleName(f"{setting.title}: slider")
        self.slider.setToolTip(setting.help)
        self.words.setObjectName(f"field.{path}.stable")

    def set_zone(self, zone: StableZone | None) -> None:
        """Draw up to which rate plain descent is stable; None while that is being measured."""
        if zone == self.slider.zone:
            return
        self.slider.set_zone(zone)
        explained = zone.explanation() if zone is not None else ""
        self.slider.setToolTip(f"{self._help}\n{explained}".strip())
        self.words.set_help(explained)
        self._write()

    def _write(self) -> None:
        zone, rate = self.slider.zone, self.box.value
        words = MEASURING if zone is None else zone.words(float(rate or 0.0))
        self.words.set_text(words)
        self.slider.setAccessibleDescription(words)

    @Slot(int)
    def _on_slider_moved(self, _ticks: int) -> None:
        self.box.set_value(self._slider_value())
        self._write()
        # A drag is one edit, told at its end: one undo, one entry on the tape.
        if not self.slider.isSliderDown():
            self._on_slider_released()

    @Slot()
    def _on_slider_released(self) -> None:
        self.value_edited.emit(self._slider_value())

    def _slider_value(self) -> float:
        return self.axis.rate(self.slider.value() / self.TICKS)
