"""The names of the prediction plot's views, and which of them suit the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gd_studio.gui.plots.samples import number_features

if TYPE_CHECKING:
    from gd_studio.data import Prepared

VIEWS = {
    "fit": "Fit",
    "map": "Map of guesses",
    "failure": "Heat map of failure",
    "actual": "Predicted against actual",
    "residuals": "Residuals",
    "histogram": "Histogram of residuals",
    "confusion": "Confusion matrix",
    "roc": "ROC curve",
    "precision": "Precision and recall",
}
CLASSES, VALUES = ["confusion", "roc", "precision"], ["actual", "residuals", "histogram"]


def views_for(prepared: Prepared) -> list[str]:
    """Return the views that make sense for the data, the best one first; none without data."""
    numbers, features = number_features(prepared), len(prepared.features)
    is_class = prepared.task == "classification"
    summary = CLASSES if is_class else VALUES
    if prepared.task == "landscape":
        return []
    if features == 1 and len(numbers) == 1:
        return ["fit", "failure", *summary]
    if len(numbers) < 2:
        return [*summary]
    # Two pixels of a picture say little about it.
    if prepared.dataset.image_shape is not None:
        return [*summary, "failure", "map"]
    return ["map", "failure", *summary]
