"""What the loss surface says: what it is, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.experiment.surface import PointLoss, Surface
from gd_studio.gui.numbers import fixed, percent, whole
from gd_studio.gui.parameter_names import shorter_name
from gd_studio.gui.plots import on_landscape
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.on_landscape import is_landscape
from gd_studio.gui.plots.surface_laid import PathPoints
from gd_studio.gui.plots.surface_picture import Picture
from gd_studio.gui.plots.surface_probe import Look, Looked

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

SHARES_WORK = 300_000  # numbers in a path up to which its spread is measured at every frame


def with_shares(frame: Frame, surface: Surface, path: PathPoints) -> Surface:
    """Return the surface with what it explains of the path as it is now, by its drawn points."""
    rows = path.rows
    small = len(rows) * len(surface.plane.u) <= SHARES_WORK
    if not small or surface.kind == "exact" or len(rows) < 3:
        return surface
    explained = surface.plane.explained(frame.trajectory[rows].astype(np.float64))
    return replace(surface, explained=explained)


def scales(surface: Surface) -> tuple[Scale, Scale]:
    """Return how its axes are written: with their shares where there is room, else by name."""
    across, upwards = surface.chosen.names
    return (
        Scale(surface.u_label, ends=True, short=across, shortest=shorter_name(across)),
        Scale(surface.v_label, ends=True, short=upwards, shortest=shorter_name(upwards)),
    )


@dataclass(frozen=True)
class Told:
    """What a surface says of itself: title, losses at the start and now, and a sentence.

    `kind` is the title in a word or two; of a landscape, which is the function itself, empty.
    """

    title: Said
    kind: str
    losses: tuple[str, ...]
    summary: str

    def notes(self, news: Sequence[str], has_title: bool) -> list[str]:
        """Return what may stand under the map, from long to short.

        The kind of the surface, where the header has no room for its title, is given up last.
        """
        kind = [self.kind] if self.kind and not has_title else []
        *_, now = self.losses
        rows = [[*kind, *self.losses, *news], [*kind, *news, now], [*kind, now], kind or [now]]
        return list(dict.fromkeys(" · ".join(row) for row in rows))


def told(frame: Frame, surface: Surface, look: Looked) -> Told:
    """Say what a surface is; of a landscape its heights, which are exact."""
    now = look.point if isinstance(look, Look) else look
    at = f"Loss surface at step {frame.step}"
    if is_landscape(frame):
        return Told(on_landscape.cue(frame), "", (on_landscape.heights(frame),), f"{at}.")
    said = title(surface)
    axes = f"Across {surface.u_label}, upwards {surface.v_label}."
    return Told(said, said.texts[1], trust(surface, now), f"{at}, {surface.title}. {axes}")


def title(surface: Surface) -> Said:
    """Say whether it is exact, a slice or a projection, and how much of the path it shows."""
    words = surface.title
    percent = f" · {100 * sum(surface.explained):.0f} %"
    short = surface.kind + (percent if "%" in words else "")
    if surface.kind == "projection" and "%" not in words:
        short = "along the gradient"
    return Said(words, short=(short, surface.kind))


def trust(surface: Surface, now: PointLoss | None) -> tuple[str, str]:
    """Say the loss on the map and the true one, at the start and at the shown step."""
    start = surface.start
    here = "…" if now is None else f"map {fixed(now.map)}, true {fixed(now.true)}"
    return f"start: map {fixed(start.map)}, true {fixed(start.true)}", f"now: {here}"


def news(picture: Picture, refitted_at: int | None, left_at: int | None) -> list[str]:
    """Say which rows it is of, what is unknown, that axes are new, that the path has left it."""
    note, made = picture.surface.note, picture.shades
    said = [note] if note else []
    if made.unknown > 0:
        said.append(f"no finite loss on {percent(made.unknown, 0)} of the map (striped)")
    if made.scale in ("log", "rank"):
        said.append(f"colours by {'the logarithm' if made.scale == 'log' else 'rank'}")
    if refitted_at is not None:
        said.append(f"axes refitted at step {whole(refitted_at)}")
    if left_at is not None:
        said.append(f"the path left the map at step {whole(left_at)}")
    return said
