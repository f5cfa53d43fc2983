"""Rows that are pictures, such as digits, as small images in the words under the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter

from gd_studio.data import Prepared
from gd_studio.gui.plots.samples import split_of
from gd_studio.gui.selection import SplitName

SIDE = 56  # pixels
KEPT = 64
# By weak keys: a cache that held them would hold whole data sets that have been closed.
_sources: WeakKeyDictionary[Prepared, dict[int, str]] = WeakKeyDictionary()


def with_pictures(
    words: str, prepared: Prepared, rows: Sequence[tuple[SplitName, int]]
) -> str:
    """Return words with the pictures of rows (split, index) above, as rich text.

    Where rows are no pictures, or there are none, the words are returned as they are.
    """
    numbers = [int(split_of(prepared, split).rows[row]) for split, row in rows]
    images = [source for number in numbers if (source := _source(prepared, number))]
    if not images:
        return words
    shown = "&nbsp;".join(f'<img src="{source}">' for source in images)
    return f"<div>{shown}</div><div>{escape(words).replace(chr(10), '<br>')}</div>"


def picture_of(prepared: Prepared, number: int) -> Any:
    """Return a row of the data set as a picture (height, width); None if it is not one."""
    shape = prepared.dataset.image_shape
    if shape is None:
        return None
    raw = prepared.raw_rows([number])[0]
    if len(raw) != shape[0] * shape[1]:
        return None
    return np.array([np.nan if v is None else v for v in raw], float).reshape(shape)


def _source(prepared: Prepared, number: int) -> str:
    """Return a row's picture as the address of an image that holds it; empty if it is none."""
    known = _sources.setdefault(prepared, {})
    if number not in known:
        if len(known) >= KEPT:
            known.clear()
        known[number] = _made(prepared, number)
    return known[number]


def _made(prepared: Prepared, number: int) -> str:
    pixels = picture_of(prepared, number)
    if pixels is None:
        return ""
    image = grey_image(pixels).scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return f"data:image/png;base64,{held.toBase64().toStdString()}"


def grey_image(pixels: Any) -> QImage:
    """Return a picture (height, width) as ink on paper: its highest value is black."""
    values = np.nan_to_num(np.asarray(pixels, dtype=np.float64))
    low, high = float(values.min()), float(values.max())
    shares = (values - low) / ((high - low) or 1.0)
    grey = np.ascontiguousarray(255 - np.round(255 * shares).astype(np.uint8))
    height, width = grey.shape
    # The image does not own its bytes; a copy does.
    return QImage(grey.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
