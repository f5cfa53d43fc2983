"""The weights over time as lines: a fair share in grey, the largest movers named and in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QBrush, QColor, QFontMetricsF

from gd_studio.gui.numbers import exact, whole
from gd_studio.gui.parameter_names import fitting_name, have_room
from gd_studio.gui.plots.axes import Scale, round_up
from gd_studio.gui.plots.canvas import PlotPanel, finite_range
from gd_studio.gui.plots.colours import colour, pen, pen_of
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.labels import Tag, spread
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.weights_ghosts import WeightsGhosts, ghost_entries
from gd_studio.gui.plots.weights_lines import (
    GREY_POINTS,
    MOST_LINES,
    NAMED,
    RACING_POINTS,
    fair_share,
    in_places,
    join,
    largest_movers,
    thinned,
)

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

NAMED_POINTS, LEAST_POINTS = 400, 100
CLICK_PIXELS = 12
NAME_GAP = 14  # pixels between a line's end, its name and the border
LEAST_FOR_NAMES = 36  # pixels; with less room beside the lines their names stand on them
MOST_FOR_NAMES = 0.5  # of the width
# Which lines are named; and the same where there is little room.
ALL = "all of them named", ("all named", "")
MOVERS = "five largest movers", ("five movers", "movers")
FIRST = "the first five: none has moved", ("first five", "")
OTHERS = "others"  # key of the grey lines in the legend


class LinesView:
    """The lines of a panel, and the names at their ends."""

    def __init__(self, panel: PlotPanel, layer: Layer) -> None:
        self._panel = panel
        self.ghosts = WeightsGhosts(layer)
        self._named: list[int] = []  # columns of the trajectory, as is _grey
        self._movers: list[int] = []  # columns as well, each at the place of its colour
        self._grey: list[int] = []
        self._entries: list[Entry] = []
        self._offered_for: tuple[Any, ...] = ()
        self.ids = np.zeros(0, dtype=np.intp)  # the parameter of each column
        self._others = layer.curve()
        self._lines = [layer.curve("finite") for _ in range(NAMED + 1)]
        self.dots = layer.dots(size=7)
        self._brushes: list[QBrush] = []
        self.tags = [Tag(panel.plot_item) for _ in self._lines]

    @property
    def named(self) -> list[int]:
        """The parameters that stand out: the largest movers, then the selected one."""
        return [int(self.ids[column]) for column in self._named]

    def set_theme(self) -> None:
        """Take over the colours of the panel's theme."""
        theme = self._panel.theme
        self._others.setPen(pen(theme, "bystander"))
        self.ghosts.set_theme(theme)
        self._brushes = [QBrush(self.color(place)) for place in range(len(self._lines))]
        for tag in self.tags:
            tag.set_background(colour(theme, "card", 170))

    def forget(self) -> None:
        """Let the movers of another run take any colours."""
        self._movers = []

    def choose(self, frame: Frame) -> None:
        """Choose the lines that stand out: the largest movers, and the selected parameter."""
        kept = frame.trajectory_parameters
        now = frame.parameters if kept is None else frame.parameters[kept]
        movers = in_places(largest_movers(frame.trajectory, now), self._movers)
        self._movers = movers
        # Of a very large model the path holds a subset: columns are not parameters then.
        self.ids = np.arange(len(now)) if kept is None else np.asarray(kept)
        selected = self._panel.selection.parameter
        at = int(np.searchsorted(self.ids, selected))
        is_kept = at < len(now) and self.ids[at] == selected
        self._named = movers + ([at] if is_kept and at not in movers else [])

    def draw(self, frame: Frame) -> None:
        """Draw the lines of the chosen columns."""
        self._grey = fair_share(len(self.ids), self._named)
        steps = np.asarray(frame.trajectory_steps, dtype=np.float64)
        self._draw_others(steps, frame.trajectory, RACING_POINTS if frame.racing else GREY_POINTS)
        at = np.flatnonzero(self.ids == self._panel.selection.parameter)
        chosen = int(at[0]) if len(at) else None
        self.ghosts.draw(frame, self._panel.shown_ghosts(frame), self._named, chosen)
        self._draw_named(frame, steps)
        self._set_range(frame)
        self.place_tags(frame)
        self._say_all(frame)
        self._show_legend(frame)

    def hide(self) -> None:
        """Make room for another view."""
        self.ghosts.hide()
        for thing in (self._others, self.dots, *self._lines):
            thing.hide()
        for tag in self.tags:
            tag.hide()

    def place_tags(self, frame: Frame) -> None:
        """Write each name at the end of its line, apart from the others."""
        if not self._named:
            return
        (_, right), _ = self._panel.plot_item.getViewBox().viewRange()
        font = self._panel.small_font()
        metrics = QFontMetricsF(font)
        per_x, per_y = self._panel.pixel_size()
        last = min(float(frame.last_step), right)
        places = self._heights_of_names(frame, (metrics.height() + 1) * per_y)
        room = (right - last) / max(per_x, 1e-12) - NAME_GAP
        is_beside = room >= LEAST_FOR_NAMES
        widest = room if is_beside else self._panel.plot_item.getViewBox().width() - 4
        names = self._fitting_names(frame, list(places), widest, metrics)
        for place, tag in enumerate(self.tags):
            if place not in places or not self._shows(place):
                tag.hide()
                continue
            side = 0.0 if is_beside else 1.0
            at = last + 6 * per_x if is_beside else right
            color = self.color(place)
            tag.show(names[place], at, places[place], color, font, (side, 0.5))

    def _fitting_names(
        self, frame: Frame, places: list[int], widest: float, metrics: QFontMetricsF
    ) -> dict[int, str]:
        """Return the names at places, all of them whole or all of them short."""
        names = [frame.hypothesis.said_name(int(self.ids[self._named[p]])) for p in places]
        short = not have_room(names, widest, metrics)
        fitting = [fitting_name(name, widest, metrics, short) for name in names]
        return dict(zip(places, fitting, strict=True))

    def _heights_of_names(self, frame: Frame, height: float) -> dict[int, float]:
        """Return how high names of a height stand, by place; where there is room for few, few."""
        _, (bottom, top) = self._panel.plot_item.getViewBox().viewRange()
        named = fewer(len(self._named), int((top - bottom) / height))
        ends = [float(frame.trajectory[-1, self._named[place]]) for place in named]
        wished = [min(max(v, bottom), top) if np.isfinite(v) else 0.0 for v in ends]
        heights = spread(wished, height, bottom + height / 2, top - height / 2)
        return dict(zip(named, heights, strict=True))

    def color(self, place: int) -> QColor:
        """Return the colour of a named line; the selected parameter has that of text."""
        if place < NAMED:
            return QColor(self._panel.theme.movers[place])
        return colour(self._panel.theme, "text")

    def parameter_at(self, frame: Frame, x: float, y: float) -> int | None:
        """Return the parameter whose line or name lies within a few pixels of a place."""
        if not self._named:
            return None
        named = [column for place, column in enumerate(self._named) if self._shows(place)]
        shown = named + (self._grey if self._panel.legend.shows(OTHERS) else [])
        if not shown:
            return None
        per_y = max(self._panel.pixel_size()[1], 1e-12)
        tag = next((i for i, t in enumerate(self.tags) if self._is_on(t, x, y)), None)
        if tag is not None and tag < len(self._named):
            return int(self.ids[self._named[tag]])
        at = int(np.argmin(np.abs(np.asarray(frame.trajectory_steps) - x)))
        away = np.abs(frame.trajectory[at, shown] - y) / per_y
        # A named line wins against grey ones that pass as near.
        away[: len(named)] -= 3
        nearest = int(np.argmin(away))
        return int(self.ids[shown[nearest]]) if away[nearest] <= CLICK_PIXELS else None

    def value_words(self, frame: Frame, index: int, x: float) -> str:
        """Say what a parameter was at the kept step nearest to x."""
        column = int(np.searchsorted(self.ids, index))
        at = int(np.argmin(np.abs(np.asarray(frame.trajectory_steps) - x)))
        step = whole(int(frame.trajectory_steps[at]))
        return f"{exact(float(frame.trajectory[at, column]))} at step {step}"

    def _draw_others(self, steps: Any, trajectory: Any, most: int) -> None:
        is_shown = self._panel.legend.shows(OTHERS)
        self._others.setVisible(is_shown and bool(self._grey) and len(steps) > 1)
        if self._others.isVisible():
            kept = thinned(len(steps), max(most // len(self._grey), 12))
            joined = join(steps[kept], trajectory[kept][:, self._grey])
            self._others.setData(joined.x, joined.y, connect=joined.joined)

    def _draw_named(self, frame: Frame, steps: Any) -> None:
        kept = thinned(len(steps), min(NAMED_POINTS, self._pixels()))
        ends: list[float] = []
        for place, line in enumerate(self._lines):
            is_shown = place < len(self._named) and self._shows(place)
            line.setVisible(is_shown)
            if not is_shown:
                continue
            index = self._named[place]
            chosen = self.ids[index] == self._panel.selection.parameter
            color = self.color(place)
            drawn = pen_of(color, 2.5 if chosen else 2, _dash(place))
            values = frame.trajectory[kept, index]
            line.setData(steps[kept], values, pen=drawn, antialias=len(kept) <= NAMED_POINTS)
            ends.append(float(frame.parameters[self.ids[index]]))
        seen = np.flatnonzero(np.isfinite(ends))
        at = np.full(len(seen), float(frame.step))
        self.dots.setData(at, np.array(ends)[seen], brush=[self._brushes[i] for i in seen])
        self.dots.show()

    def _pixels(self) -> int:
        """Return how wide the lines are: more points than that nobody would see."""
        return max(int(self._panel.plot_item.getViewBox().width()), LEAST_POINTS)

    def _shows(self, place: int) -> bool:
        """Return whether the legend shows a named line."""
        return self._panel.legend.shows(_key(int(self.ids[self._named[place]])))

    def _show_legend(self, frame: Frame) -> None:
        """Offer the lines; made anew only where something about them has changed."""
        panel = self._panel
        known = (panel.theme.name, self.named, frame.hypothesis, frame.ghost, frame.ghosts)
        if known != self._offered_for:
            self._offered_for = known
            self._entries = self._made_entries(frame)
        panel.legend.show(self._entries, panel)

    def _made_entries(self, frame: Frame) -> list[Entry]:
        theme = self._panel.theme
        found = []
        for place, index in enumerate(self.named):
            help = f"{frame.hypothesis.parameter_name(index)}, step by step."
            look = pen_of(self.color(place), 2, _dash(place))
            found.append(Entry(_key(index), frame.hypothesis.said_name(index), look, help))
        if self._grey:
            look = pen(theme, "bystander")
            found.append(Entry(OTHERS, "all others", look, "A fair share of all other parameters."))
        return found + ghost_entries(theme, frame)

    def _set_range(self, frame: Frame) -> None:
        self._panel.set_scales(Scale(unit="steps", whole=True), Scale("parameter"))
        # Names stand right of the line ends: a third of the width is theirs, or what they need.
        share = max(1 / (1 - self._share_of_names(frame)), 1.4)
        right = round_up(max(frame.last_step * share, 10.0), frame.racing)
        drawn = frame.trajectory[thinned(len(frame.trajectory), 200)]
        low, high = finite_range([drawn[:, self._named + self._grey]]) or (-1.0, 1.0)
        reach = round_up(max(abs(low), abs(high), 1e-6) * 1.05)
        bottom = -reach if low < -0.05 * reach else -0.02 * reach
        top = reach if high > 0.05 * reach else 0.02 * reach
        self._panel.want_range(-0.012 * right, right, bottom, top)

    def _share_of_names(self, frame: Frame) -> float:
        """Return how much of the width the names of the lines need, at most nearly half."""
        metrics = QFontMetricsF(self._panel.small_font())
        names = [frame.hypothesis.said_name(i) for i in self.named]
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        width = self._panel.plot_item.getViewBox().width()
        return float(min((widest + NAME_GAP + 8) / max(width, 1), MOST_FOR_NAMES))

    def _say_all(self, frame: Frame) -> None:
        total = len(frame.parameters)
        movers = min(NAMED, total)
        said, short = ALL if total <= NAMED else MOVERS if frame.step else FIRST
        self._panel.say(Said("over time · ", short=""), Said(said, short=short, rank=1))
        drawn = len(self._grey) + len(self._named)
        self._panel.set_note(
            f"{whole(drawn)} of {whole(total)} parameters drawn, evenly chosen."
            if total > MOST_LINES
            else ""
        )
        names = ", ".join(
            f"{frame.hypothesis.said_name(i)} {exact(float(frame.parameters[i]), 4)}"
            for i in self.named[:movers]
        )
        self._panel.set_summary(f"Weights at step {frame.step}, {said}: {names}.")

    def _is_on(self, tag: Tag, x: float, y: float) -> bool:
        if not tag.is_visible:
            return False
        view = self._panel.plot_item.getViewBox()
        scene_point = view.mapViewToScene(pg.Point(x, y))
        return tag.box.contains(scene_point)


def _key(index: int) -> str:
    """Return a parameter's key in the legend."""
    return f"parameter {index}"


def _dash(place: int) -> str:
    """Return the dash of a named line: only the selected one, where it moved little, has one."""
    return "dashed" if place >= NAMED else "solid"


def fewer(count: int, room: int) -> list[int]:
    """Return which of so many names to write where there is room for fewer: the last stays.

    >>> fewer(6, 4)
    [0, 1, 2, 5]
    """
    return list(range(count)) if count <= room else [*range(max(room, 1) - 1), count - 1]
