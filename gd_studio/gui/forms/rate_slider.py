"""A learning rate's slider, on which the stable zone of plain descent is drawn."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionSlider

from gd_studio.gui.forms.rate_axis import RateAxis
from gd_studio.gui.forms.slider import QuietSlider
from gd_studio.gui.forms.stable_zone import StableZone, draw_zone
from gd_studio.gui.theme import theme_of


class RateSlider(QuietSlider):
    """Solid below 1/λmax, dashed up to 2/λmax, dotted above; grey where theory does not apply."""

    def __init__(self, axis: RateAxis) -> None:
        super().__init__()
        self._axis = axis
        self._zone: StableZone | None = None

    @property
    def zone(self) -> StableZone | None:
        """The zone that is drawn; None before the first was measured."""
        return self._zone

    def set_zone(self, zone: StableZone | None) -> None:
        if zone != self._zone:
            self._zone = zone
            self.update()

    def x_of(self, rate: float) -> float:
        """Return where the knob's centre is at a rate, in pixels."""
        knob = self.knob_width()
        return knob / 2 + self._axis.place(rate) * (self.width() - knob)

    def _option(self) -> QStyleOptionSlider:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return option

    def knob_width(self) -> int:
        """Return the width of the knob, in pixels."""
        control, knob = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
        return self.style().subControlRect(control, self._option(), knob, self).width()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._zone is None or not self._zone.has_mark:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_zone(painter, self._zone, theme_of(self), self.x_of, self.height() / 2, self._ends())
        option = self._option()
        option.subControls = QStyle.SubControl.SC_SliderHandle
        control = QStyle.ComplexControl.CC_Slider
        self.style().drawComplexControl(control, option, painter, self)
        painter.end()

    def _ends(self) -> tuple[float, float]:
        return 2.0, self.width() - 2.0
