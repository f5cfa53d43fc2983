"""The editor of a learning rate: a number, and below it a logarithmic slider."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Slot

from gd_studio.gui.forms.editors import NumberEditor
from gd_studio.gui.forms.rate_axis import RateAxis
from gd_studio.gui.forms.slider import QuietSlider
from gd_studio.settings import Setting


class RateEditor(NumberEditor):
    """A number over several powers of ten: typed, or dragged on a logarithmic slider."""

    TICKS = 500

    def __init__(self, setting: Setting, null_word: str) -> None:
        super().__init__(setting, null_word)
        self.axis = RateAxis.of(setting)
        self.slider = QuietSlider()
        self.slider.setRange(0, self.TICKS)
        self.slider.setPageStep(self.TICKS // 10)
        self.layout_.addWidget(self.slider)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.slider.sliderReleased.connect(self._on_slider_released)

    def set_value(self, value: object) -> None:
        if self.slider.isSliderDown():
            return
        super().set_value(value)
        if isinstance(value, int | float) and value > 0:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(self.axis.place(value) * self.TICKS))

    def set_path(self, path: str, setting: Setting) -> None:
        super().set_path(path, setting)
        self.slider.setObjectName(f"field.{path}.slider")
        self.slider.setAccessibleName(f"{setting.title}: slider")
        self.slider.setToolTip(setting.help)

    @Slot(int)
    def _on_slider_moved(self, _ticks: int) -> None:
        self.box.set_value(self._slider_value())
        # A drag is one edit, told at its end: one undo, one entry on the tape.
        if not self.slider.isSliderDown():
            self._on_slider_released()

    @Slot()
    def _on_slider_released(self) -> None:
        self.value_edited.emit(self._slider_value())

    def _slider_value(self) -> float:
        return self.axis.rate(self.slider.value() / self.TICKS)
