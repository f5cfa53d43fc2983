"""The bar beside a map: its words stay within it, however high the plot becomes."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.colour_bar import ColourBar

COLORS = np.array([[0, 0, 0], [255, 255, 255]], dtype=np.uint8)
TOP, BOTTOM = "high\n(worse)\n≥ 6.4", "0.0093\nlow\n(better)"


def test_the_words_stay_at_the_ends_of_a_bar_that_changes_its_height(qtbot: QtBot) -> None:
    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    plot.resize(400, 400)
    plot.show()
    bar, font = ColourBar(plot.getPlotItem()), QFont()
    bar.show(COLORS, TOP, BOTTOM, font, "3.2")
    line = QFontMetricsF(font).height()
    for height in (400, 220, 640):
        plot.resize(400, height)
        qtbot.waitUntil(lambda: abs(plot.height() - height) < 1)  # noqa: B023
        pixels = plot.getViewBox().height()
        ticks = bar._made.getAxis("right")._tickLevels[0]  # noqa: SLF001
        (lower, low), (_, middle), (upper, high) = ticks
        assert (low, middle, high) == (BOTTOM, "3.2", TOP)
        # Three lines, the outer one at the very end.
        assert abs(lower * pixels - 1.5 * line) < 1
        assert abs((1 - upper) * pixels - 1.5 * line) < 1
