"""Our own icons: small SVGs drawn in the colour they are asked for, sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gd_studio.gui.theme import Theme
from gd_studio.paths import resource

_SIZES = (16, 24, 32, 48, 64)
_APP_SIZES = (16, 24, 32, 48, 64, 128, 256)


def icon(name: str, theme: Theme, color: str = "") -> QIcon:
    """Return an icon in the theme's text colour, or another one; greyed where disabled."""
    return _icon(name, color or theme.text, theme.disabled)


# Every restyle asks for all icons again; drawing them took a quarter of the start-up.
@lru_cache(maxsize=256)
def _icon(name: str, color: str, disabled: str) -> QIcon:
    result = QIcon()
    source = resource("icons", f"{name}.svg").read_text("utf-8")
    modes = {QIcon.Mode.Normal: color, QIcon.Mode.Disabled: disabled}
    for mode, shade in modes.items():
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", shade).encode()))
        for size in _SIZES:
            result.addPixmap(_drawn(renderer, size), mode)
    return result


def app_icon() -> QIcon:
    """Return the application's own icon."""
    result = QIcon()
    renderer = QSvgRenderer(str(resource("icons", "app.svg")))
    for size in _APP_SIZES:
        result.addPixmap(_drawn(renderer, size))
    return result


def _drawn(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap
