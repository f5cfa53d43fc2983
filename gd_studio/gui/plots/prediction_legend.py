"""What the legend of the prediction plot says of rows, classes and earlier guesses."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg

from gd_studio.gui.numbers import fixed, whole
from gd_studio.gui.plots.colours import class_colour, pen, pen_of, shape_sign
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.outlines import START, earlier, earlier_pen
from gd_studio.gui.plots.points import Group
from gd_studio.gui.plots.samples import SPLITS, split_of
from gd_studio.gui.selection import SplitName
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

HELPS: dict[SplitName, str] = {
    "train": "Rows that the model learns from: filled points.",
    "validation": "Rows it never learns from, to judge it by: hollow points.",
}
SIGNS: dict[SplitName, str] = {"train": "●", "validation": "○"}
RINGED = "ringed"


def keys_of(group: Group) -> tuple[str, ...]:
    """Return the legend's keys that all have to be shown for a group of points to be drawn."""
    return (group.split,) if group.code is None else (group.split, f"class {group.code}")


def row_entries(theme: Theme, frame: Frame, only: SplitName | None = None) -> list[Entry]:
    """Return entries for the rows of each split (or `only` one), the batch's, and each class."""
    prepared = frame.hypothesis.prepared
    token = {split: "text" if prepared.classes else split for split in SPLITS}
    found = [
        Entry(split, f"{split} rows", pen(theme, token[split]), HELPS[split], sign=SIGNS[split])
        for split in SPLITS
        if len(split_of(prepared, split).rows) and only in (None, split)
    ]
    if frame.step > 0 and 0 < len(frame.batch_rows) < len(prepared.train.rows):
        help = "Thin rings around the rows of this step's batch, which moved the weights."
        found.append(Entry(RINGED, "batch", pen(theme, "text"), help, sign="◎"))
    for code, name in enumerate(prepared.classes):
        look = pen_of(class_colour(theme, code))
        help = f"Rows of the class {name}."
        found.append(Entry(f"class {code}", name, look, help, sign=shape_sign(code)))
    return found


def split_entries(curves: Mapping[SplitName, Any], found: Container[str]) -> list[Entry]:
    """Return an entry for the curve of each split that was found."""
    said = {"train": "Of all training rows.", "validation": "Of all validation rows."}
    return [
        Entry(split, split, pg.mkPen(curve.opts["pen"]), said[split])
        for split, curve in curves.items()
        if split in found
    ]


def earlier_entries(theme: Theme, frame: Frame) -> list[Entry]:
    """Return an entry for each earlier guess that can be outlined."""
    said = {
        ghost.number: f"What an earlier run guessed after step {whole(ghost.step)}, when its loss "
        f"was {fixed(ghost.loss)}."
        for ghost in (frame.ghost, *frame.ghosts)
        if ghost is not None
    }
    said[START] = "What the model guessed at step 0, before it had learned anything."
    return [
        Entry(one.key, one.words, earlier_pen(theme, one.number), said[one.number])
        for one in earlier(frame)
    ]
