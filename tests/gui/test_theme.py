"""The theme: readable, whole, and found again by whoever paints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.appearance import Appearance, apply_theme, chosen_theme, font_of, style_sheet
from gd_studio.gui.colour_maps import (
    blend,
    contrast,
    diverging_colors,
    region_colors,
    surface_colors,
)
from gd_studio.gui.icons import app_icon, icon
from gd_studio.gui.theme import CLASS_SIGNS, CLASS_SYMBOLS, DARK, LIGHT, THEMES, Theme, theme_of
from gd_studio.paths import resource
from tests.gui.events import Times

BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, LIGHT)


@BOTH
def test_every_text_is_readable_on_its_background(theme: Theme) -> None:
    pairs = set(theme.text_pairs())
    assert len(pairs) > 20
    assert {p: round(contrast(*p), 2) for p in pairs if contrast(*p) < 4.5} == {}


@BOTH
def test_every_class_stands_out_from_the_card(theme: Theme) -> None:
    assert len(set(theme.classes)) == len(CLASS_SYMBOLS) == len(set(CLASS_SYMBOLS)) == 10
    assert len(set(CLASS_SIGNS)) == 10
    assert min(contrast(color, theme.card) for color in theme.classes) > 2.4


def test_contrast_is_that_of_the_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize("scale", [0.8, 1.0, 2.5])
def test_the_style_sheet_has_no_word_left_to_fill_in(
    qapp: QApplication, theme: Theme, scale: float
) -> None:
    sheet = style_sheet(theme, scale)
    assert "$" not in sheet.partition("*/")[2]
    assert not re.search(r"\d+u\b", sheet.partition("*/")[2])
    for image in re.findall(r'url\("([^"]+)"\)', sheet):
        assert Path(image).is_file()


@BOTH
def test_glyphs_of_the_style_sheet_have_the_theme_s_colours(theme: Theme) -> None:
    folder = resource("themes", theme.name)
    assert theme.muted in (folder / "down.svg").read_text()
    assert theme.muted in (folder / "up.svg").read_text()
    assert theme.on_accent in (folder / "check.svg").read_text()


@BOTH
def test_a_painter_finds_the_theme_in_force(
    qapp: QApplication, qtbot: QtBot, theme: Theme
) -> None:
    label = QLabel("x")
    qtbot.addWidget(label)
    label.show()
    apply_theme(qapp, theme)
    assert theme_of(label) is theme
    assert theme_of() is theme


def test_text_grows_with_the_scale_and_keeps_its_bounds(qapp: QApplication, qtbot: QtBot) -> None:
    label = QLabel("0123456789")
    qtbot.addWidget(label)
    heights = []
    for scale in (1.0, 2.0, 2.5, 9.0):
        apply_theme(qapp, LIGHT, scale)
        label.ensurePolished()
        heights.append(QFontMetricsF(label.font()).height())
    assert heights[1] == pytest.approx(2 * heights[0], rel=0.1)
    assert heights[2] == heights[3]


def test_another_style_reaches_a_widget_as_often_however_deep_it_lies(
    qapp: QApplication, qtbot: QtBot
) -> None:
    apply_theme(qapp, LIGHT)
    shallow = outer = QWidget()
    qtbot.addWidget(outer)
    for _ in range(12):
        outer = QWidget(outer)
    both = (shallow, QLabel("deep", outer))
    restyled = [Times(widget, QEvent.Type.StyleChange) for widget in both]
    shallow.show()
    for theme in (DARK, LIGHT):
        apply_theme(qapp, theme)
    assert len({watch.count for watch in restyled}) == 1
    assert restyled[1].count <= 4, "once off and once on, in each theme"


def test_figures_have_one_width(qapp: QApplication) -> None:
    metrics = QFontMetricsF(font_of())
    widths = {metrics.horizontalAdvance(figure * 8) for figure in "0123456789"}
    assert len(widths) == 1


def test_the_system_decides_only_when_asked() -> None:
    scheme = Qt.ColorScheme
    assert chosen_theme("system", scheme.Dark) is DARK
    assert chosen_theme("system", scheme.Unknown) is LIGHT
    assert chosen_theme("light", scheme.Dark) is LIGHT
    assert chosen_theme("dark", scheme.Light) is DARK


def test_appearance_tells_of_a_change_and_zooms_in_steps(
    qapp: QApplication, qtbot: QtBot
) -> None:
    appearance = Appearance(qapp, "light")
    try:
        with qtbot.waitSignal(appearance.changed) as told:
            appearance.set_choice("dark")
        assert told.args == [DARK]
        assert theme_of() is DARK
        appearance.zoom(+1)
        assert appearance.scale == 1.1
        for _ in range(20):
            appearance.zoom(+1)
        assert appearance.scale == 2.5
        appearance.zoom(0)
        assert appearance.scale == 1.0
        appearance.set_scale(0.1)
        assert appearance.scale == 0.8
    finally:
        appearance.deleteLater()


def test_colour_maps_begin_and_end_where_they_should() -> None:
    viridis = surface_colors()
    assert viridis.shape == (256, 3)
    assert tuple(viridis[0]) == (68, 1, 84)  # dark is low, so better
    assert int(viridis[-1].sum()) > int(viridis[0].sum())
    diverging = diverging_colors(LIGHT, 101)
    assert QColor(*diverging[0].tolist()).name() == LIGHT.negative
    assert QColor(*diverging[50].tolist()).name() == LIGHT.diverging_middle
    assert QColor(*diverging[-1].tolist()).name() == LIGHT.positive
    regions = region_colors(DARK, 101)
    assert QColor(*regions[0].tolist()).name() == DARK.class_a_region
    assert QColor(*regions[50].tolist()).name() == DARK.boundary
    assert np.array_equal(blend(("#000000", "#ffffff"), 3)[1], [128, 128, 128])


def test_every_icon_is_drawn_in_the_colour_asked_for(qapp: QApplication) -> None:
    names = [p.stem for p in resource("icons").glob("*.svg") if p.stem != "app"]
    assert len(names) >= 20
    for name in names:
        image = icon(name, DARK, "#ff0000").pixmap(32, 32).toImage()
        shades = {
            image.pixelColor(x, y).name()
            for x in range(32)
            for y in range(32)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert shades == {"#ff0000"}, name
    assert not app_icon().isNull()


def test_no_module_of_the_window_names_a_colour_but_the_theme() -> None:
    import gd_studio.gui.theme as theme_module

    folder = Path(theme_module.__file__).parent
    own = [*folder.glob("controls/*.py"), *folder.glob("forms/*.py"), folder / "cards.py"]
    named = [path.name for path in own if re.search(r"#[0-9a-fA-F]{6}\b", path.read_text("utf-8"))]
    assert named == []


def test_an_icon_without_room_is_empty_and_nothing_is_painted(
    qapp: QApplication, qtlog: Any
) -> None:
    assert icon("close", LIGHT).pixmap(0, 12).isNull()
    assert not qtlog.records
