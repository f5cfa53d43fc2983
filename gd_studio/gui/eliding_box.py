"""A drop-down list that shortens what it shows with dots, where Qt would cut it off."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
)


class ElidingBox(QComboBox):
    """Long names are shortened at their end, or wherever `elide` says they tell least.

    What `shorter` makes of a name takes its place before anything is cut. The tooltip begins with
    the whole of a shortened name.
    """

    def __init__(
        self,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        shorter: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__()
        self._elide, self._shorter = elide, shorter

    @property
    def shown_text(self) -> str:
        """What of the chosen name there is room for."""
        return self._option().currentText

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, field, self).width()
        text, metrics = option.currentText, self.fontMetrics()
        if self._shorter is not None and metrics.horizontalAdvance(text) > room:
            text = self._shorter(text)
        option.currentText = metrics.elidedText(text, self._elide, room)
        return option

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            whole = self.currentText()
            said = [self.toolTip()] if self.shown_text == whole else [whole, self.toolTip()]
            QToolTip.showText(event.globalPos(), "\n".join(filter(None, said)), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), self._option()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
