"""What the legends of the loss surface, flat and in three dimensions, say of all that is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QPen

from gd_studio.gui.numbers import whole
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.ghosts import GHOSTS, ghost_words
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.surface_map import GHOST_DASHES
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.experiment.surface import Surface
    from gd_studio.session.frame import Frame, Ghost

PATH = "The way from step to step, paler where it is farther off the plane of the map."
START = "Where the run began, at step 0."
NOW = "Where the shown step stands."
BEST = "The best evaluation so far; under the mouse it says which step that was."
NEXT = "Where the next step will lead, before it is taken; not drawn while racing."
DOWNHILL = "Straight down the gradient of all training rows; not drawn while playing."
CONTOURS = "Each joins places of one loss; the lines lie closer together where it is steeper."
LEAST = "Where the loss is least, known exactly."
GAP = "How far the true loss of the shown step is above or below the map."


class SurfaceEntries:
    """The entries of a map, the same ones as long as they say the same."""

    def __init__(self) -> None:
        self._key: tuple[Any, ...] = ()
        self._ghosts: tuple[Any, ...] = ()
        self._entries: tuple[Entry, ...] = ()

    def of(self, theme: Theme, frame: Frame, surface: Surface) -> tuple[Entry, ...]:
        """Return the entries for a frame."""
        ghosts = (frame.ghost, *frame.ghosts)
        key = (theme, surface.minimum, frame.best_parameters is None, *map(id, ghosts))
        if key != self._key:
            # The ghosts are kept, so that no other one can have their place in memory.
            self._key, self._ghosts = key, ghosts
            self._entries = tuple(surface_entries(theme, frame, surface))
        return self._entries


def surface_entries(theme: Theme, frame: Frame, surface: Surface) -> list[Entry]:
    """Return an entry for each thing on the map, hidden or not."""
    found = [*_points(theme, frame)]
    found.append(Entry("next", "next step", pen(theme, "point"), NEXT, sign="◆"))
    found.append(_line(theme, "downhill", "gradient", DOWNHILL, "→"))
    found.append(Entry("contours", "contours", pen(theme, "muted"), CONTOURS))
    if surface.minimum is not None:
        found.append(Entry("least", "minimum", pen(theme, "text"), LEAST, sign="✕"))
    ghosts = (frame.ghost, *frame.ghosts) if frame.ghost is not None else frame.ghosts
    size = len(surface.plane.origin)
    return found + [_ghost(theme, one) for one in ghosts if one.trajectory.shape[1] == size]


def entries_in_3d(theme: Theme, frame: Frame) -> list[Entry]:
    """Return an entry for each thing on the surface in three dimensions."""
    return [*_points(theme, frame), Entry("gap", "gap", pen(theme, "point", 1.5, "dashed"), GAP)]


def _points(theme: Theme, frame: Frame) -> list[Entry]:
    found = [
        _line(theme, "path", "path", PATH),
        Entry("start", "start", pen(theme, "text"), START, sign="○"),
        Entry("now", "now", pen(theme, "point"), NOW, sign="●"),
    ]
    if frame.best_parameters is not None:
        found.append(Entry("best", "best", pen(theme, "good"), BEST, sign="★"))
    return found


def _line(theme: Theme, key: str, words: str, help: str, sign: str = "") -> Entry:
    """Return the entry of a white line with a dark edge, as it is on the map."""
    if sign:
        return Entry(key, words, pen(theme, "text"), help, sign=sign)
    return Entry(key, words, pen(theme, "path", 2), help, edge=_edge(theme))


def _ghost(theme: Theme, ghost: Ghost) -> Entry:
    look = pen(theme, "path", 1.5, GHOST_DASHES[ghost.number])
    help = f"The path of an earlier run, {whole(ghost.step)} steps long."
    return Entry(GHOSTS[ghost.number], ghost_words(ghost), look, help, edge=_edge(theme))


def _edge(theme: Theme) -> QPen:
    return pen(theme, "path_edge", 5)
