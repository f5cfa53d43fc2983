"""How careful a damped step is: Nielsen's rule (1999, "Damping parameter in Marquardt's method").

The less the last step kept of what the parabola promised, the more the next one leans towards a
short step straight down. The memory's rows are damping μ, its growth ν, and what was left to gain.
"""

from __future__ import annotations

from typing import Annotated

from gd_studio.engine.arrays import Array
from gd_studio.settings import described

LEAST_DAMPING, MOST_DAMPING = 1e-12, 1e12
AT_ONCE = 1e-3  # what is left of the damping where the parabola foretold the loss

Damping = Annotated[
    float,
    described(
        "Damping",
        "How careful the first step is; later ones follow how well the last one went.",
        ge=0,
        le=1e6,
        scale="log",
        more=True,
    ),
]


def accept(memory: Array, ratio: float) -> None:
    """Damp less after a good step: μ ← μ · max(⅓, 1 - (2ρ - 1)³), and at once where ρ is 1."""
    at_once = abs(ratio - 1) < AT_ONCE
    memory[0] *= AT_ONCE if at_once else max(1 / 3, 1 - (2 * min(ratio, 2.0) - 1) ** 3)
    memory[1] = 2


def refuse(memory: Array) -> None:
    """Damp more after a bad step, each time faster."""
    more = float(memory[0, 0]) * float(memory[1, 0])
    memory[0] = min(max(more, LEAST_DAMPING), MOST_DAMPING)
    memory[1] = min(2 * float(memory[1, 0]), MOST_DAMPING)
