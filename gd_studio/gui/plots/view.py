"""What the prediction plot asks of each of its views: draw, hide, hover, click, export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.samples import Sample
from gd_studio.gui.selection import SplitName
from gd_studio.gui.theme import CLASS_SIGNS

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

Found = tuple[SplitName, int]
MOST_NAMED_CLASSES = 4


class View:
    """Abstract: one way to show guesses; it draws into the panel it is given."""

    def __init__(self, panel: PlotPanel) -> None:
        self.panel = panel

    def draw(self, frame: Frame, sample: Sample) -> None:
        """Draw a frame."""
        raise NotImplementedError

    def set_theme(self) -> None:
        """Take over the colours of the panel's theme."""

    def hide(self) -> None:
        """Take everything away."""
        raise NotImplementedError

    def hover(self, frame: Frame, x: float, y: float) -> str:
        """Return what is exactly at a place of the plot."""
        return ""

    def row_at(self, x: float, y: float) -> Found | None:
        """Return the row whose point is at a place of the plot."""
        return None

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        """Return what is drawn as a table."""
        return [], []


def legend(frame: Frame) -> list[Said]:
    """Return the header's words for shapes and hollow points."""
    classes = frame.hypothesis.classes
    has_validation = frame.evaluation.validation is not None
    said: list[Said] = []
    if len(classes) > MOST_NAMED_CLASSES:
        said.append(Said(f"{len(classes)} classes"))
    for code, name in enumerate(classes[:MOST_NAMED_CLASSES] if not said else ()):
        gap = "   " if code else ""
        said.append(Said(f"{gap}{CLASS_SIGNS[code]} {name}", short=f"{gap}{CLASS_SIGNS[code]}"))
    if has_validation:
        gap = "   " if said else ""
        said.append(Said(f"{gap}hollow = validation", short=""))
    return said


def row_number(frame: Frame, split: SplitName, row: int) -> int:
    """Return the number of a split's row in the data set, counted from 1."""
    prepared = frame.hypothesis.prepared
    part = prepared.validation if split == "validation" else prepared.train
    return int(part.rows[row]) + 1
