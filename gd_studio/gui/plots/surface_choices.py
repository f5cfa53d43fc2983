"""What can be chosen on the loss surface: planes, the two parameters of one, and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array, read_only
from gd_studio.gui.plots.weights_lines import largest_movers

if TYPE_CHECKING:
    from gd_studio.experiment.surface import Surface
    from gd_studio.session.frame import Frame

PLANES = {
    "path": "The path's own plane",
    "parameters": "Two parameters…",
    "gradient": "Gradient and sharpest direction",
    "curvature": "The two sharpest directions",
    "random": "Two random directions",
    "between": "Through start, best and now",
    "pins": "Through three pinned runs",
}
NO_PLACE = (
    "This plane lies along numbers that are not finite: go back to an earlier step, or choose "
    "another plane."
)


def two_movers(frame: Frame) -> list[int]:
    """Return the two parameters that moved most; of a path that is not kept, the first two."""
    if frame.trajectory_parameters is not None:
        return [0, 1]
    return largest_movers(frame.trajectory, frame.trajectory[-1], 2)


def weights_at(frame: Frame, surface: Surface, x: float, y: float) -> dict[str, Array]:
    """Return the weights by name at a place of the plane."""
    theta = read_only(surface.losses.below(np.array([[x, y]]))[0])
    weights: dict[str, Array] = frame.hypothesis.network.weights(theta)
    return weights
