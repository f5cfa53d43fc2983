"""The map's cells and the path on it as a table, for export."""

from __future__ import annotations

from typing import Any

from gd_studio.experiment.surface import Surface
from gd_studio.gui.plots.surface_laid import PathPoints


def table_of(surface: Surface, path: PathPoints) -> tuple[list[str], list[list[Any]]]:
    """Return column names and rows, in the plane's coordinates."""
    rows: list[list[Any]] = [
        ["map", "", float(u), float(v), float(surface.values[j, i]), ""]
        for j, v in enumerate(surface.v)
        for i, u in enumerate(surface.u)
    ]
    rows += [
        ["path", int(step), float(u), float(v), "", float(off)]
        for step, (u, v), off in zip(path.steps, path.places, path.off, strict=True)
    ]
    names = [surface.u_label, surface.v_label, "total loss", "off the plane"]
    return ["part", "step", *names], rows
