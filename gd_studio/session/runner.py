"""The worker: owns the run, makes its steps, and tells the window.

It lives in a plain QThread. Wishes reach it through `Control`, between two steps; what it tells
is frozen. One frame at most is on its way to the window at any time.
"""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.errors import GDStudioError
from gd_studio.session.asked import rate_trial, recorded
from gd_studio.session.branches import Branches
from gd_studio.session.commands import (
    AskHistory,
    AskRates,
    AskRecorded,
    Back,
    Begin,
    Command,
    EditLive,
    Forget,
    ForgetGhost,
    ForgetPinned,
    Fork,
    GoAfter,
    GoBefore,
    Live,
    MoveTo,
    Pause,
    Peek,
    Pin,
    Play,
    RenamePinned,
    Seek,
    SetParameter,
    StepEpoch,
    StepOnce,
)
from gd_studio.session.control import Control
from gd_studio.session.framing import Framer, Told, ghost_of
from gd_studio.session.later_look import LaterLook
from gd_studio.session.pace import Pace
from gd_studio.session.pins import Pins
from gd_studio.session.slices import SECONDS, Slices
from gd_studio.session.watch import Watch

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run
    from gd_studio.experiment.under_way import Coming

FRAME_SECONDS = 1 / 60
ASK_AGAIN_SECONDS = 0.001
WATCHABLE = 60.0
# Until the window has drawn what came of these, nothing beside the run takes the interpreter; what
# may take longer than a blink must not hold everything else up.
QUICK = (StepOnce, Back, Seek)


class Runner(QObject):
    """Makes the steps of a run in a thread of its own.

    Signals: `frame_made` (Frame), `stepped` (Step, for every step at a watchable speed),
    `stopped` (StopReason), `refused` (wish number, sentence), `broke` (traceback of a bug),
    `history_made` (History, a copy), `trial_made` (RateTrial, or the sentence that refuses it).
    """

    frame_made = Signal(object)
    stepped = Signal(object)
    stopped = Signal(object)
    refused = Signal(int, str)
    broke = Signal(str)
    history_made = Signal(object)
    trial_made = Signal(object)

    def __init__(self, control: Control) -> None:
        super().__init__()
        self._control = control
        watch = Watch()
        self._framer, self._slices = Framer(watch), Slices(watch, control)
        self._later = LaterLook(watch, control)
        self._branches = Branches(self._framer.curves)
        self._pins = Pins()
        self._obeyed = 0
        self._coming: Coming | None = None
        self._passing = False
        self._wishes: deque[Command] = deque()
        self._playing = False
        self._pace = Pace()
        self._next_step = self._last_frame = 0.0
        self._obey: dict[type[Command], Callable[[Any], None]] = {
            Begin: self._begin,
            EditLive: self._edit,
            Fork: self._fork,
            MoveTo: self._move_to,
            SetParameter: self._set_parameter,
            StepOnce: self._step_once,
            Peek: self._peek,
            StepEpoch: self._step_epoch,
            Seek: self._seek,
            Back: self._back,
            Live: self._live,
            Play: self._play,
            Pause: self._pause,
            GoBefore: self._go_before,
            GoAfter: self._go_after,
            Forget: lambda command: self._branches.forget(command.edits),
            ForgetGhost: self._forget_ghost,
            Pin: self._pin,
            ForgetPinned: lambda command: self._pins.forget(command.number),
            RenamePinned: lambda command: self._pins.rename(command.number, command.name),
            AskRates: lambda command: self.trial_made.emit(rate_trial(self._run, command.rates)),
            AskHistory: self._ask_history,
            AskRecorded: lambda command: command.answer.put(recorded(self._run)),
        }

    @Slot()
    def work(self) -> None:
        """Take all wishes, and go on while playing; returns when there is nothing to do.

        What may help is tried in slices, between the steps or after them. A step that is made by
        hand is drawn first and diagnosed then.
        """
        try:
            while not self._control.closing.is_set():
                self._take_wishes()
                if self._playing:
                    self._go_on()
                elif self._later.is_owed:
                    if self._later.take(self._run):
                        self._tell(must=True)
                elif self._slices.are_wanted:
                    self._say_new(self._slices.take(self._run))
                else:
                    return
        except Exception:
            self._playing = False
            self._control.set_calm()
            self.broke.emit(traceback.format_exc())

    @property
    def _run(self) -> Run:
        return self._branches.run

    # --- wishes -------------------------------------------------------------------------------

    def _take_wishes(self) -> None:
        self._wishes.extend(self._control.take())
        if not self._wishes:
            return
        if all(isinstance(wish, QUICK) for wish in self._wishes):
            self._control.keep_calm()
        while self._wishes:
            command = self._wishes.popleft()
            overtaken = isinstance(command, Seek) and (
                self._wishes and isinstance(self._wishes[0], Seek)
            )
            if not overtaken and (not self._branches.is_empty or isinstance(command, Begin)):
                self._obey_one(command)
        if self._branches.is_empty:
            self._control.set_calm()
        else:
            self._tell(must=True)
            self._control.obeying = False

    def _obey_one(self, command: Command) -> None:
        wish = getattr(command, "wish", 0)
        if not isinstance(command, AskHistory | AskRecorded):
            self._coming, self._passing = None, False
        try:
            self._obey[type(command)](command)
        except GDStudioError as error:
            self.refused.emit(wish, str(error))
        finally:
            # A refused wish is answered too: frames from now on are not stale.
            self._obeyed = max(self._obeyed, wish)

    def _begin(self, command: Begin) -> None:
        from gd_studio.experiment.run import Run  # here: the window comes first

        run = Run(command.experiment, command.folder)
        closing, tape = self._control.closing, command.tape
        if tape is not None:
            run.replay(tape.acts, tape.last_step, lambda: not closing.is_set())
        if command.show_step > run.last_step:
            steps = command.show_step - run.last_step
            run.advance(steps, lambda: not closing.is_set())
        run.seek(min(command.show_step, run.last_step))
        self._branches.begin(run, command.wish if command.undoable else None)
        self._playing = False

    def _edit(self, command: EditLive) -> None:
        self._change(command.wish, lambda run: run.edit(command.changes))

    def _move_to(self, command: MoveTo) -> None:
        self._change(command.wish, lambda run: run.set_weights(command.weights))

    def _set_parameter(self, command: SetParameter) -> None:
        def act(run: Run) -> None:
            theta = run.parameters.copy()
            theta[command.index] = command.value
            run.set_weights(run.hypothesis.network.weights(theta))

        self._change(command.wish, act)

    def _change(self, wish: int, act: Callable[[Run], None]) -> None:
        self._branches.change(wish, act)
        self._pace.begin(self._run.step_number)

    def _fork(self, command: Fork) -> None:
        self._playing = False
        self._branches.fork(command.wish, command.step)

    def _step_once(self, command: StepOnce) -> None:
        self._playing = False
        self._make_step()

    def _peek(self, command: Peek) -> None:
        self._playing = False
        self._coming = self._run.peek()

    def _step_epoch(self, command: StepEpoch) -> None:
        self._playing = False
        run = self._run
        while not self._control.closing.is_set() and self._advance_one(run):
            if run.epoch_done:
                break

    def _seek(self, command: Seek) -> None:
        self._playing, self._passing = False, command.passing
        self._run.seek(max(0, min(command.step, self._run.last_step)))

    def _back(self, command: Back) -> None:
        self._playing = False
        if self._run.step_number > 0:
            self._run.seek(self._run.step_number - 1)

    def _live(self, command: Live) -> None:
        self._run.seek(self._run.last_step)

    def _play(self, command: Play) -> None:
        self._playing = True
        self._next_step = time.perf_counter()
        self._pace.begin(self._run.step_number)
        stop = self._run.stop_reason
        if stop is not None and self._run.step_number == self._run.last_step:
            self._playing = False
            self.stopped.emit(stop)

    def _pause(self, command: Pause) -> None:
        self._playing = False

    def _go_before(self, command: GoBefore) -> None:
        if self._branches.go_before(command.edit):
            self._playing = False

    def _go_after(self, command: GoAfter) -> None:
        if self._branches.go_after(command.edit):
            self._playing = False

    def _forget_ghost(self, command: ForgetGhost) -> None:
        self._branches.ghost = None

    def _pin(self, command: Pin) -> None:
        self._pins.pin(ghost_of(self._run, self._framer.curves(self._run)))

    def _ask_history(self, command: AskHistory) -> None:
        self.history_made.emit(self._run.history.cut(self._run.last_step))

    # --- going on -----------------------------------------------------------------------------

    def _go_on(self) -> None:
        rate = self._control.rate
        self._say_new(self._slices.take_share(self._run))
        self._tell_owed()
        if rate is None:
            self._race()
        elif rate <= WATCHABLE:
            self._wait_until(self._next_step)
            if not self._control.woken.is_set():
                self._next_step = max(self._next_step + 1 / rate, time.perf_counter())
                self._make_step()
                # Set before `ready` is read, so that the window cannot miss it.
                self._control.owed = True
        else:
            self._wait_until(self._next_step)
            if not self._control.woken.is_set():
                steps = round(rate * FRAME_SECONDS)
                self._next_step = max(self._next_step + steps / rate, time.perf_counter())
                self._stretch(steps, self._next_step)

    def _race(self) -> None:
        # Counted from the last frame, so that the time it took to make is no delay of the next;
        # if the window was not ready by then, it is asked again every few steps.
        now = time.perf_counter()
        due = self._last_frame + FRAME_SECONDS
        until = due if due > now else now + ASK_AGAIN_SECONDS
        if self._slices.are_wanted:
            until = min(until, now + SECONDS)  # by turns
        self._stretch(1_000_000_000, until)

    def _wait_for_window(self) -> None:
        """Wait while the window draws."""
        self._control.gate.wait(0.1)

    def _stretch(self, steps: int, until: float) -> None:
        """Make steps until their number or the time is up, waiting whenever the window draws."""
        control, clock = self._control, time.perf_counter
        gate, woken = control.gate, control.woken

        def go_on() -> bool:
            if not gate.is_set():
                self._wait_for_window()
            return clock() < until and not woken.is_set()

        reason = self._run.advance(steps, go_on)
        self._pace.mark(self._run.step_number)
        if reason is not None and self._run.step_number == self._run.last_step:
            self._end(reason)
        self._tell()

    def _make_step(self) -> None:
        run = self._run
        stop_before = run.stop_reason
        record = run.step()
        self._pace.mark(self._run.step_number)
        self.stepped.emit(record)
        if run.stop_reason is not None and run.stop_reason is not stop_before:
            self._end(run.stop_reason)

    def _advance_one(self, run: Run) -> bool:
        before = run.stop_reason
        run.step()
        if run.stop_reason is not None and run.stop_reason is not before:
            self._end(run.stop_reason)
            return False
        return True

    def _end(self, reason: object) -> None:
        self._playing = False
        self._tell(must=True)
        self.stopped.emit(reason)

    def _wait_until(self, moment: float) -> None:
        woken = self._control.woken
        while (left := moment - time.perf_counter()) > 0 and not woken.is_set():
            if not self._slices.are_wanted:
                woken.wait(left)
                return
            self._say_new(self._slices.take(self._run))

    # --- telling ------------------------------------------------------------------------------

    def _tell(self, must: bool = False) -> None:
        """Send a frame: if the window can take one and it is time, or at once if it must."""
        now = time.perf_counter()
        # Of two stretches at a rate, each as long as a frame, one may end late and the next early.
        least = FRAME_SECONDS if self._control.rate is None else FRAME_SECONDS / 2
        if not must and (now - self._last_frame < least or not self._control.ready.is_set()):
            return
        self._last_frame = now
        unlooked = self._later.goes_unlooked(self._run, self._playing, self._passing)
        self._control.owed = False
        self._control.ready.clear()
        self.frame_made.emit(
            self._framer.frame(
                self._run,
                Told(
                    self._branches.number,
                    self._branches.ghost,
                    self._pins,
                    self._obeyed,
                    self._playing,
                    self._control.rate,
                    self._pace.rate if self._playing else 0.0,
                    self._coming,
                    unlooked,
                ),
            )
        )

    def _say_new(self, found: bool) -> None:
        """Send a frame if a trial has found something: now, or when the window is ready for it."""
        self._control.owed |= found
        if found and not self._playing and not self._passing:
            self._tell(must=True)

    def _tell_owed(self) -> None:
        """Send the frame of what came before the window was ready for it."""
        if self._control.owed and self._control.ready.is_set():
            self._tell(must=True)
