"""The whole state of a run at one step: what snapshots, jumps, branches and fingerprints use."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import PurePath

import msgspec

from gd_studio.data import DataSettings, File
from gd_studio.engine.arrays import Array
from gd_studio.engine.plateau import PlateauMemory
from gd_studio.engine.stopping import StopMemory
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.story import Opening, Story
from gd_studio.settings import plain


@dataclass(frozen=True, eq=False)
class RunState:
    """Everything the next step depends on; arrays are read-only copies.

    `best` (P,) are the parameters of `stop_memory.best_step`, one array for all states that
    remember the same step; at that step itself it is `theta`.
    """

    step: int
    epoch: int
    cursor: int
    theta: Array
    memory: Array
    stop_memory: StopMemory
    plateau: PlateauMemory
    in_force: Experiment
    best: Array

    @property
    def size(self) -> int:
        """The bytes it takes, if no other state shares its best parameters."""
        return self.theta.nbytes + self.best.nbytes + self.memory.nbytes + 1000

    def fingerprint(self) -> str:
        """Return a sha256 over the state; notes, names and a file's folder do not count."""
        settings = msgspec.structs.replace(
            self.in_force, name="", story=Story(), opening=Opening(), data=_without_folder(self)
        )
        m = self.stop_memory
        digest = hashlib.sha256(struct.pack("<qqq", self.step, self.epoch, self.cursor))
        digest.update(struct.pack("<dd", m.first_loss, m.best_loss))
        digest.update(struct.pack("<qqq", m.best_step, m.without_improvement, m.too_high))
        p = self.plateau
        digest.update(struct.pack("<ddqq", p.best, p.factor, p.bad, p.cooldown))
        digest.update(self.theta.tobytes())
        digest.update(self.memory.tobytes())
        digest.update(json.dumps(plain(settings), sort_keys=True).encode())
        return digest.hexdigest()


def _without_folder(state: RunState) -> DataSettings:
    """Return the data's settings; a project that was moved or saved is still the same run."""
    data = state.in_force.data
    if not isinstance(data, File):
        return data
    return msgspec.structs.replace(data, path=PurePath(data.path).name)


class Snapshots:
    """States kept along the way: evenly spaced over the whole run, densely near where one looks.

    Step 0 is always kept. The even ones double their spacing when the budget is full. The steps
    right before the one last gone to are kept as well, so that one step back replays only one.
    """

    EVERY = 32

    def __init__(
        self, first: RunState, budget: int = 192 * 2**20, near_budget: int = 32 * 2**20
    ) -> None:
        self._limit = max(4, min(512, budget // (2 * first.size)))
        self.near_limit = min(self.EVERY, near_budget // first.size)
        self.first = first
        self._stride = self.EVERY
        self._even: dict[int, RunState] = {}
        self._recent: dict[int, RunState] = {}
        self._near: dict[int, RunState] = {}

    def keep(self, state: RunState) -> None:
        """Keep a state, and let go of what is too much."""
        step = state.step
        _put(self._recent, state, self._limit)
        if step % self._stride == 0:
            self._even[step] = state
            if len(self._even) > self._limit:
                self._stride *= 2
                self._even = {s: x for s, x in self._even.items() if s % self._stride == 0}

    def keep_near(self, state: RunState) -> None:
        """Keep a state close before the step that is gone to; the last `near_limit` of them."""
        _put(self._near, state, self.near_limit)

    def before(self, step: int) -> RunState:
        """Return the latest kept state strictly before a step; for step 0, that of step 0."""
        groups = (self._even, self._recent, self._near)
        kept = max((s for group in groups for s in group if s < step), default=0)
        return next((group[kept] for group in groups if kept in group), self.first)

    def even(self) -> list[RunState]:
        """Return the evenly spaced states, the earliest first; step 0 is not among them."""
        return [self._even[step] for step in sorted(self._even)]

    def cut(self, step: int) -> Snapshots:
        """Return the snapshots up to a step, as another branch needs them."""
        other = object.__new__(Snapshots)
        other.__dict__.update(self.__dict__)
        # A short branch of a long run is to be kept as densely as any short run.
        other._stride = self.EVERY
        while step // other._stride > self._limit:
            other._stride *= 2
        other._even = {s: x for s, x in self._even.items() if s <= step}
        other._recent = {s: x for s, x in self._recent.items() if s <= step}
        other._near = {s: x for s, x in self._near.items() if s <= step}
        return other


def _put(kept: dict[int, RunState], state: RunState, most: int) -> None:
    """Put a state among those of its kind, and let go of the one not used for longest."""
    kept.pop(state.step, None)
    kept[state.step] = state
    if len(kept) > most:
        del kept[next(iter(kept))]
