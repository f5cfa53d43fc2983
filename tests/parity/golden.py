"""The golden numbers: what PyTorch once made of the cases."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from gd_studio.engine.arrays import Array

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@cache
def golden() -> dict[str, dict[str, Array]]:
    """Return {case: {what: (recorded steps, P)}} from all files."""
    found: dict[str, dict[str, Array]] = {}
    for path in sorted(GOLDEN.glob("*.npz")):
        with np.load(path) as file:
            for key in file.files:
                case, _, what = key.partition("|")
                found.setdefault(case, {})[what] = file[key]
    return found
