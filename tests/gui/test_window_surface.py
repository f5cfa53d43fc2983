"""The loss surface in the window: looking at it leaves the run as it is."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.surface_choices import PLANES
from gd_studio.gui.plots.surface_scale import SCALES
from tests.gui.desk import Desk
from tests.gui.test_window_landscape import map_of


def test_choosing_planes_and_colours_touches_neither_run_nor_history(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"data": {"kind": "moons", "samples": 60}, "model": {"hidden": [4]}})
    before = desk.step(3)
    plot = map_of(desk)
    history = before.curves["train_loss"].values.tobytes()
    for plane in PLANES:
        plot.set_plane(plane)
        desk.wait(lambda: not plot.is_computing)
    for scale in SCALES:
        plot.set_scale(scale)
    plot.refit()
    document = desk.window.document
    assert not document.dirty
    assert document.undo_name is None
    desk.act("back")
    desk.at(2)
    after = desk.step()
    assert np.array_equal(after.parameters, before.parameters)
    assert after.curves["train_loss"].values.tobytes() == history
    assert after.tape == before.tape


def test_the_surface_under_a_past_step_is_that_steps(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"data": {"kind": "moons", "samples": 60}, "model": {"hidden": [4]}})
    desk.step(6)
    plot = map_of(desk)
    plot.set_parameters("hidden 1.weight[0,2]", "output.bias[0]")
    map_of(desk)
    desk.window.session.seek(2)
    frame = desk.at(2)

    def is_of_step() -> bool:
        surface = plot.surface
        return surface is not None and surface.now.distance < 1e-12 and not plot.is_computing

    desk.wait(is_of_step)
    surface = plot.surface
    assert surface is not None
    total = frame.evaluation.train["total"]
    assert surface.now.true == pytest.approx(total, rel=1e-12)
    theta = frame.parameters.copy()
    chosen = [
        frame.hypothesis.network.parameter_index(name)
        for name in ("hidden 1.weight[0,2]", "output.bias[0]")
    ]
    theta[chosen] = surface.u[40], surface.v[70]
    there = frame.hypothesis.evaluate(theta, frame.hypothesis.prepared.train)["total"]
    assert surface.values[70, 40] == pytest.approx(there, rel=1e-10)
