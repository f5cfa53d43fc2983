"""What can be chosen about the heat map of failure, as groups of the plot's menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gd_studio.gui.plots.colours import shape_sign
from gd_studio.gui.plots.failure_view import PLANES, TRUTHS, FailureView
from gd_studio.gui.plots.header import PlotHeader

if TYPE_CHECKING:
    from gd_studio.data import Prepared

RIGHT, PLANE, ROWS = "Taken as right", "Plane of the map", "Rows drawn and added up"
SPLITS = {"train": "Training rows", "validation": "Validation rows"}


class FailureMenu:
    """Truth, plane and rows of the failure view; `changed` is called after a choice."""

    def __init__(
        self, header: PlotHeader, view: FailureView, changed: Callable[[], None]
    ) -> None:
        self._choices, self._view, self._changed = header.choices, view, changed
        header.add_choices(RIGHT, TRUTHS, "row", self.set_truth)
        header.add_choices(PLANE, PLANES, "slice", self.set_plane)
        header.add_choices(ROWS, SPLITS, "train", self.set_rows)
        self.offer(None)

    def offer(self, prepared: Prepared | None) -> None:
        """Offer what makes sense for the data; None hides all of it."""
        if prepared is None:
            for name in (RIGHT, PLANE, ROWS):
                self._choices.offer(name, {})
            return
        classes = class_names(prepared)
        self._choices.offer(RIGHT, TRUTHS | classes if len(prepared.features) > 1 else {})
        self._choices.offer(PLANE, PLANES if len(prepared.features) > 2 else {})
        self._choices.offer(ROWS, SPLITS if len(prepared.validation.rows) else {})
        self._choices.show_choice(RIGHT, self._view.chosen(prepared))
        self._choices.show_choice(PLANE, self._view.plane)
        self._choices.show_choice(ROWS, self._view.split)

    def set_truth(self, word: str) -> None:
        """Take as right the "row"'s truth, the "nearest" row's, or a class by its code."""
        self._view.truth = word
        self._changed()

    def set_plane(self, word: str) -> None:
        """Show a "slice" or a "projection"."""
        self._view.plane = word
        self._changed()

    def set_rows(self, word: str) -> None:
        """Draw and add up the "train" or the "validation" rows."""
        self._view.split = "validation" if word == "validation" else "train"
        self._changed()


def class_names(prepared: Prepared) -> dict[str, str]:
    """Return sign and name of the classes by code."""
    # An ampersand would be taken for the mark of a shortcut.
    names = (name.replace("&", "&&") for name in prepared.classes)
    return {str(k): f"{shape_sign(k)} {name}" for k, name in enumerate(names)}
