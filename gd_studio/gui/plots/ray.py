"""The loss along a line: down the gradient, where the step was taken, or along one parameter.

Both are computed in the background over the training rows; while a newer one is on its way the
last one stays, and says of which step it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent

from gd_studio.experiment.rays import Ray, RayRequest, Strip, StripRequest, ray, strip
from gd_studio.gui.numbers import brief, exact, whole
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.computed import ComputedPlot
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.on_landscape import is_landscape
from gd_studio.gui.plots.ray_view import RayView
from gd_studio.gui.plots.ray_words import (
    outside,
    ray_note,
    ray_words,
    short_ray_note,
    short_strip_note,
    strip_note,
)
from gd_studio.gui.plots.strip_view import StripView

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

TITLES = {"ray": "Along the gradient", "strip": "Along one parameter"}
SHORT_TITLES = {"ray": "Gradient", "strip": "Parameter"}
LEAST_FOR_NOTE = 260  # pixels of height
COMPUTING = "Computing the loss along the line…"


class RayPlot(ComputedPlot):
    """The gradient's ray, or the strip of the selected parameter."""

    TITLE, SHORT_TITLE = TITLES["ray"], SHORT_TITLES["ray"]
    NAME = "plot.ray"

    def _begin(self) -> None:
        self._view, self._log = "ray", False
        self._found: Ray | Strip | None = None
        self._asked: tuple[Any, ...] = ()

    def _equip(self) -> None:
        super()._equip()
        views = {"ray": "Loss along the gradient", "strip": "Loss of the selected parameter"}
        self.header.add_choices("Show", views, "ray", self.set_view)
        rates = {"linear": "Linear", "log": "Logarithmic"}
        self.header.add_choices("Rates", rates, "linear", self.set_rates)
        self.selection.parameter_changed.connect(self._on_parameter_changed)

    # What others use

    @property
    def found(self) -> Ray | Strip | None:
        """What is drawn, or None while the first one is computed."""
        return self._found

    def set_view(self, view: str) -> None:
        """Show the gradient's "ray" or the selected parameter's "strip"."""
        self._view = view
        self.header.title.set_titles(TITLES[view], SHORT_TITLES[view])
        self.header.choices.show_choice("Show", view)
        self._start_over()

    def set_rates(self, scale: str) -> None:
        """Draw rates on a "linear" or a "log" axis."""
        self._log = scale == "log"
        self.header.choices.show_choice("Rates", scale)
        self._start_over()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return the computed points of the line that is drawn."""
        found, frame = self._found, self._frame
        if isinstance(found, Ray):
            columns = (found.rates, found.train, found.batch, found.forecast(found.rates))
            names = ["rate", "training loss", "batch loss", "forecast"]
            return names, np.column_stack(columns).tolist()
        if found is None or frame is None:
            return [], []
        name = frame.hypothesis.parameter_name(found.parameter)
        return [name, "training loss"], np.column_stack([found.values, found.losses]).tolist()

    # Building

    def _build(self, title: str) -> None:
        super()._build(title)
        self._ray_view = RayView(self.plot_item)
        self._strip_view = StripView(self.plot_item)

    def _theme_changed(self) -> None:
        self._ray_view.set_theme(self._theme)
        self._strip_view.set_theme(self._theme)

    # Drawing

    def _new_run(self, frame: Frame) -> None:
        self._forget()

    def _start_over(self) -> None:
        self._forget()
        self.draw_anew()

    def _forget(self) -> None:
        self._found, self._asked = None, ()
        self._worker.cancel()

    def _draw(self, frame: Frame) -> None:
        self._ask(frame)
        found = self._found
        if found is None:
            self._show_nothing(COMPUTING)
            return
        self.empty.hide()
        if isinstance(found, Ray):
            self._draw_ray(frame, found)
        else:
            self._draw_strip(frame, found)

    def _show_nothing(self, words: str) -> None:
        self._ray_view.hide()
        self._strip_view.hide()
        self.show_empty(words)

    def _draw_ray(self, frame: Frame, found: Ray) -> None:
        self._strip_view.hide()
        landscape = is_landscape(frame)
        words = ray_words(frame, found, landscape)
        chosen = frame.experiment.optimizer.learning_rate
        wanted = self._ray_view.show(found, chosen, words, self.legend.shows)
        self.legend.show(self._ray_view.entries(), self)
        name = "learning rate η"
        across = Scale(unit="η", log=True) if found.log else Scale(name, ends=True)
        self.set_scales(across, Scale("f(x, y)" if landscape else "total loss"))
        self.want_range(*wanted)
        self._place_labels(frame)
        self.say(
            Said("θ − η g · ", short=""),
            Said(words["rate"], "text", bold=True),
            self._of_step(frame, found.step),
        )
        note = " · ".join([ray_note(frame, found), *outside(found, wanted[3])])
        self._write_note(note, short_ray_note(found))
        self.set_summary(f"Loss along the gradient at step {found.step}: {note}.")

    def _draw_strip(self, frame: Frame, found: Strip) -> None:
        self._ray_view.hide()
        name = frame.hypothesis.said_name(found.parameter)
        self.set_scales(
            Scale(name, ends=True), Scale("f(x, y)" if is_landscape(frame) else "total loss")
        )
        self.want_range(*self._strip_view.show(found, self.legend.shows))
        self.legend.show(self._strip_view.entries(), self)
        self._place_labels(frame)
        self.say(
            Said(f"{name} = ", short=""),
            Said(exact(found.value), "text", bold=True, short=brief(found.value), rank=1),
            self._of_step(frame, found.step),
        )
        note = strip_note(frame, found)
        self._write_note(note, short_strip_note(found))
        self.set_summary(f"Loss as {name} varies, at step {found.step}: {note}.")

    def _write_note(self, full: str, short: str) -> None:
        """Write the note, a short one where the plot is low; the full one is its tooltip."""
        self.set_note(full if self.height() >= LEAST_FOR_NOTE else short)
        self.note.setToolTip(full)

    def _of_step(self, frame: Frame, step: int) -> Said:
        return Said("" if step == frame.step else f" · of step {whole(step)}")

    def _place_labels(self, frame: Frame) -> None:
        if isinstance(self._found, Ray):
            self._ray_view.write(self.small_font())
        elif self._found is not None:
            self._strip_view.write(self.small_font())

    # Computing

    def _ask(self, frame: Frame) -> None:
        """Ask for the line of a frame, unless it has been asked for."""
        index = min(self.selection.parameter, frame.hypothesis.network.size - 1)
        rate = frame.experiment.optimizer.learning_rate
        place = rate if self._view == "ray" else index
        key = (id(frame.hypothesis), frame.step, place, frame.parameters)
        if self._asked[:3] == key[:3] and self._asked[3] is frame.parameters:
            return
        self._asked = key
        if self._view == "ray":
            self._worker.ask(self._ray_request(frame, rate), ray)
        else:
            before = float(frame.previous[index]) if frame.step else None
            wanted = StripRequest(frame.hypothesis, frame.parameters, index, before, frame.step)
            self._worker.ask(wanted, strip)

    def _ray_request(self, frame: Frame, rate: float) -> RayRequest:
        record = frame.record
        return RayRequest(
            frame.hypothesis,
            frame.previous if record else frame.parameters,
            frame.gradient,
            frame.batch_rows,
            record.learning_rate if record else rate,
            chosen=rate,
            after=frame.parameters if record else None,
            log=self._log,
            step=frame.step,
        )

    @Slot(object, object)
    def _on_found(self, _request: object, found: Ray | Strip) -> None:
        self._found = found
        self.redraw()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._found = None
        self._show_nothing(message)

    @Slot(int)
    def _on_parameter_changed(self, _index: int) -> None:
        if self._view == "strip":
            self.redraw()

    # Mouse

    def _hover_text(self, x: float, y: float) -> str:
        if isinstance(self._found, Ray):
            return self._ray_view.hover(x)
        if self._found is None or self._frame is None:
            return ""
        name = self._frame.hypothesis.said_name(self._found.parameter)
        return self._strip_view.hover(x, name)

    # Qt

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asked = ()
