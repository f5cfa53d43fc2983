"""Dropout: at every step some neurons are left out, so that none relies on one neighbour alone.

Inverted dropout: what stays is divided by the share that stays, so that the sums keep their size
and nothing need be changed when the model is used. (Srivastava et al. 2014, "Dropout: a simple
way to prevent neural networks from overfitting".)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gd_studio.engine.arrays import Array


def draw_masks(masks: Sequence[Array], share: float, rng: np.random.Generator) -> None:
    """Fill the masks (width, batch) of all hidden layers with 0 or 1 / (1 - share).

    `share` is the probability with which a neuron is left out, for each row anew.
    """
    drawn = rng.random(sum(mask.size for mask in masks))
    start = 0
    for mask in masks:
        part = drawn[start : start + mask.size].reshape(mask.shape)
        np.greater_equal(part, share, out=mask, casting="unsafe")
        np.multiply(mask, 1.0 / (1.0 - share), mask)
        start += mask.size
