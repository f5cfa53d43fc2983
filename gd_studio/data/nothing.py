"""No data at all: for models that are a function of their parameters and of nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from gd_studio.data.dataset import Column, Dataset
from gd_studio.settings import Choice


class NoData(Choice, frozen=True, tag="none"):
    """One row without inputs, so that the loop has something to take in each step."""

    title: ClassVar[str] = "No data: a landscape"

    def load(self, folder: Path | None = None) -> Dataset:
        """Return the one empty row."""
        target = Column("f(x, y)", "number", np.zeros(1))
        return Dataset(self.title, (), target, "landscape")
