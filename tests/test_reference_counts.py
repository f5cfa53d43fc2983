"""A canary: some builds of PySide6 drop references at every signal and paint event.

6.12.0 on Python 3.11 takes one from None and True each time, and the process aborts after some
thousand. A short smoke test passes; only a soak shows it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QObject, Signal, Slot
from pytestqt.qtbot import QtBot

SIGNALS = 10_000
FRAMES = 1_000
SLACK = 300  # caches fill and empty meanwhile; the fault takes one per event
OWN = object()
WATCHED: dict[str, object] = {"own value": OWN}
if sys.version_info < (3, 12):
    # Immortal from 3.12 on, with a count that says nothing: there it matters that the process
    # is still alive at the end, and that a value of our own keeps its count.
    WATCHED |= {"None": None, "True": True}


class Bell(QObject):
    rung = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        self.rung.connect(self.on_rung)

    @Slot(object)
    def on_rung(self, what: object) -> None:
        self.heard += 1


def lost_references(act: Callable[[], None]) -> dict[str, int]:
    """Return how many references to each watched value went missing while `act` ran."""
    before = {name: sys.getrefcount(value) for name, value in WATCHED.items()}
    act()
    return {name: before[name] - sys.getrefcount(value) for name, value in WATCHED.items()}


@pytest.mark.usefixtures("qapp")
def test_ten_thousand_signals_take_no_references() -> None:
    bell = Bell()

    def ring() -> None:
        for count in range(SIGNALS):
            bell.rung.emit((None, True, OWN)[count % 3])

    lost = lost_references(ring)
    assert bell.heard == SIGNALS
    assert lost["own value"] == 0
    assert max(lost.values()) < SLACK


def test_a_thousand_frames_take_no_references(qtbot: QtBot) -> None:
    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    curve = plot.plot()
    plot.resize(200, 150)
    painted = []
    plot.scene().sigPrepareForPaint.connect(lambda: painted.append(True))
    with qtbot.waitExposed(plot):
        plot.show()
    wave = np.sin(np.linspace(0, 9, 50))

    def draw() -> None:
        for frame in range(FRAMES):
            curve.setData(np.roll(wave, frame))
            plot.viewport().repaint()

    lost = lost_references(draw)
    assert len(painted) >= FRAMES
    assert max(lost.values()) < SLACK
