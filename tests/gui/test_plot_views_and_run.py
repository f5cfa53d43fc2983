"""What a view shows is its own affair: no toggle touches the run or adds to its history."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.gui.plots.camera import Camera
from gd_studio.gui.plots.depth import DepthPlot
from gd_studio.gui.plots.depth_measures import MEASURES
from gd_studio.gui.plots.ray import RayPlot
from gd_studio.gui.plots.surface import SurfacePlot
from gd_studio.gui.plots.surface3d import Surface3DPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from tests.gui.frames import frame_of


def depth(qtbot: QtBot, gate: threading.Event) -> tuple[Any, list[Any]]:
    plot = DepthPlot(LIGHT, Selection(), gate)
    return plot, [partial(plot.set_measure, measure) for measure in MEASURES]


def ray(qtbot: QtBot, gate: threading.Event) -> tuple[Any, list[Any]]:
    plot = RayPlot(LIGHT, Selection(), gate)
    return plot, [lambda: plot.set_rates("log"), lambda: plot.set_view("strip")]


def surface3d(qtbot: QtBot, gate: threading.Event) -> tuple[Any, list[Any]]:
    plot = Surface3DPlot(LIGHT, Selection(), gate)
    source = SurfacePlot(LIGHT, Selection(), gate)
    qtbot.addWidget(source)
    plot.set_source(source)
    return plot, [
        lambda: plot.set_scale("log"),
        lambda: plot.set_path_height("map"),
        lambda: plot.set_camera(Camera(90.0, 60.0, 2.0)),
    ]


@pytest.mark.parametrize("made", [depth, ray, surface3d])
def test_no_toggle_of_a_view_touches_the_run(qtbot: QtBot, made: Any) -> None:
    run = Run(Experiment())
    run.advance(6)
    before, recorded = run.fingerprint(), (len(run.history), run.history.evaluations)
    gate = threading.Event()
    gate.set()
    plot, toggles = made(qtbot, gate)
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    plot.show()
    plot.set_frame(frame_of(run))
    for toggle in toggles:
        toggle()
        qtbot.waitUntil(lambda: not plot.is_computing, timeout=20000)
    assert run.fingerprint() == before
    assert (len(run.history), run.history.evaluations) == recorded
