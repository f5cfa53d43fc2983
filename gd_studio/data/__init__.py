"""The data room: where rows come from, and how they are made ready for training."""

from __future__ import annotations

from gd_studio.data.bundled import BreastCancer, Diabetes, Digits, Iris, Wine
from gd_studio.data.dataset import Column, Dataset
from gd_studio.data.file import File, Reading, proposed_target, proposed_task
from gd_studio.data.generators import Blobs, Circles, Line, Moons, Plane, Sine, Spirals, Xor
from gd_studio.data.loans import LoanApplicants
from gd_studio.data.nothing import NoData
from gd_studio.data.preparation import Preparation, Prepared, Split, prepare
from gd_studio.data.soundness import refuse_unsound

DataSettings = (
    Line | Sine | Plane | Moons | Circles | Spirals | Xor | Blobs
    | Iris | Wine | BreastCancer | Diabetes | Digits | LoanApplicants
    | NoData | File
)  # fmt: skip

__all__ = [
    "Blobs",
    "BreastCancer",
    "Circles",
    "Column",
    "DataSettings",
    "Dataset",
    "Diabetes",
    "Digits",
    "File",
    "Iris",
    "Line",
    "LoanApplicants",
    "Moons",
    "NoData",
    "Plane",
    "Preparation",
    "Prepared",
    "Reading",
    "Sine",
    "Spirals",
    "Split",
    "Wine",
    "Xor",
    "prepare",
    "proposed_target",
    "proposed_task",
    "refuse_unsound",
]
