"""The loss surface in three dimensions, to be turned and enlarged, with the path over it.

It draws what the plot *Loss surface* has computed. The path stands as high as the true loss at
each of its points, so that where it floats over the surface, or dives under it, the map errs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtGui import QHideEvent

from gd_studio.experiment.surface import PointLoss, Surface
from gd_studio.gui.numbers import counted, exact, fixed, whole
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.box_axes import AxisNames
from gd_studio.gui.plots.camera import Camera, Numbers
from gd_studio.gui.plots.computed import ComputedPlot
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.mesh import HeightKind, HeightScale, Mesh, mesh_of
from gd_studio.gui.plots.on_landscape import is_landscape
from gd_studio.gui.plots.path_heights import HeightRequest, PathHeights, computed
from gd_studio.gui.plots.surface import SurfacePlot
from gd_studio.gui.plots.surface3d_picture import Look, Marks, Surface3DPicture
from gd_studio.gui.plots.surface_legend import entries_in_3d
from gd_studio.gui.plots.turntable import Turntable

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

NEAR_PIXELS = 11
LEAST_FOR_NOTE = 260  # pixels of height; with less, the whole note is its tooltip
REST_MS = 150  # after the last turn, until the picture is as fine as it can be
NOTHING = np.full(3, np.nan)


class Surface3DPlot(ComputedPlot):
    """A mesh under a camera: drag turns it, the wheel enlarges it, a double click resets it."""

    TITLE, NAME = "Surface in 3D", "plot.surface3d"
    SECONDS_BETWEEN = 0.1

    def _begin(self) -> None:
        self._source: SurfacePlot | None = None
        self._kind: HeightKind = "linear"
        self._height = "true"
        self._surface: Surface | None = None
        self._mesh: Mesh | None = None
        self._heights: PathHeights | None = None
        self._path: tuple[list[int], list[PointLoss]] = ([], [])
        self._listed: tuple[Any, tuple[Entry, ...]] = ((), ())

    def _equip(self) -> None:
        super()._equip()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._picture.rest)
        scales = {
            "linear": "Linear, the highest cut off",
            "whole": "Linear, all of it",
            "log": "Logarithmic",
        }
        self.header.add_choices("Height", scales, "linear", self.set_scale)
        paths = {"true": "At the true loss", "map": "On the surface"}
        self.header.add_choices("Path", paths, "true", self.set_path_height)

    # What others use

    @property
    def surface(self) -> Surface | None:
        """The surface that is drawn."""
        return self._surface

    @property
    def camera(self) -> Camera:
        """From where it is looked at."""
        return self._picture.look.camera

    def set_source(self, source: SurfacePlot) -> None:
        """Draw the surfaces that this plot computes."""
        self._source = source
        source.surface_changed.connect(self._on_surface_changed)

    def set_camera(self, camera: Camera) -> None:
        """Look from somewhere else."""
        self._picture.look.camera = camera
        self._picture.update()

    def set_scale(self, scale: str) -> None:
        """Draw heights "linear" up to where the highest 8 % are cut off, "whole", or "log"."""
        self._kind = scale  # type: ignore[assignment]  # one of the menu's
        self.header.choices.show_choice("Height", scale)
        self._mesh = None
        self.redraw()

    def set_path_height(self, height: str) -> None:
        """Draw the path at its "true" loss, or on the "map" below it."""
        self._height = height
        self.header.choices.show_choice("Path", height)
        self.redraw()

    def fit(self) -> None:
        """Look from the first place again."""
        self.set_camera(Camera())
        super().fit()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return the points of the mesh and those of the path, with map and true loss."""
        mesh, surface = self._mesh, self._surface
        if mesh is None or surface is None:
            return [], []
        rows: list[list[Any]] = [
            ["map", "", float(u), float(v), float(mesh.losses[j, i]), ""]
            for j, v in enumerate(mesh.v)
            for i, u in enumerate(mesh.u)
        ]
        for step, p in zip(*self._path, strict=True):
            rows.append(["path", step, p.u, p.v, p.map, p.true])
        names = ["part", "step", surface.u_label, surface.v_label, "map loss", "true loss"]
        return names, rows

    # Building

    def _build(self, title: str) -> None:
        super()._build(title)
        view = self.plot_item.getViewBox()
        view.setMouseEnabled(x=False, y=False)
        self._picture = Surface3DPicture(view, Look(self._theme, self.font()))
        self._turntable = Turntable(self.canvas)
        self._turntable.turned.connect(self._on_turned)
        self._turntable.zoomed.connect(self._on_zoomed_by)
        self._turntable.reset.connect(self.fit)
        self.canvas.setToolTip(
            "Drag or press arrow keys to turn, wheel or + and − to enlarge, double click to reset."
        )

    def _theme_changed(self) -> None:
        self._picture.look.theme = self._theme

    # Drawing

    def _new_run(self, frame: Frame) -> None:
        super()._new_run(frame)
        self._heights = None

    def _draw(self, frame: Frame) -> None:
        if self._source is not None:
            self._source.keep_up(frame)
        surface = self._source.surface if self._source is not None else None
        if surface is None or not np.isfinite(surface.values).any():
            self._show_nothing(frame)
            return
        self._follow(frame, surface)
        if self._surface is None:
            self._show_nothing(frame)
            return
        self.empty.hide()
        self._draw_surface(frame, self._surface)

    def _show_nothing(self, frame: Frame) -> None:
        words = "The surface is being computed…"
        if frame.trajectory_parameters is not None:
            words = "No path is kept of so large a model: choose two parameters in Loss surface."
        self._surface = self._mesh = self._heights = None
        self._picture.show_mesh(None, None)
        self.show_empty(words)

    def _follow(self, frame: Frame, surface: Surface) -> None:
        """Take a new surface over together with the heights of the path on it."""
        coming = self._heights
        if coming is None or not coming.fits(frame, surface):
            coming = PathHeights(frame, surface)
        request = coming.missing(frame, surface)
        if request is not None:
            self._worker.ask(request, computed)
        # Another run may keep the surface of the one before, but none of its heights.
        is_first = self._surface is None or self._heights is None
        if request is None or coming is self._heights or is_first:
            self._adopt(surface, coming)

    def _adopt(self, surface: Surface, heights: PathHeights) -> None:
        self._heights = heights
        if surface is not self._surface:
            self._surface = surface
            self._mesh = None

    def _draw_surface(self, frame: Frame, surface: Surface) -> None:
        if self._mesh is None:
            self._mesh = mesh_of(surface, self._kind)
        assert self._heights is not None
        self._path = self._heights.path(frame)
        look, view = self._picture.look, self.plot_item.getViewBox()
        look.font, look.focused = self.small_font(), self.canvas.hasFocus()
        look.names = _names(surface, self._mesh, is_landscape(frame))
        self.legend.show(self._entries(frame), self)
        look.hidden = self.legend.hidden
        self._picture.set_size(view.width(), view.height())
        self._picture.show_mesh(self._mesh, self._marks(frame, self._mesh))
        self.set_scales(Scale(hidden=True), Scale(hidden=True))
        self.want_range(0.0, 1.0, 0.0, 1.0)
        self._say_all(frame, surface, self._mesh)

    def _entries(self, frame: Frame) -> tuple[Entry, ...]:
        """Return the legend's entries, the same ones as long as they say the same."""
        key = (self._theme, frame.best_parameters is None)
        if self._listed[0] != key:
            self._listed = (key, tuple(entries_in_3d(self._theme, frame)))
        return self._listed[1]

    def _marks(self, frame: Frame, mesh: Mesh) -> Marks:
        steps, points = self._path
        if not points:
            return Marks(NOTHING[None], NOTHING, NOTHING, NOTHING, NOTHING)
        drawn = self._placed(mesh, points)
        now = steps.index(frame.step) if frame.step in steps else None
        start = drawn[0] if steps[0] == 0 else NOTHING
        at = None if frame.best is None or frame.last_step == 0 else frame.best[0]
        best = drawn[steps.index(at)] if at in steps else NOTHING
        if now is None:
            return Marks(drawn, start, NOTHING, NOTHING, best)
        point = points[now]
        below = mesh.place([(point.u, point.v)], [point.map])[0]
        return Marks(drawn, start, drawn[now], below, best)

    def _placed(self, mesh: Mesh, points: list[PointLoss]) -> Numbers:
        losses = [p.true if self._height == "true" else p.map for p in points]
        return mesh.place([(p.u, p.v) for p in points], losses)

    # What it says

    def _say_all(self, frame: Frame, surface: Surface, mesh: Mesh) -> None:
        self.say(Said(surface.title, short=surface.kind))
        said = [self._now_words(frame, surface)] if frame.step in self._path[0] else []
        scale = mesh.scale
        if scale.cut is not None:
            said.append(f"cut at {exact(scale.high, 3)}, rises to {exact(scale.cut, 3)}")
        if scale.refused:
            said.append("no logarithm of losses at or below 0")
        if mesh.missing:
            said.append(f"holes: {counted(mesh.missing, 'point')} without a number")
        if surface.note:
            said.append(surface.note)
        full = " · ".join(said)
        self.set_note(full if self.height() >= LEAST_FOR_NOTE else " · ".join(said[:1]))
        self.note.setToolTip(full)
        self.set_summary(
            f"Loss surface in 3D at step {frame.step}, {surface.title}, losses from "
            f"{exact(scale.low, 3)} to {exact(scale.cut or scale.high, 3)}. {full}."
        )

    def _now_words(self, frame: Frame, surface: Surface) -> str:
        steps, points = self._path
        point = points[steps.index(frame.step)]
        if surface.kind == "exact":
            return f"now: {fixed(point.true)}"
        return f"now: true {fixed(point.true)}, map {fixed(point.map)}"

    # Computing

    @Slot(object)
    def _on_surface_changed(self, surface: object) -> None:
        # None comes in the middle of a change of run or plane: the next surface is soon here.
        if surface is not None:
            self.redraw()

    @Slot(object, object)
    def _on_found(self, request: HeightRequest, found: list[PointLoss]) -> None:
        request.heights.take(request.steps, found)
        if request.heights is not self._heights:
            self._adopt(request.surface, request.heights)
        self.redraw()

    # Mouse

    @Slot(float, float)
    def _on_turned(self, around: float, upwards: float) -> None:
        self.hover.hide()
        self._turn(self.camera.turned(around, upwards))

    @Slot(float)
    def _on_zoomed_by(self, factor: float) -> None:
        self._turn(self.camera.zoomed(factor))

    def _turn(self, camera: Camera) -> None:
        self._picture.is_turning = True
        self._rest.start()
        self.set_camera(camera)

    def _hover_text(self, x: float, y: float) -> str:
        mesh, surface = self._mesh, self._surface
        if mesh is None or surface is None:
            return ""
        view = self.plot_item.getViewBox()
        at = np.array([x * view.width(), (1 - y) * view.height()])
        point = self._path_at(mesh, at)
        if point is not None:
            return point
        corner = self._picture.corner_at(at)
        if corner is None:
            return ""
        row, column = divmod(corner, len(mesh.u))
        return (
            f"map loss {exact(float(mesh.losses[row, column]))}\n"
            f"{surface.u_label}: {exact(float(mesh.u[column]), 4)}\n"
            f"{surface.v_label}: {exact(float(mesh.v[row]), 4)}"
        )

    def _path_at(self, mesh: Mesh, at: Numbers) -> str | None:
        """Return what is true of the path's point under the mouse."""
        steps, points = self._path
        if not points:
            return None
        away = np.hypot(*(self._picture.pixels(self._placed(mesh, points))[:, :2] - at).T)
        away = np.where(np.isfinite(away), away, np.inf)
        nearest = int(np.argmin(away))
        if away[nearest] > NEAR_PIXELS:
            return None
        p = points[nearest]
        return (
            f"step {whole(steps[nearest])}\ntrue loss {exact(p.true)}\nmap loss {exact(p.map)}\n"
            f"gap {exact(p.gap, 3)}\noff the plane {exact(p.distance, 3)}"
        )

    # Qt

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut) and watched is self.canvas:
            self._picture.look.focused = event.type() == QEvent.Type.FocusIn
            self._picture.update()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._rest.stop()


def _names(surface: Surface, mesh: Mesh, landscape: bool) -> AxisNames:
    scale = mesh.scale
    name = "f(x, y)" if landscape else "total loss"
    u, v = mesh.u, mesh.v
    return AxisNames(
        (exact(float(u[0]), 3), surface.u_label, exact(float(u[-1]), 3)),
        (exact(float(v[0]), 3), surface.v_label, exact(float(v[-1]), 3)),
        (exact(scale.low, 3), f"log {name}" if scale.log else name, _top(scale)),
    )


def _top(scale: HeightScale) -> str:
    """Return what stands at the top of the box: where heights are cut, that they go on."""
    return f"≥ {exact(scale.high, 3)} (cut)" if scale.cut is not None else exact(scale.high, 3)
