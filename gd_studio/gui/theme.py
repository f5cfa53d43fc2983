"""The look, in one place: colours by meaning, the two palettes, the style sheet, fonts, scale.

Nothing else in the window names a colour. A widget that paints itself asks `theme_of(self)` in
its paint event and repaints when its palette changes, so that no theme has to be handed around.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QFrame, QWidget

SMALLEST = 11  # pixels, at 100 %
CLASS_SYMBOLS = ("o", "t1", "s", "d", "p", "h", "star", "+", "x", "t")
CLASS_SIGNS = ("●", "▲", "■", "◆", "⬟", "⬢", "★", "+", "✕", "▼")


class Theme(msgspec.Struct, frozen=True):
    """Every colour of the window by its meaning, as `#rrggbb`."""

    name: str
    window: str
    card: str
    field: str  # inside an editor, behind a ledger
    line: str
    line_strong: str  # the border of what can be pressed or typed into
    hover: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    tint: str  # behind a strip or a chosen cell; text and accent stand on it
    class_a: str
    class_b: str
    class_a_text: str
    class_b_text: str
    class_a_region: str
    class_b_region: str
    boundary: str  # the colour of "undecided" between two regions
    more_classes: tuple[str, ...]  # the third to the tenth
    train: str
    validation: str
    positive: str
    negative: str
    diverging_middle: str
    good: str
    warning: str
    warning_background: str
    edge: str  # of the stable learning rates, and beyond them
    too_high: str
    marker_edge: str  # around a data point, so that it stands out from its region
    ghost: str
    bystander: str  # the many thin lines among which a few matter
    grid: str
    path: str
    path_edge: str
    point: str  # the current point on the surface
    selection: str  # the ring around the selected row

    @property
    def dark(self) -> bool:
        return self.name == "dark"

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the colours of up to ten classes; pair them with `CLASS_SYMBOLS`."""
        return (self.class_a, self.class_b, *self.more_classes)

    @property
    def movers(self) -> tuple[str, ...]:
        """Return the colours of the few named lines among many."""
        return (
            self.validation, self.positive, self.negative, self.class_a_text, self.class_b_text
        )  # fmt: skip

    def text_pairs(self) -> Iterator[tuple[str, str]]:
        """Yield (text, background) for every pair in which the window writes text."""
        for background in (self.window, self.card, self.field, self.hover, self.tint):
            yield from ((self.text, background), (self.muted, background))
        for background in (self.window, self.card, self.field, self.tint):
            yield self.accent, background
        yield from ((self.on_accent, self.accent), (self.on_accent, self.accent_hover))
        for text in (self.warning, self.text, self.muted, self.accent):
            yield text, self.warning_background
        for background in (self.window, self.card, self.field):
            for text in (self.good, self.validation, self.negative, self.class_a_text,
                         self.class_b_text, self.train):  # fmt: skip
                yield text, background
        yield self.positive, self.card


LIGHT = Theme(
    name="light",
    window="#f4f5f7",
    card="#ffffff",
    field="#f4f5f7",
    line="#dfe2e8",
    line_strong="#c9ced8",
    hover="#eceff4",
    text="#1d2330",
    muted="#5d6678",
    disabled="#a3aab8",
    accent="#2463eb",
    accent_hover="#1d54d0",
    on_accent="#ffffff",
    tint="#ecf1fd",
    class_a="#0072b2",
    class_b="#e07b00",
    class_a_text="#0a5f93",
    class_b_text="#a85b00",
    class_a_region="#80b8d9",
    class_b_region="#f0be80",
    boundary="#ffffff",
    more_classes=("#4f9a2f", "#c2569b", "#8c5a3c", "#7d8594", "#1199b5", "#a89a00", "#27357d",
                  "#d64933"),
    train="#1d2330",
    validation="#7b3fb5",
    positive="#0f7f73",
    negative="#b8325a",
    diverging_middle="#ffffff",
    good="#14734a",
    warning="#8a5a00",
    warning_background="#fdf1dd",
    edge="#b87d00",
    too_high="#c23b22",
    marker_edge="#ffffff",
    ghost="#a3aab8",
    bystander="#c3c7d3",
    grid="#eceef2",
    path="#ffffff",
    path_edge="#1d2330",
    point="#ff4d3d",
    selection="#1d2330",
)  # fmt: skip

DARK = Theme(
    name="dark",
    window="#15181f",
    card="#1d212b",
    field="#15181f",
    line="#2e3442",
    line_strong="#424a5c",
    hover="#272d3a",
    text="#e7eaf2",
    muted="#98a1b5",
    disabled="#5a6376",
    accent="#6c9bff",
    accent_hover="#8bb0ff",
    on_accent="#15181f",
    tint="#253150",
    class_a="#56b4e9",
    class_b="#f0a13a",
    class_a_text="#56b4e9",
    class_b_text="#f0a13a",
    class_a_region="#3a6b8a",
    class_b_region="#876231",
    boundary="#15181f",
    more_classes=("#8fcf6a", "#e58bc2", "#c08f6f", "#aab2c2", "#4fd0e6", "#d9cc4a", "#8fa0ff",
                  "#ff8a73"),
    train="#e7eaf2",
    validation="#c39bea",
    positive="#4fc3b5",
    negative="#f07a9c",
    diverging_middle="#f4f5f7",
    good="#4cc38a",
    warning="#f0c073",
    warning_background="#3a2f1a",
    edge="#f0c073",
    too_high="#f07860",
    marker_edge="#15181f",
    ghost="#6d7689",
    bystander="#3d4454",
    grid="#272c38",
    path="#ffffff",
    path_edge="#15181f",
    point="#ff5c4d",
    selection="#ffffff",
)  # fmt: skip

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_of(widget: QWidget | None = None) -> Theme:
    """Return the theme that is in force, as the (widget's) palette tells it."""
    palette = widget.palette() if widget is not None else QGuiApplication.palette()
    return DARK if palette.color(QPalette.ColorRole.Link) == QColor(DARK.accent) else LIGHT


def set_look(widget: QWidget, look: str) -> None:
    """Give a widget one of the style sheet's looks, such as "muted", "accent" or "chip"."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        # One that was never shown is styled when it is: nothing to undo yet.
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            repolish(widget)


def repolish(widget: QWidget) -> None:
    """Make the style sheet look again at a widget whose properties have changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    if isinstance(widget, QFrame):
        widget.setFrameStyle(widget.frameStyle())  # else the old look's margins stay
    widget.update()


def is_restyle(event: QEvent) -> bool:
    """Say whether a change event means that colours or fonts may have changed."""
    kind = QEvent.Type
    return event.type() in (kind.PaletteChange, kind.StyleChange, kind.FontChange)
