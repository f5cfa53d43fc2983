"""The map and what lies on it are painted as two things, and the map only when it has changed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.export import to_svg
from gd_studio.gui.plots.surface_fade import spread_out
from gd_studio.gui.plots.surface_laid import PathOnPlane, seen_on, settled
from gd_studio.gui.plots.surface_picture import colored
from gd_studio.gui.plots.view_pixels import ViewPixels
from gd_studio.gui.theme import DARK
from gd_studio.session.frame import Frame
from tests.gui.frames import trained, with_ghost
from tests.gui.test_plot_surface import FULL_BATCH, settle, shown


@cache
def line(steps: int = 8) -> Frame:
    return trained(FULL_BATCH, steps)


def test_low_losses_are_dark_and_high_ones_bright() -> None:
    image = colored(np.array([[0.0, 0.5], [1.0, 0.25]]))
    lightness = [QColor(image.pixel(x, y)).lightnessF() for x, y in ((0, 1), (1, 1), (0, 0))]
    assert lightness == sorted(lightness)
    assert image.pixelColor(0, 1).name() == "#440154"


def test_pixels_of_places_count_from_the_upper_left() -> None:
    pixels = ViewPixels(-1, 3, 0, 2, 400, 100)
    assert pixels.of([[-1, 2], [3, 0], [1, 1]]).tolist() == [[0, 0], [400, 100], [200, 50]]
    assert pixels.box((0, 9, 0, 1), beyond=4) == (100, 404, 50, 100)


def test_steps_leave_the_map_as_it_was_painted(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    surface_map = plot._picture.map  # noqa: SLF001
    plot.canvas.viewport().repaint()
    before = surface_map.painted
    for step in (5, 6, 7):
        plot.set_frame(trained(FULL_BATCH, 8, step))
        plot.canvas.viewport().repaint()
    assert surface_map.painted == before
    plot.resize(460, 360)
    QCoreApplication.processEvents()
    plot.canvas.viewport().repaint()
    assert surface_map.painted > before


def test_an_earlier_path_is_laid_on_the_map_once(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    surface_map = plot._picture.map  # noqa: SLF001
    frame = with_ghost(line(), line(3))
    plot.set_frame(frame)
    settle(qtbot, plot)
    ghosts = surface_map.ghosts
    assert [number for number, _ in ghosts] == [0]
    plot.canvas.viewport().repaint()
    painted = surface_map.painted
    plot.set_frame(replace(frame, number=2))
    plot.canvas.viewport().repaint()
    assert surface_map.ghosts is ghosts
    assert surface_map.painted == painted
    plot.selection.show_ghost(0, False)
    assert not surface_map.ghosts


def test_the_dark_place_of_the_map_is_at_its_lowest_loss(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    surface = plot.surface
    assert surface is not None
    surface_map, strokes = plot._picture.map, plot._path.strokes  # noqa: SLF001
    surface_map.set_hidden(frozenset({"contours"}))
    strokes.hide()
    image: QImage = plot.canvas.grab().toImage()
    row, column = np.unravel_index(np.argmin(surface.values), surface.values.shape)
    corner = plot.plot_item.getViewBox().sceneBoundingRect().topLeft()

    def lightness(u: float, v: float) -> float:
        x, y = (strokes.pixels.of([[u, v]])[0] + corner.toTuple()).tolist()
        return image.pixelColor(int(x), int(y)).lightnessF()

    low = lightness(surface.u[column], surface.v[row])
    assert low < lightness(surface.u[2], surface.v[2])
    assert low < lightness(surface.u[-3], surface.v[-3])


def test_another_theme_does_not_show_a_map_that_is_taken_away(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    surface_map = plot._picture.map  # noqa: SLF001
    surface_map.hide()
    surface_map.set_theme(DARK)
    assert not surface_map.isVisible()


def test_an_export_has_the_contours_as_lines(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    whole = to_svg(plot)
    plot._picture.map.set_hidden(frozenset({"contours"}))  # noqa: SLF001
    assert len(to_svg(plot)) < len(whole) - 2000


def test_points_closer_than_a_pixel_are_not_drawn_but_the_ends_are() -> None:
    at = np.stack([np.linspace(0, 9.5, 400), np.zeros(400)], axis=1)
    kept = spread_out(at)
    assert (kept[0], kept[-1]) == (0, 399)
    assert 9 <= len(kept) <= 12
    assert np.abs(np.diff(at[kept, 0])).max() < 1.1
    broken = at.copy()
    broken[200] = np.nan
    assert 200 in spread_out(broken)


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 100, 2000])
def test_places_stay_while_a_path_grows(count: int) -> None:
    places = settled(count, 8)
    assert (places[0], places[-1]) == (0, count - 1)
    assert len(places) <= 9
    grown = settled(2 * count, 8)
    kept = set(places[:-1].tolist())
    assert set(grown[:-1].tolist()) <= kept | set(range(count - 1, 2 * count))


def test_a_growing_path_is_laid_as_the_whole_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gd_studio.gui.plots.surface_laid.PATH_POINTS", 20)
    last = trained({}, 50)
    seen = []

    def counted(plane: object, thetas: np.ndarray) -> object:
        seen.append(len(thetas))
        return seen_on(plane, thetas)  # type: ignore[arg-type]

    from gd_studio.engine.planes import path_plane

    plane = path_plane(last.trajectory)
    monkeypatch.setattr("gd_studio.gui.plots.surface_laid.seen_on", counted)
    laid = PathOnPlane()
    for count in range(3, 52):
        part = replace(
            last, trajectory=last.trajectory[:count], trajectory_steps=last.trajectory_steps[:count]
        )
        found = laid.points(part, plane)
    at, off = seen_on(plane, last.trajectory[found.rows])
    assert found.places == pytest.approx(at, abs=1e-12)
    assert found.off == pytest.approx(off, abs=1e-12)
    assert list(found.steps) == [int(last.trajectory_steps[row]) for row in found.rows]
    assert max(seen[1:]) <= 2
