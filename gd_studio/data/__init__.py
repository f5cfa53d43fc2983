"""The data room: where rows come from, and how they are made ready for training."""

from __future__ import annotations

from gd_studio.data.dataset import Column, Dataset
from gd_studio.data.generators import Blobs, Circles, Line, Moons, Plane, Sine, Spirals, Xor
from gd_studio.data.preparation import Preparation, Prepared, Split, prepare

DataSettings = Line | Sine | Plane | Moons | Circles | Spirals | Xor | Blobs

__all__ = [
    "Blobs",
    "Circles",
    "Column",
    "DataSettings",
    "Dataset",
    "Line",
    "Moons",
    "Plane",
    "Preparation",
    "Prepared",
    "Sine",
    "Spirals",
    "Split",
    "Xor",
    "prepare",
]
