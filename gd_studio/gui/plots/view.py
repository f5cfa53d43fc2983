"""What the prediction plot asks of each of its views: draw, hide, hover, click, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.points import Group, Points
from gd_studio.gui.plots.prediction_legend import keys_of
from gd_studio.gui.plots.samples import MOST_POINTS, Sample
from gd_studio.gui.selection import SplitName
from gd_studio.gui.theme import CLASS_SIGNS

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

Found = tuple[SplitName, int]
MOST_NAMED_CLASSES = 4
CUT_TO = (12, 8, 5)  # letters
TO_SIGNS = len(CUT_TO) + 2  # times that a class is said shorter until it is only its sign


class View:
    """Abstract: one way to show guesses; it draws into the panel it is given.

    `most` is how many rows of big data it draws, unless it is about all (`is_sampled`).
    """

    most = MOST_POINTS
    is_sampled = True

    def __init__(self, panel: PlotPanel) -> None:
        self.panel = panel

    @property
    def note(self) -> str:
        """What stands under the plot, beside what the sample says of itself."""
        return ""

    @property
    def short_note(self) -> str:
        """What stands there instead where the plot is low."""
        return self.note

    def draw(self, frame: Frame, sample: Sample) -> None:
        """Draw a frame."""
        raise NotImplementedError

    def give_way(self) -> None:
        """Move words away from what the panel has put on them."""

    def set_theme(self) -> None:
        """Take over the colours of the panel's theme."""

    def hide(self) -> None:
        """Take everything away."""
        raise NotImplementedError

    def stop(self) -> None:
        """Do nothing more until drawn again: the plot is out of sight."""

    def shutdown(self) -> None:
        """End what is computed in the background and wait until it has ended."""

    def hover(self, frame: Frame, x: float, y: float) -> str:
        """Return what is exactly at a place of the plot."""
        return ""

    def row_at(self, x: float, y: float) -> Found | None:
        """Return the row whose point is at a place of the plot."""
        return None

    def rows_at(self, x: float, y: float) -> Sequence[Found]:
        """Return the rows at a place of the plot, of which pictures are shown."""
        found = self.row_at(x, y)
        return () if found is None else (found,)

    def row_by_key(self, key: int, shift: bool) -> Found | None:
        """Return the row to which a key of the focused plot leads; None if it has no use of it."""
        return None

    def entries(self, frame: Frame) -> list[Entry]:
        """Return what of it the legend can hide."""
        return []

    def show_points(self, points: Points, key: object, groups: Sequence[Group]) -> None:
        """Draw the points that the legend shows; `key` stands for all of them."""
        legend = self.panel.legend
        shown = [group for group in groups if all(map(legend.shows, keys_of(group)))]
        points.show((key, legend.hidden), shown, self.panel.theme)

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        """Return what is drawn as a table."""
        return [], []


def legend(frame: Frame, wide: str = "   ") -> list[Said]:
    """Return the header's words for shapes and hollow points; class names are given up last."""
    classes = frame.hypothesis.classes
    has_validation = frame.evaluation.validation is not None
    said: list[Said] = []
    if len(classes) > MOST_NAMED_CLASSES:
        said.append(Said(f"{len(classes)} classes"))
    for code, name in enumerate(classes[:MOST_NAMED_CLASSES] if not said else ()):
        gap, narrow = (wide, "  ") if code else ("", "")
        sign = CLASS_SIGNS[code]
        shorter = [f"{narrow}{sign} {cut}" for cut in _shorter_names(name)]
        shorter = [f"{narrow}{sign} {name}", *shorter, f"{narrow}{sign}"]
        said.append(Said(f"{gap}{sign} {name}", short=tuple(shorter), rank=2))
    if has_validation:
        gap, narrow = (wide, "  ") if said else ("", "")
        shorter = [f"{narrow}hollow = validation", f"{narrow}hollow = val.", f"{narrow}○ val.", ""]
        said.append(Said(f"{gap}hollow = validation", short=tuple(shorter), rank=1))
    return said


def figures(
    what: Sequence[str],
    numbers: Mapping[SplitName, str],
    short: str | tuple[str, ...] = (),
    rounded: str = "",
) -> list[Said]:
    """Return the header's words for a number of each split.

    In a narrow header the second number goes before the name of what they measure, and `rounded`
    takes the place of the first. `short` does so where not even the number alone has room.
    """
    said = [Said(what[0], short=(*what[1:], ""), rank=3)]
    for k, (split, number) in enumerate(numbers.items()):
        if k:
            said.append(Said(" · ", short="", rank=2))
        said.append(Said(f"{split} ", short=""))
        brief = "" if k else rounded or short
        said.append(Said(number, split, True, brief, rank=2 if k or rounded else 4))
    return said


def _shorter_names(name: str) -> list[str]:
    """Return a name cut to fewer and fewer letters; a short one stays while others are cut."""
    return [f"{name[:length]}…" if len(name) > length + 1 else name for length in CUT_TO]


def row_number(frame: Frame, split: SplitName, row: int) -> int:
    """Return the number of a split's row in the data set, counted from 1."""
    prepared = frame.hypothesis.prepared
    part = prepared.validation if split == "validation" else prepared.train
    return int(part.rows[row]) + 1
