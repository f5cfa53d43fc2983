"""How finely a map is computed follows what its losses cost."""

from __future__ import annotations

from dataclasses import replace

from gd_studio.gui.plots.surface_axes import Axes
from gd_studio.gui.plots.surface_effort import (
    COARSE,
    RESOLUTION,
    may_refine,
    racing_resolution,
)
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, trained


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
