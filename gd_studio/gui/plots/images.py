"""Arrays of colours as images."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QImage

OPAQUE = 0xFF000000


def packed(colors: Any) -> Any:
    """Return colours (..., 3) of 0 to 255 as numbers 0xffRRGGBB (...)."""
    red, green, blue = np.moveaxis(np.asarray(colors).astype(np.uint32), -1, 0)
    return OPAQUE | red << 16 | green << 8 | blue


def image_of(colors: Any) -> QImage:
    """Return rows of 0xAARRGGBB (n, m), the highest first, as an image of its own."""
    colors = np.ascontiguousarray(colors, np.uint32)
    rows, columns = colors.shape
    shared = QImage(colors.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32)
    return shared.copy()
