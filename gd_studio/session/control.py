"""What the window and the worker share: plain attributes and events, read between steps."""

from __future__ import annotations

import queue
import threading

from gd_studio.session.commands import Command


class Control:
    """The levers of a running loop.

    `gate`: cleared by the window while it draws, so that it need not fight for the interpreter.
    `calm`: cleared from a quick wish, while `obeying` it, until the window has drawn what came of
    it, and whenever the window draws; what is computed beside the run waits for it.
    `ready`: set by the window when it can take another frame. `rate`: steps per second wished
    for, None for as fast as the machine goes. `woken`: something was posted. `owed`: the newest
    step is still to be shown, as soon as the window is ready. `awaited`: the worker goes on when
    the window has drawn.
    """

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.calm = threading.Event()
        self.calm.set()
        self.ready = threading.Event()
        self.ready.set()
        self.woken = threading.Event()
        self.closing = threading.Event()
        self.rate: float | None = 10.0
        self.owed = self.awaited = self.obeying = False
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()

    def post(self, command: Command) -> None:
        """Leave a wish for the worker."""
        self._commands.put(command)
        self.woken.set()

    def drawn(self) -> None:
        """Say that the window can take another frame."""
        self.ready.set()
        if self.owed or self.awaited:
            self.woken.set()

    def keep_calm(self) -> None:
        """Let all that is computed beside the run wait until the window has drawn."""
        self.obeying = True
        self.calm.clear()
        if self.closing.is_set():  # which may have come in between: nothing is drawn any more
            self.calm.set()

    def set_calm(self) -> None:
        """Let what is computed beside the run go on: nothing is to be drawn."""
        self.obeying = False
        self.calm.set()

    def close(self) -> None:
        """Ask the worker to come to an end."""
        self.closing.set()
        self.gate.set()
        self.calm.set()
        self.woken.set()

    def take(self) -> list[Command]:
        """Return all wishes posted since the last time, oldest first."""
        self.woken.clear()
        taken: list[Command] = []
        while True:
            try:
                taken.append(self._commands.get_nowait())
            except queue.Empty:
                return taken
