"""Computing a loss surface outside the GUI thread, in short blocks that wait on the gate.

The gate is an event that the window clears while it draws, so that the computing never holds the
interpreter when a frame is due. Every request has a number; answers to older ones are dropped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal, Slot

from gd_studio.errors import GDStudioError
from gd_studio.experiment.surface import Surface, SurfaceRequest, compute

COARSE = 25
SECONDS_BETWEEN = 0.5
GATE_SECONDS = 0.05  # how long a job may sleep before it looks whether it is still wanted

Compute = Callable[[SurfaceRequest], Generator[None, None, Surface]]


class SurfaceJob:
    """One request: a coarse surface first, then the one asked for."""

    def __init__(
        self,
        number: int,
        request: SurfaceRequest,
        gate: threading.Event,
        answers: Answers,
        how: Compute = compute,
    ) -> None:
        self._number, self._request, self._gate = number, request, gate
        self._answers, self._how = answers, how
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """End the job before its next block."""
        self._cancelled.set()

    def run(self) -> None:
        """Do the work; called in a pool thread."""
        for resolution in sorted({min(COARSE, self._request.resolution), self._request.resolution}):
            request = replace(self._request, resolution=resolution)
            try:
                surface = self._finished(request)
            except (GDStudioError, np.linalg.LinAlgError) as error:
                self._answers.failed.emit(self._number, str(error))
                return
            if surface is None:
                return
            self._answers.found.emit(self._number, surface)

    def _finished(self, request: SurfaceRequest) -> Surface | None:
        """Return the surface, or None if the job was cancelled on the way."""
        work = self._how(request)
        with np.errstate(all="ignore"):
            while True:
                while not self._gate.wait(GATE_SECONDS):
                    if self._cancelled.is_set():
                        return None
                if self._cancelled.is_set():
                    return None
                try:
                    next(work)
                except StopIteration as done:
                    surface: Surface = done.value
                    return surface


class Answers(QObject):
    """The signals by which jobs answer; they arrive in the GUI thread."""

    found = Signal(int, object)  # request number, Surface
    failed = Signal(int, str)


class SurfaceWorker(QObject):
    """Runs one job at a time, at most two a second; the newest request wins."""

    found = Signal(object, object)  # SurfaceRequest, Surface
    failed = Signal(str)

    def __init__(
        self, gate: threading.Event, parent: QObject | None = None, how: Compute = compute
    ) -> None:
        super().__init__(parent)
        self._gate, self._how = gate, how
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._answers = Answers()
        self._answers.found.connect(self._on_found)
        self._answers.failed.connect(self._on_failed)
        self._number = 0
        self._job: SurfaceJob | None = None
        self._asked: SurfaceRequest | None = None
        self._waiting: SurfaceRequest | None = None
        self._started_at = -SECONDS_BETWEEN
        self._is_over = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._start_waiting)

    @property
    def number(self) -> int:
        """The number of the newest request started."""
        return self._number

    @property
    def is_busy(self) -> bool:
        """Whether a request is being computed or waits for its turn."""
        return self._job is not None or self._waiting is not None

    def ask(self, request: SurfaceRequest) -> None:
        """Compute a surface as soon as two a second allow."""
        if self._is_over:
            return
        self._waiting = request
        wait = self._started_at + SECONDS_BETWEEN - time.monotonic()
        if wait <= 0:
            self._start_waiting()
        elif not self._timer.isActive():
            self._timer.start(int(wait * 1000) + 1)

    def cancel(self) -> None:
        """Forget what was asked; its answer will not come."""
        self._timer.stop()
        self._waiting = None
        self._number += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def shutdown(self) -> None:
        """End all work and wait until none is left."""
        self._is_over = True
        self.cancel()
        self._pool.waitForDone()

    def _start_waiting(self) -> None:
        request, self._waiting = self._waiting, None
        if request is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._number += 1
        self._started_at = time.monotonic()
        self._asked = request
        self._job = SurfaceJob(self._number, request, self._gate, self._answers, self._how)
        self._pool.start(self._job.run)

    @Slot(int, object)
    def _on_found(self, number: int, surface: Surface) -> None:
        if number == self._number and self._asked is not None:
            if len(surface.u) == self._asked.resolution:
                self._job = None
            self.found.emit(self._asked, surface)

    @Slot(int, str)
    def _on_failed(self, number: int, message: str) -> None:
        if number == self._number:
            self._job = None
            self.failed.emit(message)
