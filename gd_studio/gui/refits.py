"""Widgets whose parts depend on their size and on the size of the text, and follow both."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent

from gd_studio.gui.theme import is_restyle


class Refits:
    """What a widget mixes in that fits its parts anew when its size, its font or style changes."""

    def fit(self) -> None:
        """Fit the parts into the present size."""
        raise NotImplementedError

    def measure(self: Any) -> None:
        """Take the measures of another font or style."""
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)  # type: ignore[misc]  # of the widget it is mixed into
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)  # type: ignore[misc]
        if is_restyle(event):
            self.measure()
            self.fit()
