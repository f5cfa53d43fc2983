"""The grid is as fine as the time allows, and gets finer again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots import live_grid
from gd_studio.gui.plots.live_grid import BUDGET, COARSE, COARSEST, FINE, LiveGrid


class Paint:
    """Takes as long as it is told to, on a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
        self.seconds, self.now = seconds, 0.0
        self.counts: list[int] = []
        monkeypatch.setattr("gd_studio.gui.plots.live_grid.time.perf_counter", lambda: self.now)

    def __call__(self, count: int) -> None:
        self.counts.append(count)
        self.now += self.seconds


def test_a_slow_moment_makes_it_coarser_and_a_quick_one_finer_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint = Paint(monkeypatch, 2 * BUDGET)
    owner = QObject()
    grid = LiveGrid(owner, paint)
    for _ in range(6):
        grid.draw()
    assert paint.counts[0] == COARSE
    assert paint.counts[-1] == COARSEST
    paint.seconds = BUDGET / 4
    for _ in range(6):
        grid.draw()
    assert paint.counts[-1] == COARSE
    grid.stop()


@pytest.mark.parametrize(
    ("seconds", "finest"), [(0.001, FINE), (0.0075, 2 * COARSE), (0.05, COARSE)]
)
def test_at_rest_it_is_as_fine_as_one_picture_may_take(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, seconds: float, finest: int
) -> None:
    paint = Paint(monkeypatch, seconds)
    owner = QObject()
    grid = LiveGrid(owner, paint)
    grid.draw()
    qtbot.wait(live_grid.IDLE_MS + 100)
    assert max(paint.counts) == finest
    assert len(paint.counts) == (1 if finest == COARSE else 2)
