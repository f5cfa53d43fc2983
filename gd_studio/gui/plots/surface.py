"""The loss surface: how good or bad other parameters would be, and the way the run has taken.

It says what it is (exact, slice or projection) and how far it can be trusted: the loss on the
map and the true loss stand under it, at the start and at the shown step.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QHideEvent
from PySide6.QtWidgets import QMenu, QWidget

from gd_studio.experiment.surface import Surface, SurfaceRequest, compute, is_exact
from gd_studio.gui.background import Background
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots import on_landscape, surface_words
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.on_landscape import PlaceChooser, is_landscape
from gd_studio.gui.plots.surface_axes import Axes, places
from gd_studio.gui.plots.surface_job import Compute, coarse_then_fine
from gd_studio.gui.plots.surface_parameters import ParameterRow
from gd_studio.gui.plots.surface_path import SurfacePath
from gd_studio.gui.plots.surface_picture import SurfacePicture
from gd_studio.gui.plots.weights_lines import largest_movers
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

TRUE_MAP_WORK = 3_000_000  # rows times parameters up to which the map loss is computed, not read


class SurfacePlot(PlotPanel):
    """A map of losses with the path on it; computed in a pool, never in the GUI thread.

    Signals: `surface_changed` (Surface, or None while there is none) for every new one, coarse
    or fine; on a landscape a click chooses a place: `place_chosen(x, y)`.
    """

    surface_changed = Signal(object)
    place_chosen = Signal(float, float)

    def __init__(
        self,
        theme: Theme,
        selection: Selection,
        gate: threading.Event | None = None,
        parent: QWidget | None = None,
        how: Compute = compute,
    ) -> None:
        if gate is None:
            gate = threading.Event()
            gate.set()
        self._axes = Axes()
        self._surface: Surface | None = None
        self._is_new = False
        self._failure = self._formula = ""
        super().__init__("Loss surface", "plot.surface", theme, selection, parent)
        self._work = partial(coarse_then_fine, how=how)
        self._worker = Background(gate, self)
        self._worker.found.connect(self._on_found)
        self._worker.failed.connect(self._on_failed)
        self._places = PlaceChooser(self)
        self._places.chosen.connect(self.place_chosen)
        planes = {"path": "The path's own plane", "parameters": "Two parameters…"}
        self.header.add_choices("Plane", planes, "path", self.set_plane)

    # What others use

    @property
    def surface(self) -> Surface | None:
        """The surface drawn, coarse or fine."""
        return self._surface

    @property
    def is_computing(self) -> bool:
        """Whether a surface is on its way."""
        return self._worker.is_busy

    def set_plane(self, plane: str) -> None:
        """Show the "path"'s plane, or a slice along two "parameters"."""
        frame = self._frame
        self.header.choices.show_choice("Plane", plane)
        if plane == "parameters" and frame is not None and not is_exact(frame.hypothesis):
            self._parameters.fill(frame.hypothesis, self._movers(frame))
            self._axes.choice = self._parameters.names
        else:
            self._axes.choice = "path"
        self._choose_again()

    def set_parameters(self, across: str, upwards: str) -> None:
        """Show the slice along two parameters by name."""
        self.header.choices.show_choice("Plane", "parameters")
        if self._frame is not None:
            self._parameters.fill(self._frame.hypothesis, self._movers(self._frame))
        self._parameters.show_names(across, upwards)
        self._axes.choice = (across, upwards)
        self._choose_again()

    def refit(self) -> None:
        """Fit the axes to the path as it is now."""
        self._axes.asked = ()
        self._axes.fitted_at = 0
        self._choose_again(keep=True)

    def shutdown(self) -> None:
        """End the computing and wait until it has ended."""
        self._worker.shutdown()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return the map's cells and the path, in the plane's coordinates."""
        surface, frame = self._surface, self._frame
        if surface is None or frame is None:
            return [], []
        rows: list[list[Any]] = [
            ["map", "", float(u), float(v), float(surface.values[j, i])]
            for j, v in enumerate(surface.v)
            for i, u in enumerate(surface.u)
        ]
        steps, path = self._axes.path(frame, surface.plane)
        rows += [
            ["path", int(step), float(u), float(v), ""]
            for step, (u, v) in zip(steps, path, strict=True)
        ]
        return ["part", "step", surface.u_label, surface.v_label, "total loss"], rows

    # Building

    def _build(self, title: str) -> None:
        super()._build(title)
        self._picture = SurfacePicture(self.plot_item)
        self._path = SurfacePath(self.plot_item)
        self._parameters = ParameterRow()
        self._parameters.chosen.connect(self.set_parameters)
        self.content.insertWidget(1, self._parameters)
        self._parameters.hide()

    def build_menu(self) -> QMenu:
        menu = super().build_menu()
        if self._axes.choice == "path" and self._surface is not None:
            menu.addAction("Refit the axes to the path", self.refit)
        return menu

    def _theme_changed(self) -> None:
        self._picture.set_theme(self._theme, self.small_font())
        self._path.set_theme(self._theme)

    # Drawing

    def _new_run(self, frame: Frame) -> None:
        self._parameters.hide()
        self._axes.forget()
        if is_exact(frame.hypothesis) or self._surface is not None:
            self._axes.choice = "path"
            self.header.choices.show_choice("Plane", "path")
        if not self._is_same_landscape(frame):
            self._take(None)
        self._worker.cancel()
        self.canvas.setCursor(
            Qt.CursorShape.CrossCursor if is_landscape(frame) else Qt.CursorShape.ArrowCursor
        )
        exact_only = is_exact(frame.hypothesis)
        self.header.button.setVisible(not exact_only)

    def _is_same_landscape(self, frame: Frame) -> bool:
        """Return whether the map drawn is of this landscape: another start needs no other map."""
        formula = frame.hypothesis.formula
        same, self._formula = bool(formula) and formula == self._formula, formula
        return same

    def _draw(self, frame: Frame) -> None:
        if frame.trajectory_parameters is not None and self._axes.choice == "path":
            self._show_nothing(
                "The path of a model with more than 100 000 parameters is not kept.\n"
                "Choose two parameters to see a slice."
            )
            return
        request = self._axes.request(frame)
        if request is not None:
            self._failure = ""
            self._worker.ask(request, self._work)
        if self._surface is None:
            self._show_nothing(self._failure or "Computing the surface…")
            return
        self.empty.hide()
        self._draw_surface(frame, self._surface)

    def _show_nothing(self, words: str) -> None:
        self._picture.hide()
        self._path.hide()
        self.set_scales(Scale(hidden=True), Scale(hidden=True))
        self.empty.setText(words)
        self.empty.show()
        self.say()
        self.set_note("")
        self.set_summary(words)

    def _draw_surface(self, frame: Frame, surface: Surface) -> None:
        font = self.small_font()
        if self._is_new:
            self._is_new = False
            self._picture.show(surface, font, stretched=is_landscape(frame))
        bounds = (
            float(surface.u[0]),
            float(surface.u[-1]),
            float(surface.v[0]),
            float(surface.v[-1]),
        )
        self.want_range(*bounds)
        self._path.set_bounds(bounds)
        steps, path = self._axes.path(frame, surface.plane)
        now = places(surface.plane, frame.parameters[None])[0]
        self._path.show_path(path, (float(now[0]), float(now[1])))
        self._path.show_ghost(self._ghost_path(frame, surface))
        self._path.show_least(surface.minimum)
        left = self._path.show_left(path, steps, self.pixel_size())
        self._place_labels(frame)
        surface = surface_words.with_shares(frame, surface)
        self.set_scales(Scale(surface.u_label, ends=True), Scale(surface.v_label, ends=True))
        self._say_all(frame, surface, now, left)

    def _place_labels(self, frame: Frame) -> None:
        surface = self._surface
        if surface is not None:
            self._path.write(self.small_font())
        if surface is None or frame.step != 0:
            self._path.hide_downhill()
            return
        plane = surface.plane
        now = places(plane, frame.parameters[None])[0]
        down = places(plane, (plane.origin - frame.gradient)[None])[0]
        way = (float(down[0]), float(down[1]))
        self._path.show_downhill((float(now[0]), float(now[1])), way, self.pixel_size())

    def _ghost_path(self, frame: Frame, surface: Surface) -> Any | None:
        ghost = frame.ghost
        if ghost is None or not self._ghost_visible:
            return None
        if ghost.trajectory.shape[1] != len(surface.plane.origin):
            return None
        return places(surface.plane, ghost.trajectory)

    # What it says

    def _say_all(self, frame: Frame, surface: Surface, now: Any, left: int | None) -> None:
        if is_landscape(frame):
            self._say_landscape(frame, surface, left)
            return
        self.say(surface_words.title(surface))
        map_now = self._map_loss(frame, surface, now)
        true_now = surface.now.true if surface.note else frame.evaluation.train["total"]
        said = surface_words.trust(surface, map_now, float(true_now))
        fitted_at = self._axes.fitted_at if self._axes.announces(frame.step) else None
        self.set_note(" · ".join([said, *surface_words.news(surface, fitted_at, left)]))
        self.set_summary(
            f"Loss surface at step {frame.step}, {surface.title}. Loss at {said}."
        )

    def _say_landscape(self, frame: Frame, surface: Surface, left: int | None) -> None:
        self.say(on_landscape.cue(frame))
        said = on_landscape.heights(frame)
        self.set_note(" · ".join([said, *surface_words.news(surface, None, left)]))
        self.set_summary(f"Loss surface at step {frame.step}: {said}.")

    def _map_loss(self, frame: Frame, surface: Surface, now: Any) -> float:
        """Return the loss on the map below the present point."""
        train = frame.hypothesis.prepared.train
        if surface.note or len(train.rows) * len(frame.parameters) > TRUE_MAP_WORK:
            return self._read(surface, float(now[0]), float(now[1]))
        plane = surface.plane
        with np.errstate(all="ignore"):
            below = plane.origin + now[0] * plane.u + now[1] * plane.v
            return float(frame.hypothesis.total_losses(below[None], train)[0])

    def _read(self, surface: Surface, u: float, v: float) -> float:
        """Return the loss that the map shows at a place, between its four nearest cells."""
        i = np.interp(u, surface.u, np.arange(len(surface.u)))
        j = np.interp(v, surface.v, np.arange(len(surface.v)))
        i0, j0 = min(int(i), len(surface.u) - 2), min(int(j), len(surface.v) - 2)
        a, b = i - i0, j - j0
        z = surface.values
        lower = (1 - a) * z[j0, i0] + a * z[j0, i0 + 1]
        upper = (1 - a) * z[j0 + 1, i0] + a * z[j0 + 1, i0 + 1]
        return float((1 - b) * lower + b * upper)

    # Choosing the plane

    @staticmethod
    def _movers(frame: Frame) -> list[int]:
        """Return the two parameters to begin with: those that moved most."""
        if frame.trajectory_parameters is not None:
            return [0, 1]
        return largest_movers(frame.trajectory, frame.trajectory[-1], 2)

    def _choose_again(self, keep: bool = False) -> None:
        # First what changes the layout: a plot that changes its size draws itself.
        self._parameters.setVisible(self._axes.choice != "path")
        if not keep:
            self._axes.forget()
            self._take(None)
        self._axes.asked = ()
        self._wanted = None
        self._follows = True
        self._worker.cancel()
        self.redraw()

    # Answers

    @Slot(object, object)
    def _on_found(self, request: SurfaceRequest, surface: Surface) -> None:
        self._axes.adopt(request, surface)
        self._is_new = True
        self._take(surface)
        self.redraw()

    def _take(self, surface: Surface | None) -> None:
        if surface is not self._surface:
            self._surface = surface
            self.surface_changed.emit(surface)

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._take(None)
        self._failure = message
        self._show_nothing(message)

    def _hover_text(self, x: float, y: float) -> str:
        surface = self._surface
        if surface is None:
            return ""
        place = f"{surface.u_label}: {exact(x, 4)}\n{surface.v_label}: {exact(y, 4)}"
        if self._frame is not None and is_landscape(self._frame):
            return on_landscape.hover_words(self._frame, *self._places.rounded(x, y))
        return f"map loss {exact(self._read(surface, x, y), 4)}\n{place}"

    def _clicked(self, x: float, y: float) -> None:
        if self._frame is None or not is_landscape(self._frame):
            return
        if self._places.is_waiting:
            self._double_clicked()
        else:
            self._places.choose(x, y)

    def _double_clicked(self) -> None:
        self._places.forget()
        super()._double_clicked()

    # Qt

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._places.forget()
        self._worker.cancel()
        self._axes.asked = ()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shutdown()
        super().closeEvent(event)
