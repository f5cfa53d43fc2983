"""The network as a widget: it draws a frame, tells what is under the mouse, and selects and edits.

A frame is turned into a picture only when the widget is painted, so that a hidden or scrolled-away
network costs nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gd_studio.gui.network import words
from gd_studio.gui.network.editor import ValueEditor
from gd_studio.gui.network.hover import HoverLabel
from gd_studio.gui.network.legend import draw_legend, legend_height
from gd_studio.gui.network.maps import Maps, NodeMaps, is_signed
from gd_studio.gui.network.picture import (
    LinkInk,
    Look,
    draw_counts,
    draw_names,
    draw_nodes,
    draw_selected,
    link_widths,
    middle_of,
)
from gd_studio.gui.network.places import LARGEST_NODE, Places, lay_out
from gd_studio.gui.network.units import Shown, shown_units
from gd_studio.gui.plots.colours import colour
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import SMALLEST, is_restyle, theme_of

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

LEAST_SEEN = 12  # pixels of height; of less in a scrolled column nothing is drawn
REACH = 6.0  # pixels within which a link is meant
MOST_PIXELS = 90_000  # of the picture of the links while it races; more are drawn at rest
MOST_PIXELS_AT_REST = 2_000_000
SHARE_OF_NAMES = 0.2  # of the width, at each side
MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class NetworkView(QWidget):
    """Nodes and links of a frame. Signals: `value_edited` (parameter, value)."""

    value_edited = Signal(int, float)

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("network.view")
        self.setAccessibleName("Network picture")
        self.setToolTip(
            "A link carries an output times a weight: click to select it, again to edit it; "
            "arrow keys move, Enter edits."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("uses_arrows", True)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._selection = selection
        self._frame: Frame | None = None
        self._lit: int | None = None
        self._least_lines = 14
        self._shown: Shown | None = None
        self._maps = NodeMaps()
        self._drawn_maps: Maps | None = None
        self._places: Places | None = None
        self._laid_for: tuple[Any, ...] = ()
        self._ink: LinkInk | None = None
        self._pixmap: QPixmap | None = None
        self._written: tuple[tuple[Any, ...], QPixmap] | None = None
        self._mouse: QPointF | None = None
        self.hover = HoverLabel(self)
        self.editor = ValueEditor(self)
        self.editor.accepted.connect(self.value_edited)
        self.editor.refused.connect(self._on_refused)
        self.editor.closed.connect(self.hover.hide)

    # What others use

    @property
    def shown(self) -> Shown | None:
        """Which nodes are drawn."""
        return self._shown

    @property
    def places(self) -> Places | None:
        """Where nodes and links lie, once drawn."""
        return self._places

    @property
    def parameter(self) -> int:
        """The selected parameter, kept inside."""
        size = 1 if self._frame is None else len(self._frame.parameters)
        return min(self._selection.parameter, size - 1)

    def set_frame(self, frame: Frame) -> None:
        """Show a frame when next painted."""
        before = self._frame
        self._frame = frame
        network = frame.hypothesis.network
        is_new = before is None or before.hypothesis.network is not network
        if is_new:
            self._laid_for = ()
            self.editor.close_without()
        kept = None if is_new or self._moves_anew(before, frame) else self._shown
        self._shown = shown_units(network.layers, frame.parameters, self.parameter, kept)
        self.redraw()

    def set_least_lines(self, lines: int) -> None:
        """Be at least so many lines of text high."""
        self._least_lines = lines
        self.updateGeometry()

    def set_lit(self, layer: int | None) -> None:
        """Let the links of one layer of weights (0 is the first) stand out; None lights all."""
        if layer != self._lit:
            self._lit = layer
            self.redraw()

    def redraw(self) -> None:
        """Draw anew when next painted."""
        self._pixmap = None
        self.update()

    def select_again(self) -> None:
        """Follow the selection, and bring its nodes in if they were not drawn."""
        if self._frame is not None:
            layers = self._frame.hypothesis.network.layers
            theta = self._frame.parameters
            self._shown = shown_units(layers, theta, self.parameter, self._shown)
            self.redraw()

    def edit_selected(self) -> None:
        """Open the field for the selected parameter's value, if it is drawn."""
        if self._frame is None or self._places is None:
            return
        middle = middle_of(self._places, self.parameter)
        if middle is not None:
            value = float(self._frame.parameters[self.parameter])
            name = self._frame.hypothesis.said_name(self.parameter)
            self.hover.hide()
            self.editor.open_at(middle, self.parameter, value, name)

    def hover_text(self, at: QPointF) -> str:
        """Return what is under a place: a node, a link, or nothing."""
        frame, places = self._frame, self._places
        if frame is None or places is None or self._drawn_maps is None:
            return ""
        node = places.node_at(at.x(), at.y())
        if node is not None:
            maps = self._drawn_maps
            outputs = self._maps.of_row(frame, self._selection)
            reach = maps.reach[places.nodes.index(node)]
            return words.node_words(
                frame, node, outputs, reach, maps.are_maps, self._selection
            )
        parameter = self.parameter_at(at)
        return "" if parameter is None else words.link_words(frame, parameter)

    def parameter_at(self, at: QPointF) -> int | None:
        """Return the parameter under a place: a link's weight or a node's bias."""
        frame, places = self._frame, self._places
        if frame is None or places is None:
            return None
        node = places.node_at(at.x(), at.y())
        if node is not None:
            return node.bias
        widths = link_widths(frame.parameters[places.parameters], places)
        link = places.curves.nearest(at.x(), at.y(), widths, REACH)
        return None if link is None else int(places.parameters[link])

    # Drawing

    def small_font(self) -> QFont:
        """Return the font of names: a little smaller, never under 11 pixels."""
        font = QFont(self.font())
        font.setPixelSize(max(SMALLEST, round(QFontInfo(self.font()).pixelSize() * 0.9)))
        return font

    def _moves_anew(self, before: Frame | None, frame: Frame) -> bool:
        """Whether nodes may be chosen anew: at rest, where a jump disturbs nobody."""
        return before is not None and before.playing and not frame.playing

    def _render(self, frame: Frame, shown: Shown) -> QPixmap:
        font = self.small_font()
        look = Look(theme_of(self), font, self._lit, self.parameter)
        places, names, room = self._lay_out(frame, shown, font)
        signed = is_signed(frame)
        values = frame.parameters[places.parameters].astype(np.float64)
        widths = link_widths(values, places)
        pixmap = self._empty(colour(look.theme, "card"))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        links = self._links(places, frame.racing).image(widths, values, self._lit, look.theme)
        painter.drawImage(QRectF(self.rect()), links)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        draw_selected(painter, places, frame, look, widths)
        self._drawn_maps = self._maps.over_rows(frame, places.nodes, self._selection)
        draw_nodes(painter, places, self._drawn_maps, look, signed)
        painter.drawPixmap(0, 0, self._words(places, names, room, look, signed))
        painter.end()
        return pixmap

    def _words(
        self, places: Places, names: dict[int, list[str]], room: Any, look: Look, signed: bool
    ) -> QPixmap:
        """Return names, counts and legend, which stay the same from frame to frame."""
        key = (places, look.theme.name, signed)
        if self._written is None or self._written[0] != key:
            pixmap = self._empty(QColor(Qt.GlobalColor.transparent))
            painter = QPainter(pixmap)
            draw_names(painter, places, look, names, room)
            legend = legend_height(look.font)
            counts = self._counts_height(look.font)
            draw_counts(painter, places, look, self.height() - legend - counts)
            area = QRectF(0, self.height() - legend, self.width(), legend)
            draw_legend(painter, area, look.theme, look.font, signed)
            painter.end()
            self._written = (key, pixmap)
        return self._written[1]

    def _empty(self, color: QColor) -> QPixmap:
        """Return a picture as large as the widget, of one colour."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(color)
        return pixmap

    def _counts_height(self, font: QFont) -> float:
        cut = self._shown is not None and any(c.is_cut for c in self._shown.columns)
        return QFontMetricsF(font).height() if cut else 0.0

    def _lay_out(self, frame: Frame, shown: Shown, font: QFont) -> Any:
        """Return places, names of inputs and outputs, and the room for both; kept while it fits."""
        key = (shown.key(), self.width(), self.height(), font.key(), self.devicePixelRatioF())
        if self._laid_for and self._laid_for[0] == key:
            return self._laid_for[1:]
        hypothesis, metrics = frame.hypothesis, QFontMetricsF(font)
        layers = hypothesis.network.layers
        names = {}
        for column in shown.columns:
            units = column.units.tolist()
            if column.place == 0:
                names[0] = [hypothesis.inputs[unit] for unit in units]
            elif column.place == len(layers):
                names[len(layers)] = [hypothesis.output_name(unit) for unit in units]
        most = self.width() * SHARE_OF_NAMES
        room = [
            min(max(metrics.horizontalAdvance(word) for word in said) + 2, most)
            for said in names.values()
        ]
        foot = legend_height(font) + self._counts_height(font) + 4
        area = QRectF(room[0] + 6, 2, self.width() - sum(room) - 12, self.height() - foot - 2)
        usual = max(1.7 * metrics.height(), area.height() / 10)
        largest = max(LARGEST_NODE, 4 * metrics.height())
        places = lay_out(layers, shown, area, min(largest, usual))
        self._places, self._ink = places, None
        self._laid_for = (key, places, names, room)
        return self._laid_for[1:]

    def _links(self, places: Places, racing: bool) -> LinkInk:
        """Return what draws the links, fewer pixels of them while it races."""
        most = MOST_PIXELS if racing else MOST_PIXELS_AT_REST
        area = max(self.width() * self.height(), 1)
        ratio = min(self.devicePixelRatioF(), math.sqrt(most / area))
        if self._ink is None or self._ink.places is not places or self._ink.ratio != ratio:
            self._ink = LinkInk(places, self.width(), self.height(), ratio)
        return self._ink

    # Mouse and keyboard

    def _on_refused(self, text: str) -> None:
        below = QPointF(self.editor.geometry().bottomLeft())
        self.hover.show_at(words.refusal(text), below)

    def _move(self, across: int, along: int) -> None:
        """Select the next link of the layer, or of the next layer."""
        frame, places = self._frame, self._places
        if frame is None or places is None:
            return
        layers = frame.hypothesis.network.layers
        drawn = [i for i in range(len(layers)) if places.drawn(i)]
        now = next(
            (i for i in drawn if self.parameter in places.drawn(i)), drawn[0] if drawn else None
        )
        if now is None:
            return
        before = places.drawn(now)
        here = before.index(self.parameter) if self.parameter in before else 0
        target = drawn[min(max(drawn.index(now) + across, 0), len(drawn) - 1)]
        there = places.drawn(target)
        if target != now:
            here = round(here * (len(there) - 1) / max(len(before) - 1, 1))
        self._selection.set_parameter(there[min(max(here + along, 0), len(there) - 1)])

    # Qt

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(15 * line, 17 * line)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(100, self._least_lines * line)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._frame is None or self._shown is None or not self._frame.hypothesis.network.layers:
            painter.setPen(colour(theme_of(self), "muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, "Nothing to draw yet: choose data and a model.")
        else:
            if self._pixmap is None and not self._is_sliver(event):
                self._pixmap = self._render(self._frame, self._shown)
            if self._pixmap is not None:
                painter.drawPixmap(0, 0, self._pixmap)
        if self.hasFocus():
            painter.setPen(colour(theme_of(self), "accent"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _is_sliver(self, event: QPaintEvent) -> bool:
        """Whether so little of it is in sight that nothing can be made out."""
        seen = self.visibleRegion().boundingRect().height()
        return event.rect().height() < LEAST_SEEN and seen < LEAST_SEEN

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if self.editor.isHidden():
            self.hover.show_at(self.hover_text(self._mouse), self._mouse)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        parameter = self.parameter_at(event.position())
        if parameter is None:
            return
        if parameter == self._selection.parameter:
            self.edit_selected()
        else:
            self._selection.set_parameter(parameter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in MOVES and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._move(*MOVES[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit_selected()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse = None
        if self.editor.isHidden():
            self.hover.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.editor.close_without()
        self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.redraw()
