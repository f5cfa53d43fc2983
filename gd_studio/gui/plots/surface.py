"""The loss surface: how good or bad other parameters would be, and the way the run has taken.

It says what it is (exact, slice or projection) and how far it can be trusted: the loss on the
map and the true loss stand under it, at the start and at the shown step, and under the mouse for
every point of the path.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from gd_studio.experiment.parts import finished
from gd_studio.experiment.surface import Surface, compute, is_exact
from gd_studio.gui.background import SECONDS_BETWEEN
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots import on_landscape, surface_words
from gd_studio.gui.plots.computed import ComputedPlot
from gd_studio.gui.plots.on_landscape import PlaceChooser, is_landscape
from gd_studio.gui.plots.surface_axes import Axes
from gd_studio.gui.plots.surface_choices import NO_PLACE, PLANES, two_movers, weights_at
from gd_studio.gui.plots.surface_effort import may_be_finer
from gd_studio.gui.plots.surface_ghosts import SurfaceGhosts
from gd_studio.gui.plots.surface_hover import place_words, point_words
from gd_studio.gui.plots.surface_job import Compute, PictureRequest, coarse_then_fine
from gd_studio.gui.plots.surface_legend import SurfaceEntries
from gd_studio.gui.plots.surface_marks import SurfaceMarks
from gd_studio.gui.plots.surface_parameters import ParameterRow
from gd_studio.gui.plots.surface_path import SurfacePath
from gd_studio.gui.plots.surface_picture import Picture, SurfacePicture, picture_of
from gd_studio.gui.plots.surface_probe import Looked, Probe
from gd_studio.gui.plots.surface_scale import SCALES
from gd_studio.gui.plots.surface_table import table_of
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

RACING_SECONDS = 1.0  # between two maps while racing, at least
RACING_SHARE = 0.2  # of the time while racing that may go into maps
IDLE_MS = 1000  # how long nothing is asked for before the map is made finer


class SurfacePlot(ComputedPlot):
    """A map of losses with the path on it; computed in a pool, never in the GUI thread.

    Signals: `surface_changed` (Surface, or None while there is none) for every new one, coarse
    or fine. A click chooses a place: of a landscape `place_chosen` (x, y), of other maps
    `move_requested` (weights by name, what to call the move).
    """

    TITLE, NAME, SHORT_TITLE = "Loss surface", "plot.surface", "Surface"
    surface_changed = Signal(object)
    place_chosen = Signal(float, float)
    move_requested = Signal(object, str)

    def __init__(
        self,
        theme: Theme,
        selection: Selection,
        gate: threading.Event | None = None,
        parent: QWidget | None = None,
        how: Compute = compute,
    ) -> None:
        self._how = how
        super().__init__(theme, selection, gate, parent)

    def _begin(self) -> None:
        self._axes = Axes()
        self._surface: Surface | None = None
        self._drawn: Picture | None = None
        self._is_new = False
        self._scale = ""  # as the user chose it; empty: what suits the model
        self._failure = self._formula = ""
        self._entries = SurfaceEntries()

    def _equip(self) -> None:
        super()._equip()
        self._work = partial(coarse_then_fine, how=self._how)
        self._probe = Probe(self._gate, self)
        self._probe.found.connect(self.redraw)
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._on_idle)
        self._places = PlaceChooser(self)
        self._places.chosen.connect(self._on_place_chosen)
        self.selection.parameter_changed.connect(self._on_parameter_selected)
        self.header.add_choices("Plane", PLANES, "path", self.set_plane)
        self.header.add_choices("Colours", SCALES, "linear", self.set_scale)

    # What others use

    @property
    def surface(self) -> Surface | None:
        """The surface drawn, coarse or fine."""
        return self._surface

    def set_plane(self, plane: str) -> None:
        """Show a plane of PLANES."""
        frame = self._frame
        self.header.choices.show_choice("Plane", plane)
        self._axes.pinned = plane == "pins"
        if frame is None or is_exact(frame.hypothesis):
            self._axes.choice = "path"
        elif plane == "parameters":
            self._parameters.fill(frame.hypothesis, two_movers(frame))
            self._axes.choice = self._parameters.names
        else:
            self._axes.choice = "between" if plane == "pins" else plane  # type: ignore[assignment]
        self._choose_again()

    def set_parameters(self, across: str, upwards: str) -> None:
        """Show the slice along two parameters by name."""
        self.header.choices.show_choice("Plane", "parameters")
        if self._frame is not None:
            self._parameters.fill(self._frame.hypothesis, two_movers(self._frame))
        self._parameters.show_names(across, upwards)
        self._axes.choice = (across, upwards)
        self._choose_again()

    def set_scale(self, scale: str) -> None:
        """Colour the losses on a scale of SCALES."""
        self._scale = scale
        self.header.choices.show_choice("Colours", scale)
        if self._surface is not None:
            self._drawn, self._is_new = finished(picture_of(self._surface, scale)), True
        self.redraw()

    def keep_up(self, frame: Frame) -> None:
        """Compute the surface of a frame while this plot is out of sight, for others to draw."""
        if not self.is_seen:
            self.set_frame(frame)
            self._ask(frame)

    def refit(self) -> None:
        """Fit the axes to the path as it is now."""
        self._axes.asked = ()
        self._axes.fitted_at = 0
        self._choose_again(keep=True)

    def draw_other_directions(self) -> None:
        """Show the slice along two other random directions."""
        self._axes.seed += 1
        self._choose_again()

    def catch_up(self) -> None:
        super().catch_up()
        self._refine_at_rest()

    def shutdown(self) -> None:
        """End the computing and wait until it has ended."""
        self._idle.stop()
        super().shutdown()
        self._probe.shutdown()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return the map's cells and the path, in the plane's coordinates."""
        surface, frame = self._surface, self._frame
        if surface is None or frame is None:
            return [], []
        return table_of(surface, self._axes.path(frame, surface.plane))

    # Building

    def _build(self, title: str) -> None:
        super()._build(title)
        self._picture = SurfacePicture(self.plot_item)
        self._ghosts = SurfaceGhosts(self._picture.map)
        self._path = SurfacePath(self.plot_item)
        self._marks = SurfaceMarks(self._path)
        self._parameters = ParameterRow()
        self._parameters.chosen.connect(self.set_parameters)
        self.content.insertWidget(1, self._parameters)
        self._parameters.hide()
        self.canvas.setCursor(Qt.CursorShape.CrossCursor)
        self.canvas.setToolTip(
            "The path is paler where it is farther off the plane; the arrow points downhill, the "
            "hollow point is where the next step leads. A click moves the parameters."
        )

    def build_menu(self) -> QMenu:
        menu = super().build_menu()
        if self._surface is not None and self._axes.choice in ("path", "random"):
            menu.addAction("Refit the axes to the path", self.refit)
        if self._axes.choice == "random":
            menu.addAction("Draw other random directions", self.draw_other_directions)
        return menu

    def _theme_changed(self) -> None:
        self._picture.set_theme(self._theme, self.small_font())
        self._path.set_theme(self._theme)

    # Drawing

    def _new_run(self, frame: Frame) -> None:
        super()._new_run(frame)
        self._parameters.hide()
        self._axes.forget()
        exact_only = is_exact(frame.hypothesis)
        if exact_only or isinstance(self._axes.choice, tuple):
            self._axes.choice, self._axes.pinned = "path", False
            self.header.choices.show_choice("Plane", "path")
        for plane in PLANES:
            self.header.choices.action("Plane", plane).setEnabled(not exact_only)
        if not self._is_same_landscape(frame):
            self._take(None)
        self.header.choices.show_choice("Colours", self._scale_for(frame))

    def _scale_for(self, frame: Frame) -> str:
        return self._scale or ("stretched" if is_landscape(frame) else "linear")

    def _is_same_landscape(self, frame: Frame) -> bool:
        """Return whether the map drawn is of this landscape: another start needs no other map."""
        formula = frame.hypothesis.formula
        same, self._formula = bool(formula) and formula == self._formula, formula
        return same

    def _draw(self, frame: Frame) -> None:
        missing = self._ask(frame)
        if missing or self._drawn is None:
            self._show_nothing(missing or self._failure or "Computing the surface…")
            return
        surface = self._drawn.surface
        if not np.isfinite([*surface.u, *surface.v]).all():
            self._show_nothing(NO_PLACE)
            return
        self.empty.hide()
        self._draw_picture(frame, self._drawn)

    def _ask(self, frame: Frame) -> str:
        """Ask for the surface of a frame, if it is not there; return why there can be none."""
        missing, after_race = self._axes.missing(frame), self._axes.asked_racing
        request = None if missing else self._axes.request(frame)
        if request is not None:
            self._failure = ""
            self._idle.stop()
            self._worker.seconds_between = RACING_SECONDS if frame.racing else SECONDS_BETWEEN
            self._worker.share = RACING_SHARE if frame.racing else 1.0
            # In a race, and at its end, a coarse map would come and go without being of use.
            known = (frame.racing or after_race) and self._drawn is not None
            asked = PictureRequest(request, self._scale_for(frame), refines=known)
            self._worker.ask(asked, self._work)
        return missing

    def _show_nothing(self, words: str) -> None:
        self._picture.hide()
        self._marks.hide()
        self.show_empty(words)

    def _draw_picture(self, frame: Frame, picture: Picture) -> None:
        surface = picture.surface
        if self._is_new or not self._marks.is_shown:
            self._is_new = False
            self._picture.show(picture, self.small_font())
        u, v = surface.u, surface.v
        self.want_range(float(u[0]), float(u[-1]), float(v[0]), float(v[-1]))
        look, path = self._probe.present(frame), self._axes.path(frame, surface.plane)
        self._path.set_hidden(self.legend.hidden)
        self._picture.map.set_hidden(self.legend.hidden & {"contours"})
        left = self._marks.draw(frame, surface, path, look, self.pixel_size())
        self._ghosts.show(surface.plane, self.shown_ghosts(frame))
        self._place_labels(frame)
        self.legend.show(self._entries.of(self._theme, frame, surface), self)
        surface = surface_words.with_shares(frame, surface, path)
        self.set_scales(*surface_words.scales(surface))
        self._say_all(frame, picture, surface, look, left)

    def _place_labels(self, frame: Frame) -> None:
        self._marks.place(self.small_font())

    # What it says

    def _say_all(
        self, frame: Frame, picture: Picture, surface: Surface, look: Looked, left: int | None
    ) -> None:
        told = surface_words.told(frame, surface, look)
        is_news = self._axes.announces(frame.step) and not is_landscape(frame)
        news = surface_words.news(picture, self._axes.fitted_at if is_news else None, left)
        self.say(told.title)
        self.set_note(*told.notes(news, self.header.tells_least))
        self.set_summary(f"{told.summary} Loss at {' · '.join(told.losses)}.")

    # Choosing the plane

    @Slot(int)
    def _on_parameter_selected(self, index: int) -> None:
        """Make a parameter that was clicked elsewhere an axis, while two are being chosen."""
        if isinstance(self._axes.choice, tuple) and self._frame is not None and self.isVisible():
            self._parameters.take(self._frame.hypothesis.parameter_name(index))

    def _choose_again(self, keep: bool = False) -> None:
        # First what changes the layout: a plot that changes its size draws itself.
        self._parameters.setVisible(isinstance(self._axes.choice, tuple))
        if not keep:
            self._axes.forget()
            self._take(None)
        self._axes.asked = ()
        self._failure = ""
        self._worker.cancel()
        self.draw_anew()

    # Answers

    @Slot(object, object)
    def _on_found(self, request: PictureRequest, picture: Picture) -> None:
        frame = self._frame
        self._axes.adopt(request.surface, picture.surface)
        if frame is not None and picture.shades.scale != self._scale_for(frame):
            picture = finished(picture_of(picture.surface, self._scale_for(frame)))
        self._take(picture)
        self._is_new = True
        self.redraw()
        self._refine_at_rest()

    def _take(self, picture: Picture | None) -> None:
        surface = None if picture is None else picture.surface
        self._drawn = picture
        self._probe.set_surface(surface)
        if surface is not self._surface:
            self._surface = surface
            self.surface_changed.emit(surface)

    def _refine_at_rest(self) -> None:
        """Make the map finer after a while, unless it is at its finest or on its way."""
        if may_be_finer(self._surface) and not self._worker.is_busy:
            self._idle.start()

    @Slot()
    def _on_idle(self) -> None:
        """Make the map finer when nothing else is to be done."""
        frame = self._frame
        if frame is None or frame.playing or not self.is_seen or self._worker.is_busy:
            return
        request = self._axes.refined(frame)
        if request is not None:
            asked = PictureRequest(request, self._scale_for(frame), refines=True)
            self._worker.ask(asked, self._work)

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._take(None)
        self._failure = message
        self._show_nothing(message)

    # Mouse

    def _hover_text(self, x: float, y: float) -> str:
        surface, frame = self._surface, self._frame
        if surface is None or frame is None or not self._marks.is_shown:
            return ""
        marked = self._marks.at(frame, (x, y), self.pixel_size())
        if marked is not None:
            point = self._probe.point(marked.key, marked.theta)
            return point_words(marked, point, surface.kind == "exact")
        if is_landscape(frame):
            return on_landscape.hover_words(frame, *self._places.rounded(x, y))
        return place_words(surface, x, y, self._probe.loss_at(x, y))

    def _clicked(self, x: float, y: float) -> None:
        if self._frame is None or self._surface is None:
            return
        if self._places.is_waiting:
            self._double_clicked()
        else:
            self._places.choose(x, y)

    def _double_clicked(self) -> None:
        self._places.forget()
        super()._double_clicked()

    @Slot(float, float)
    def _on_place_chosen(self, x: float, y: float) -> None:
        """Ask for the point of the plane that was clicked."""
        surface, frame = self._surface, self._frame
        if surface is None or frame is None:
            return
        if is_landscape(frame):
            self.place_chosen.emit(x, y)
        else:
            words = f"Move to ({exact(x, 4)}, {exact(y, 4)}) on the map"
            self.move_requested.emit(weights_at(frame, surface, x, y), words)

    # Qt

    def hideEvent(self, event: QHideEvent) -> None:
        if self.is_computing:
            self._axes.asked = ()  # its answer will not come
        super().hideEvent(event)
        self._places.forget()
        self._idle.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refine_at_rest()
