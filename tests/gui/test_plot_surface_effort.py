"""How finely a map is computed follows what its losses cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.surface_axes import Axes
from gd_studio.gui.plots.surface_effort import (
    COARSE,
    RESOLUTION,
    may_refine,
    racing_resolution,
)
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, trained
from tests.gui.test_plot_surface import settle, shown


def of(*hidden: int) -> Frame:
    return trained({"model": {"hidden": list(hidden)}}, 3)


def racing(frame: Frame) -> Frame:
    return replace(frame, playing=True, aimed_rate=None)


def test_a_small_network_is_always_seen_at_full_fineness() -> None:
    small = of(8, 8).hypothesis
    assert racing_resolution(small) == RESOLUTION
    assert may_refine(small)
    at_rest = Axes().request(of(8, 8))
    assert at_rest is not None
    assert not at_rest.is_rough, "what stands still is exact where that is a matter of a moment"


def test_a_large_network_is_seen_coarsely_while_racing_and_never_at_the_finest() -> None:
    frame = of(200, 200)
    assert COARSE <= racing_resolution(frame.hypothesis) < RESOLUTION
    axes = Axes()
    asked = axes.request(racing(frame))
    assert asked is not None
    assert asked.resolution == racing_resolution(frame.hypothesis)
    assert asked.is_rough
    at_rest = Axes().request(frame)
    assert at_rest is not None
    assert at_rest.resolution == RESOLUTION
    assert at_rest.is_rough
    assert not may_refine(frame.hypothesis)


def test_a_map_of_two_parameters_is_never_rough() -> None:
    asked = Axes().request(racing(trained(LINE, 3)))
    assert asked is not None
    assert not asked.is_rough


def test_a_race_fits_its_axes_as_announced_and_what_stands_still_is_exact(qtbot: QtBot) -> None:
    few: dict[str, Any] = {"data": {"samples": 40}, "model": {"hidden": [3]}}
    plot = shown(qtbot, trained(few, 3))
    axes, rough = plot._axes, []  # noqa: SLF001
    plot._worker.seconds_between = 0  # noqa: SLF001
    plot.set_frame(racing(trained(few, 12)))
    settle(qtbot, plot)
    assert (axes.fitted_at, axes.refits) == (12, 1)
    plane = plot.surface and plot.surface.plane
    plot.set_frame(racing(trained(few, 13)))
    settle(qtbot, plot)
    assert plot.surface is not None
    assert plot.surface.plane is plane, "the axes stay until the run is twice as long"
    plot.surface_changed.connect(lambda surface: rough.append(len(surface.u)))
    plot.set_frame(trained(few, 13))
    settle(qtbot, plot)
    assert rough == [RESOLUTION], "no coarse one in between"
    assert plot._idle.isActive(), "and the finest when nothing else is to be done"  # noqa: SLF001
