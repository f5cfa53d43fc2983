"""Training without a window: what was done to a run is done again, and then it goes on.

The window and this give the same bytes, however the steps are cut into portions.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from gd_studio.engine.stopping import StopReason
from gd_studio.experiment.run import Run
from gd_studio.experiment.tape import Act, Tape

PORTION_SECONDS = 0.1
Show = Callable[[int], None]


def train(run: Run, tape: Tape, steps: int | None, show: Show) -> StopReason | None:
    """Replay a tape, then go on until a stop rule fires, or to step `steps` if given.

    `steps` beyond the run's own budget raises the budget, as an act on the tape. `show` is told
    the step about ten times a second. Returns the reason of the stop, if a rule gave one.
    """
    portion = Portion()
    acts = tuple(act for act in tape.acts if steps is None or act.step <= steps)
    last = tape.last_step if steps is None else min(tape.last_step, steps)
    replay(run, acts, last, portion, show)
    return _go_on(run, steps, portion, show)


def replay(run: Run, acts: tuple[Act, ...], last: int, portion: Portion, show: Show) -> None:
    """Do acts at their steps, and go on to a last step; `show` is told the step as in `train`."""
    for act in acts:
        _replay_to(run, act.step, portion, show)
        run.replay((act,), 0)
    _replay_to(run, last, portion, show)


class Portion:
    """How many steps take about a tenth of a second; learned while they are made."""

    def __init__(self) -> None:
        self.steps = 1
        self._started = time.perf_counter()

    def start(self, most: int | None) -> int:
        """Begin a portion; return how many steps it has."""
        self._started = time.perf_counter()
        return self.steps if most is None else min(self.steps, most)

    def end(self) -> None:
        """Make the next portion larger or smaller, by how long this one took."""
        seconds = time.perf_counter() - self._started
        if seconds < PORTION_SECONDS / 2:
            self.steps *= 2
        elif seconds > PORTION_SECONDS * 2:
            self.steps = max(1, self.steps // 2)


def _replay_to(run: Run, step: int, portion: Portion, show: Show) -> None:
    """Go to a step of the past, as it was: no rule stops a replay, only divergence."""
    while run.step_number < step:
        aim = run.step_number + portion.start(step - run.step_number)
        run.replay((), aim)
        portion.end()
        show(run.step_number)
        if run.step_number < aim:
            return


def _go_on(run: Run, steps: int | None, portion: Portion, show: Show) -> StopReason | None:
    while steps is None or run.step_number < steps:
        reason = run.advance(portion.start(None if steps is None else steps - run.step_number))
        portion.end()
        show(run.step_number)
        if reason is None:
            continue
        if reason.kind != "max_steps" or steps is None or run.step_number >= steps:
            break
        run.edit({"stop.max_steps": steps})
    return run.stop_reason
