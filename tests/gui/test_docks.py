"""Plots in docks: some stand two by two, others as tabs beside them; what is not seen is hidden."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.docks import DockSpec, PlotDocks

KEYS = ("a", "b", "c", "d")


class Header(QWidget):
    def add_widget(self, widget: QWidget) -> None:
        QHBoxLayout(self).addWidget(widget)


class Panel(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.header = Header(self)
        self.caught_up = 0

    @property
    def is_seen(self) -> bool:
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def catch_up(self) -> None:
        self.caught_up += 1


@pytest.fixture
def docks(qtbot: QtBot) -> PlotDocks:
    specs = [DockSpec(key, key.upper(), Panel) for key in KEYS]
    specs.append(DockSpec("tab", "Tab", Panel, beside="c", is_open=False))
    docks = PlotDocks(tuple(specs))
    qtbot.addWidget(docks)
    docks.resize(800, 600)
    docks.show()
    QApplication.processEvents()
    return docks


def seen(docks: PlotDocks) -> set[str]:
    QApplication.processEvents()
    return {key for key, panel in docks.panels.items() if panel.is_seen}


def test_a_plot_beside_another_starts_closed_and_opens_as_its_tab(docks: PlotDocks) -> None:
    assert docks.shown() == KEYS
    assert seen(docks) == set(KEYS)
    docks.docks["tab"].toggleViewAction().trigger()
    assert docks.shown() == (*KEYS, "tab")
    assert seen(docks) == {"a", "b", "d", "tab"}, "what is asked for comes to the front"
    assert docks.tabifiedDockWidgets(docks.docks["c"]) == [docks.docks["tab"]]


def test_a_tab_behind_another_is_not_seen_and_catches_up_in_front(docks: PlotDocks) -> None:
    docks.docks["tab"].show()
    QApplication.processEvents()
    before = docks.panels["tab"].caught_up
    docks.docks["tab"].raise_()
    assert seen(docks) == {"a", "b", "d", "tab"}
    assert docks.panels["tab"].caught_up > before
    docks.docks["c"].raise_()
    assert seen(docks) == set(KEYS)
    docks.hide()
    docks.show()
    assert seen(docks) == set(KEYS)


def test_layouts_with_tabs_floating_and_closed_plots_come_back(docks: PlotDocks) -> None:
    docks.docks["tab"].show()
    docks.docks["tab"].raise_()
    docks.docks["b"].setFloating(True)
    docks.docks["d"].close()
    QApplication.processEvents()
    words = docks.layout_words()
    docks.arrange()
    assert seen(docks) == set(KEYS)
    assert not docks.docks["b"].isFloating()
    docks.restore_layout(words)
    assert docks.docks["b"].isFloating()
    assert docks.docks["d"].isHidden()
    assert seen(docks) == {"a", "b", "tab"}


def test_a_floating_plot_is_enlarged_in_the_window_and_floats_again(docks: PlotDocks) -> None:
    dock = docks.docks["b"]
    dock.setFloating(True)
    docks.enlarge("b")
    assert not dock.isFloating()
    assert seen(docks) == {"b"}
    assert docks.panels["b"].width() > 0.9 * docks.width()
    docks.enlarge("")
    assert dock.isFloating()
    assert seen(docks) == set(KEYS)


def test_an_enlarged_plot_is_alone_and_all_come_back(docks: PlotDocks) -> None:
    docks.enlarge("tab")
    assert seen(docks) == {"tab"}
    docks.enlarge("")
    assert seen(docks) == set(KEYS)


def test_the_panel_of_a_closed_plot_is_made_when_it_is_first_opened(qtbot: QtBot) -> None:
    specs = [DockSpec(key, key.upper(), Panel) for key in KEYS]
    specs.append(DockSpec("tab", "Tab", Panel, beside="c", is_open=False))
    docks = PlotDocks(tuple(specs))
    qtbot.addWidget(docks)
    docks.resize(800, 600)
    docks.show()
    QApplication.processEvents()
    assert tuple(docks.made) == KEYS
    told: list[str] = []
    docks.built.connect(told.append)
    docks.docks["tab"].toggleViewAction().trigger()
    assert told == ["tab"]
    assert docks.docks["tab"].widget() is docks.made["tab"]
    docks.docks["tab"].close()
    docks.docks["tab"].show()
    assert docks.panel("tab") is docks.panels["tab"]
    assert told == ["tab"]
