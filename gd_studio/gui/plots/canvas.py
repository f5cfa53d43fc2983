"""The base of every plot: header, canvas with our axes, hover text, menu, and what it says.

A plot draws only while it is seen: `set_frame` keeps the frame, and it is drawn at once or when
the plot is next shown. Ranges are set by us, at most five times a second, until the user zooms.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QWidget

from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.colours import colour
from gd_studio.gui.plots.ghosts import shown_ghosts
from gd_studio.gui.plots.hover import HoverLabel
from gd_studio.gui.plots.plain_axis import plain_axes
from gd_studio.gui.plots.plot_card import LEAST_CANVAS, PlotCard
from gd_studio.gui.plots.view_pixels import pixels_of
from gd_studio.gui.plots.written_axes import WrittenAxes
from gd_studio.gui.selection import Selection, SplitName
from gd_studio.gui.theme import Theme, is_restyle

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame, Ghost

RANGE_SECONDS = 0.2
Range = tuple[float, float, float, float]  # left, right, bottom, top


class PlotPanel(PlotCard):
    """Abstract: a plot with everything but what it draws.

    A plot defines `_draw`, and, where it has them, `_hover_text`, `_clicked`, `export_data`.
    """

    step_requested = Signal(int)
    export_requested = Signal(str)  # "picture" or "data"

    def __init__(
        self,
        title: str,
        name: str,
        theme: Theme,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, name, theme, selection, parent)
        self._frame: Frame | None = None
        self._is_stale = self._is_drawing = False
        self._scales = (Scale(), Scale())
        self._follows = True
        self._wanted: Range | None = None
        self._is_bound = False
        self._mouse = QPointF()
        self._ranged_at = 0.0
        self._range_timer = QTimer(self, singleShot=True)
        self._range_timer.timeout.connect(self._apply_range)
        self._build(title)
        self.set_theme(theme)
        selection.ghosts_changed.connect(self.redraw)

    # What others use

    @property
    def frame(self) -> Frame | None:
        """The frame last given, drawn or not."""
        return self._frame

    @property
    def plot_item(self) -> Any:
        """The pyqtgraph PlotItem that holds everything drawn."""
        return self.canvas.getPlotItem()

    def set_frame(self, frame: Frame) -> None:
        """Show a frame: now, or when the plot is next seen."""
        new_run = self._frame is None or self._frame.run_number != frame.run_number
        self._frame = frame
        if new_run:
            self._follows = True
            self._wanted = None
            self._new_run(frame)
        self.redraw()

    def redraw(self) -> None:
        """Draw the present frame again, or remember to when the plot is next seen."""
        self._is_stale = not self.is_seen
        if self._is_stale:
            return
        self.empty.setVisible(self._frame is None)
        if self._frame is not None:
            was_drawing, self._is_drawing = self._is_drawing, True
            try:
                self._draw(self._frame)
            finally:
                self._is_drawing = was_drawing
            self._refresh_hover()

    @property
    def is_seen(self) -> bool:
        """Whether any of it is in sight: a tab behind another is not."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def catch_up(self) -> None:
        """Draw what could not be seen before."""
        if self._is_stale:
            self.redraw()

    def show_empty(self, words: str) -> None:
        """Show no axes and these words in their place: why there is nothing, and what to do."""
        self.set_scales(Scale(hidden=True), Scale(hidden=True))
        self.empty.setText(words)
        self.empty.show()
        self.say()
        self.legend.show((), self)
        self.set_note("")
        self.set_summary(words)

    def set_theme(self, theme: Theme) -> None:
        """Redraw everything in the colours of a theme."""
        self._theme = theme
        self.canvas.setBackground(colour(theme, "card"))
        self._written.set_theme(theme)
        muted = colour(theme, "muted").name()
        self.empty.setStyleSheet(f"color: {muted}; background: transparent;")
        self.hover.set_theme(theme)
        self._set_fonts()
        self._theme_changed()
        self.redraw()

    def shown_ghosts(self, frame: Frame) -> tuple[Ghost, ...]:
        """Return the earlier runs that this plot shall draw."""
        return shown_ghosts(frame, self.selection)

    @property
    def taken(self) -> Sequence[QRectF]:
        """Where no words should lie, in pixels of the view."""
        return ()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return what is drawn as a table: column names, and rows."""
        return [], []

    def draw_anew(self) -> None:
        """Draw something else than before, in the range that fits it."""
        self._wanted = None
        self._follows = True
        self.redraw()

    def fit(self) -> None:
        """Show everything again after zooming."""
        self._follows = True
        self._apply_range()
        self.redraw()

    # What plots define

    def _draw(self, frame: Frame) -> None:
        """Draw a frame; what stands at places of the screen comes last, after the range."""
        raise NotImplementedError

    def _new_run(self, frame: Frame) -> None:
        """Forget what belonged to the run before."""

    def _theme_changed(self) -> None:
        """Take over colours that `_draw` does not set each time."""

    def _place_labels(self, frame: Frame) -> None:
        """Move what stands at places of the screen, after the range has changed."""

    def _hover_text(self, x: float, y: float) -> str:
        return ""

    def _rows_at(self, x: float, y: float) -> Sequence[tuple[SplitName, int]]:
        """Return the rows at a place, whose pictures are shown there."""
        return ()

    def _hovered(self, x: float | None) -> None:
        """Tell the linked plots where the mouse is."""

    def _clicked(self, x: float, y: float) -> None:
        """Act on a click at a place of the plot."""

    # What plots use

    def set_scales(self, x: Scale, y: Scale) -> None:
        """Set how both axes are written."""
        if (x, y) != self._scales:
            self._scales = (x, y)
            self._write_axes()

    def want_range(self, left: float, right: float, bottom: float, top: float) -> None:
        """Show this range as soon as five ranges a second allow, unless the user has zoomed."""
        wanted = (left, right, bottom, top)
        if wanted == self._wanted:
            return
        is_first = self._wanted is None
        self._wanted = wanted
        wait = self._ranged_at + RANGE_SECONDS - time.monotonic()
        if is_first or wait <= 0:
            self._apply_range()
        elif not self._range_timer.isActive():
            self._range_timer.start(int(wait * 1000) + 1)

    def set_bound(self, bound: bool) -> None:
        """Say whether zooming and panning end at the range the plot wants."""
        self._is_bound = bound

    def pixel_size(self) -> tuple[float, float]:
        """Return how much of x and y one pixel of the plot shows."""
        return pixels_of(self.plot_item.getViewBox()).per_pixel

    # Building

    def _build(self, title: str) -> None:
        self.legend.changed.connect(self.redraw)
        # The menu is ours; pyqtgraph's own would cost a tenth of a plot's making.
        self.canvas = pg.PlotWidget(enableMenu=False, axisItems=plain_axes())
        self.canvas.setMinimumSize(120, LEAST_CANVAS)
        self.canvas.setFrameShape(QFrame.Shape.NoFrame)
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.canvas.setAccessibleName(f"{title} plot")
        self.hover = HoverLabel(self.canvas)
        self.empty = QLabel("Nothing to draw yet: choose data and a model.", self.canvas)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(8)
        self.empty.setWordWrap(True)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.content.insertWidget(self.CANVAS_PLACE, self.canvas, 1)
        self._build_plot_item()
        self.canvas.installEventFilter(self)

    def _build_plot_item(self) -> None:
        item = self.plot_item
        item.hideButtons()
        item.layout.setContentsMargins(1, 1, 1, 1)
        # What is painted anew at a step is rounded up by two pixels: the axes are beyond that.
        item.layout.setColumnSpacing(0, 3)
        item.layout.setRowSpacing(2, 3)
        view = item.getViewBox()
        view.disableAutoRange()
        view.setDefaultPadding(0)
        self._written = WrittenAxes(item)
        view.sigRangeChanged.connect(self._on_range_changed)
        view.sigResized.connect(self._on_resized)
        view.sigRangeChangedManually.connect(self._on_zoomed)
        scene = self.canvas.scene()
        scene.sigMouseMoved.connect(self._on_mouse_moved)
        scene.sigMouseClicked.connect(self._on_mouse_clicked)

    def _set_fonts(self) -> None:
        font = self.small_font()
        self._written.set_font(font)
        self.hover.setFont(font)
        self.header.detail.setFont(font)
        self._write_axes()

    # Ranges and axes

    def _apply_range(self) -> None:
        if self._wanted is None or not self._follows:
            return
        left, right, bottom, top = self._wanted
        self._ranged_at = time.monotonic()
        self._apply_limits()
        self.plot_item.getViewBox().setRange(
            xRange=(left, right), yRange=(bottom, top), padding=0, disableAutoRange=True
        )

    def _apply_limits(self) -> None:
        """Keep the user within the wanted range of a plot that has nothing to show beyond."""
        reach = self._wanted if self._is_bound and self._wanted else (None, None, None, None)
        names = ("xMin", "xMax", "yMin", "yMax")
        self.plot_item.getViewBox().setLimits(**dict(zip(names, reach, strict=True)))

    def _on_range_changed(self, *_: object) -> None:
        self._write_axes()
        # What draws places its labels itself, and says anew what is under the mouse.
        if self._frame is not None and self.isVisible() and not self._is_drawing:
            self._place_labels(self._frame)
            self._refresh_hover()

    def _on_resized(self, *_: object) -> None:
        self._write_axes()
        # A legend or a note that comes or goes lays the card out. Qt takes no size from within a
        # change of size: the canvas would keep a part that it does not paint.
        self.content.setEnabled(False)
        try:
            self.redraw()
        finally:
            self.content.setEnabled(True)

    def _on_zoomed(self, *_: object) -> None:
        self._follows = False

    def _write_axes(self) -> None:
        self._written.write(*self._scales, self.small_font())

    # Mouse, keyboard and menu

    def _place(self, scene_position: QPointF) -> tuple[float, float] | None:
        view = self.plot_item.getViewBox()
        if not view.sceneBoundingRect().contains(scene_position):
            return None
        point = view.mapSceneToView(scene_position)
        return float(point.x()), float(point.y())

    def _on_mouse_moved(self, scene_position: QPointF) -> None:
        place = self._place(scene_position)
        text = self._told(*place) if place and self._frame is not None else ""
        self._hovered(place[0] if place else None)
        self._mouse = QPointF(scene_position)
        self.hover.say(text, self.canvas.mapFromScene(scene_position))

    def _refresh_hover(self) -> None:
        """Say what is under the mouse now: the plot has moved under it, or drawn another step."""
        place = self._place(self._mouse) if self.hover.isVisible() else None
        if place is not None:
            self.hover.say(self._told(*place), self.canvas.mapFromScene(self._mouse))

    def _told(self, x: float, y: float) -> str:
        """Return what is said of a place, with the pictures of the rows there."""
        words, frame = self._hover_text(x, y), self._frame
        if frame is None or frame.hypothesis.prepared.dataset.image_shape is None:
            return words
        # Here: no window needs it before the mouse is on a picture.
        from gd_studio.gui.plots.row_picture import with_pictures

        return with_pictures(words, frame.hypothesis.prepared, self._rows_at(x, y))

    def _on_mouse_clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._place(event.scenePos())
        if event.double():
            self._double_clicked()
        elif place is not None and self._frame is not None:
            self._clicked(*place)

    def _double_clicked(self) -> None:
        self.fit()

    def build_menu(self) -> QMenu:
        """Return the menu of a right click."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Export picture…", lambda: self.export_requested.emit("picture"))
        menu.addAction("Export data…", lambda: self.export_requested.emit("data"))
        menu.addSeparator()
        menu.addAction("Fit", self.fit)
        if not self.header.choices.is_empty:
            menu.addSeparator()
            menu.addActions(self.header.menu.actions())
        if self.legend.entries:
            menu.addSeparator()
            menu.addMenu(self.legend.menu)
        return menu

    # Qt

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.build_menu().popup(event.globalPos())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._range_timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._apply_range()
        if self._is_stale or self._frame is None:
            self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event) and hasattr(self, "_written"):
            self._set_fonts()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.empty.setGeometry(self.canvas.rect())
        elif event.type() == QEvent.Type.Leave:
            self.hover.hide()
            self._hovered(None)
        return False


def finite_range(values: Sequence[Any]) -> tuple[float, float] | None:
    """Return (lowest, highest) finite value of some arrays, or None if there is none."""
    found = [a[np.isfinite(a)] for a in (np.asarray(v, dtype=np.float64) for v in values)]
    found = [a for a in found if a.size]
    if not found:
        return None
    return float(min(a.min() for a in found)), float(max(a.max() for a in found))
