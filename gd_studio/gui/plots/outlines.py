"""What was guessed earlier, as lines: at the start, in the run before, in pinned runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPen

from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.contours import SPOTS, Mark, Outline, boundary, level_lines
from gd_studio.gui.plots.ghosts import GHOSTS, ghost_pen, ghost_words
from gd_studio.gui.plots.grid import Grid, Range
from gd_studio.gui.plots.labels import Label, Tag, show_apart
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.samples import Numbers
from gd_studio.gui.plots.strokes import Curve

if TYPE_CHECKING:
    from gd_studio.data import Prepared
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.gui.plots.canvas import PlotPanel
    from gd_studio.gui.theme import Theme
    from gd_studio.session.frame import Frame

START = -1
CELLS = 60  # of a grid along each axis: finer than a live picture's, as it is looked up once
Compute = Callable[[Any, Any], Outline]


@dataclass(frozen=True, eq=False)
class Earlier:
    """What a model guessed with other parameters; `number` is a ghost's, or `START`.

    `words` name it beside a single line, `short` beside each line of a value. `of` is the same
    object as long as it is the same guess: a ghost's parameters, or the tape on which a start may
    be edited.
    """

    number: int
    words: str
    short: str
    hypothesis: Hypothesis
    parameters: Any
    of: object

    @property
    def key(self) -> str:
        """Its key in the legend."""
        return "start" if self.number == START else GHOSTS[self.number]


def earlier(frame: Frame) -> list[Earlier]:
    """Return the start of this run, and the ghosts that read the same inputs."""
    found = []
    has_start = len(frame.trajectory_steps) and frame.trajectory_steps[0] == 0
    if frame.step > 0 and has_start and frame.trajectory_parameters is None:
        theta = frame.trajectory[0]
        found.append(Earlier(START, "start", "start", frame.hypothesis, theta, frame.tape))
    for ghost in (frame.ghost, *frame.ghosts):
        if ghost is not None and _reads_the_same(ghost.hypothesis, frame.hypothesis):
            short = f"run {ghost.number}" if ghost.number else "before"
            words, theta = ghost_words(ghost), ghost.parameters
            found.append(Earlier(ghost.number, words, short, ghost.hypothesis, theta, theta))
    return found


def earlier_colour(theme: Theme, number: int) -> QColor:
    """Return the colour of the words beside an outline."""
    # Not the ghost's own grey, in which words could not be read on the regions.
    return colour(theme, "text" if number == START else "muted")


def earlier_pen(theme: Theme, number: int) -> QPen:
    """Return the pen of an outline: dotted for the start, the ghost's own otherwise."""
    return pen(theme, "text", 1.2, "dotted") if number == START else ghost_pen(theme, number)


def over_grid(own: Prepared, grid: Grid, reach: Range) -> Compute:
    """Return how what was guessed over a grid (rows as `own` prepares them) is outlined.

    Of classes by their boundaries, of values by lines within `reach`.
    """

    def outline(hypothesis: Hypothesis, theta: Any) -> Outline:
        rows = _as_seen(hypothesis.prepared, own, grid.rows)
        table = grid.table(hypothesis.guess(theta, rows))
        if hypothesis.task == "classification":
            return boundary(grid, table)
        return level_lines(grid, table[..., 0], reach)

    return outline


class Outlines:
    """Curves by number, each computed once for where it is drawn, with words beside it."""

    def __init__(self, panel: PlotPanel, has_halo: bool = False) -> None:
        self._panel, self._has_halo = panel, has_halo
        self._curves: dict[int, Curve] = {}
        self._drawn: dict[int, tuple[Any, Outline]] = {}
        self._of: dict[int, object] = {}  # what each was made of, kept so that it stays the same
        self._tags: dict[tuple[int, int], Tag] = {}
        self._written: tuple[Any, ...] = ()
        self._those: list[Earlier] = []
        # In pixels of the view: where the words stand, and what they were to leave free.
        self._boxes: list[QRectF] = []
        self._taken: Sequence[QRectF] = ()

    @property
    def words(self) -> list[str]:
        """What is written beside the lines."""
        return [tag.text for tag in self._tags.values() if tag.is_visible]

    def curve(self, number: int) -> Curve:
        """Return the curve of one of them, made when it is first needed."""
        if number not in self._curves:
            self._curves[number] = self._layer.curve(antialias=True)
        return self._curves[number]

    @cached_property
    def _layer(self) -> Layer:
        return Layer(self._panel.plot_item, z=4)

    def show(self, frame: Frame, key: Any, compute: Compute) -> None:
        """Draw all that the legend shows, by `compute(hypothesis, parameters)` where it is new."""
        those = [one for one in earlier(frame) if self._panel.legend.shows(one.key)]
        for number in set(self._curves) - {one.number for one in those}:
            self._curves[number].hide()
        for one in those:
            # A start belongs to its run, too.
            who = frame.run_number if one.number == START else 0
            self._draw(one, (key, who), compute)
        self._those = those
        self._write(those)

    def give_way(self) -> None:
        """Write the words elsewhere if something has come to lie on them."""
        if self._written:
            self._write(self._those)

    def hide(self) -> None:
        """Take all of them away."""
        self._written, self._boxes = (), []
        those: list[Curve | Tag] = [*self._curves.values(), *self._tags.values()]
        for item in those:
            item.hide()

    def _draw(self, one: Earlier, key: Any, compute: Compute) -> None:
        theme, curve = self._panel.theme, self.curve(one.number)
        is_known = one.number in self._drawn and self._of[one.number] is one.of
        if not is_known or self._drawn[one.number][0] != key:
            found = compute(one.hypothesis, one.parameters)
            self._drawn[one.number], self._of[one.number] = (key, found), one.of
            curve.setData(found.x, found.y, connect=found.connect)
        curve.setPen(earlier_pen(theme, one.number))
        if self._has_halo:
            curve.setShadowPen(pen(theme, "card", 3.5, alpha=150))
        curve.show()

    def _write(self, those: Sequence[Earlier]) -> None:
        """Name the lines; again only where they, their names or the place have changed."""
        view, font = self._panel.plot_item.getViewBox(), self._panel.small_font()
        names = [(one.number, one.words, id(self._drawn[one.number][1])) for one in those]
        range_and_size = (str(view.viewRange()), view.width(), view.height())
        written = (names, range_and_size, self._panel.theme.name, font.key())
        taken = self._panel.taken
        if written == self._written and not self._is_newly_covered(taken):
            return
        self._written, self._taken = written, taken
        labels = [label for one in those for label in self._labels(one)]
        used = {id(label.tag) for label in labels}
        for tag in self._tags.values():
            if id(tag) not in used:
                tag.hide()
        self._boxes = show_apart(labels, font, view, taken)

    def _is_newly_covered(self, taken: Sequence[QRectF]) -> bool:
        """Whether something lies on the words that was not there when they were written."""
        return taken != self._taken and any(
            box.intersects(one) for box in self._boxes for one in taken
        )

    def _labels(self, one: Earlier) -> list[Label]:
        outline = self._drawn[one.number][1]
        if not len(outline.x):
            return []
        if outline.marks:
            return [self._label(one, k, mark) for k, mark in enumerate(outline.marks)]
        at = [int(share * (len(outline.x) - 1)) for share in SPOTS]
        spots = [(float(outline.x[k]), float(outline.y[k])) for k in at]
        return [self._label(one, 0, Mark("", spots))]

    def _label(self, one: Earlier, place: int, mark: Mark) -> Label:
        theme = self._panel.theme
        if (one.number, place) not in self._tags:
            self._tags[one.number, place] = Tag(self._panel.plot_item)
        tag = self._tags[one.number, place]
        tag.set_background(colour(theme, "card", 190))
        words = f"{one.short}: {mark.value}" if mark.value else one.words
        places = [(words, x, y, (0.5, 0.5)) for x, y in mark.places]
        return Label(tag, earlier_colour(theme, one.number), places)


def _as_seen(other: Prepared, own: Prepared, rows: Numbers) -> Numbers:
    """Return rows (rows, features) that one preparation has scaled as another one would have."""
    if other is own:
        return rows
    own_mean, own_scale, mean, scale = (
        np.array([getattr(f, name) for f in prepared.features])
        for prepared in (own, other)
        for name in ("mean", "scale")
    )
    seen: Numbers = (rows * own_scale + own_mean - mean) / scale
    return seen


def _reads_the_same(other: Hypothesis, own: Hypothesis) -> bool:
    """Return whether two models guess the same thing from the same inputs."""
    if other.prepared is own.prepared:
        return True
    names = [[f.name for f in h.prepared.features] for h in (other, own)]
    return names[0] == names[1] and other.task == own.task and other.classes == own.classes
