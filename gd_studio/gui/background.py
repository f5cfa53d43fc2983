"""Computing outside the GUI thread, in short blocks that wait on the gate.

The gate is an event that is cleared while the window draws, or is about to draw what was wished
for, so that the computing never holds the interpreter when a frame is due. Every request has a
number; answers to older ones are dropped. All panels share two pool threads: more would only fight
for the interpreter.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal, Slot

from gd_studio.errors import GDStudioError

SECONDS_BETWEEN = 0.5
GATE_SECONDS = 0.05  # how long a job may sleep before it looks whether it is still wanted
THREADS = 2


@dataclass(frozen=True, eq=False)
class Partial:
    """An answer on the way to the last one, such as a coarse picture."""

    answer: Any


Work = Callable[[Any], Generator[Any, None, Any]]
"""Yields at least every 2 ms, a `Partial` where there is something to show; returns the answer."""


class Job:
    """One request, computed block by block."""

    def __init__(
        self, number: int, request: Any, work: Work, gate: threading.Event, answers: Answers
    ) -> None:
        self._number, self._request, self._work = number, request, work
        # Let go of when the job ends: the last to hold a QObject must not be a pool thread.
        self._answers: Any = answers
        self._gate = gate
        self._lock = threading.Lock()
        self._has_begun = False
        self._cancelled = threading.Event()
        self.ended = threading.Event()
        self.seconds = 0.0  # of work, without what it waited at the gate

    def cancel(self) -> None:
        """End the job before its next block; one that has not begun never will."""
        with self._lock:
            self._cancelled.set()
            if not self._has_begun:
                self._answers = None
                self.ended.set()

    def run(self) -> None:
        """Do the work; called in a pool thread."""
        with self._lock:
            if self._cancelled.is_set():
                return
            self._has_begun = True
        try:
            with np.errstate(all="ignore"):
                self._go_through(self._work(self._request))
        except (GDStudioError, np.linalg.LinAlgError) as error:
            self._answers.failed.emit(self._number, str(error))
        finally:
            self._answers = None
            self.ended.set()

    def _go_through(self, work: Generator[Any, None, Any]) -> None:
        while self._may_go_on():
            began = time.perf_counter()
            try:
                found = next(work)
            except StopIteration as done:
                self.seconds += time.perf_counter() - began
                self._answers.found.emit(self._number, done.value, True)
                return
            self.seconds += time.perf_counter() - began
            if isinstance(found, Partial):
                self._answers.found.emit(self._number, found.answer, False)

    def _may_go_on(self) -> bool:
        while not self._gate.wait(GATE_SECONDS):
            if self._cancelled.is_set():
                return False
        return not self._cancelled.is_set()


def open_gate() -> threading.Event:
    """Return a gate at which nobody waits."""
    gate = threading.Event()
    gate.set()
    return gate


class Answers(QObject):
    """The signals by which jobs answer; they arrive in the GUI thread."""

    found = Signal(int, object, bool)  # request number, answer, whether it is the last
    failed = Signal(int, str)


class Background(QObject):
    """Runs one job at a time, and not too many a second; the newest request wins.

    With a `share` of the time below 1, a job is let finish, and followed by a rest in proportion
    to its work: on a slow machine there are fewer of them, and others get on.

    Signals: `found` (request, answer) for every answer, partial ones first, and `failed`
    (sentence) for a GDStudioError of the work.
    """

    found = Signal(object, object)
    failed = Signal(str)

    def __init__(
        self,
        gate: threading.Event,
        parent: QObject | None = None,
        seconds_between: float = SECONDS_BETWEEN,
    ) -> None:
        super().__init__(parent)
        self._gate, self.seconds_between, self.share = gate, seconds_between, 1.0
        self._rested_at = -math.inf
        self._answers = Answers()
        self._answers.found.connect(self._on_found)
        self._answers.failed.connect(self._on_failed)
        self._number = 0
        self._jobs: list[Job] = []
        self._asked: Any = None
        self._waiting: tuple[Any, Work] | None = None
        self._is_computing = False
        self._started_at = -seconds_between
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
        return self._is_computing or self._waiting is not None

    @property
    def running(self) -> int:
        """How many jobs have not ended yet, cancelled ones included."""
        self._jobs = [job for job in self._jobs if not job.ended.is_set()]
        return len(self._jobs)

    def ask(self, request: Any, work: Work) -> None:
        """Compute `work(request)` as soon as the seconds between two requests have passed."""
        if self._is_over:
            return
        self._waiting = (request, work)
        self._schedule()

    def cancel(self) -> None:
        """Forget what was asked; its answer will not come."""
        self._timer.stop()
        self._waiting = None
        self._end_job()

    def shutdown(self) -> None:
        """End all work and wait until none is left."""
        self._is_over = True
        self.cancel()
        for job in self._jobs:
            job.ended.wait()
        self._jobs = []

    def _schedule(self) -> None:
        """Start what waits, now or when its time has come."""
        if self._waiting is None or (self.share < 1 and self._is_computing):
            return
        at = self._started_at + self.seconds_between
        wait = max(at, self._rested_at if self.share < 1 else at) - time.monotonic()
        if wait <= 0:
            self._start_waiting()
        elif not self._timer.isActive():
            self._timer.start(int(wait * 1000) + 1)

    def _rest(self) -> None:
        """Let others get on after a job, as long as its work and the share tell."""
        work = self._jobs[-1].seconds if self._jobs else 0.0
        self._rested_at = time.monotonic() + work * (1 / self.share - 1)
        self._schedule()

    def _end_job(self) -> None:
        self._number += 1
        self._is_computing = False
        for job in self._jobs:
            job.cancel()

    @Slot()
    def _start_waiting(self) -> None:
        if self.share < 1 and self._is_computing:
            return
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        self._end_job()
        self._started_at = time.monotonic()
        self._asked, work = waiting
        self._is_computing = True
        job = Job(self._number, self._asked, work, self._gate, self._answers)
        self._jobs = [old for old in self._jobs if not old.ended.is_set()] + [job]
        _pool().start(job.run)

    @Slot(int, object, bool)
    def _on_found(self, number: int, answer: object, is_last: bool) -> None:
        if number == self._number and self._is_computing:
            self._is_computing = not is_last
            self.found.emit(self._asked, answer)
            if is_last:
                self._rest()

    @Slot(int, str)
    def _on_failed(self, number: int, message: str) -> None:
        if number == self._number:
            self._is_computing = False
            self.failed.emit(message)
            self._rest()


def end_background() -> None:
    """Wait until the pool is empty: what it still began after the interpreter's end would crash.

    Every `Background` is to be shut down before.
    """
    pool = _pool()
    pool.clear()
    pool.waitForDone()


def _pool() -> QThreadPool:
    """Return the pool of all panels; it lasts as long as the process."""
    pool = QThreadPool.globalInstance()
    if pool.maxThreadCount() != THREADS:
        pool.setMaxThreadCount(THREADS)
    return pool
