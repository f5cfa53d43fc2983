"""The tape: what was done to a run while it ran, so that a replay does the same.

Each act belongs to the step after which it was done, and holds from the next step on.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from gd_studio.settings import Settings

StepNumber = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class Edit(Settings, frozen=True, tag_field="act", tag="edit"):
    """Settings changed by path, such as {"optimizer.learning_rate": 0.1}."""

    step: StepNumber
    changes: dict[str, Any]


class SetWeights(Settings, frozen=True, tag_field="act", tag="set_weights"):
    """All parameters set to given values (P,)."""

    step: StepNumber
    values: tuple[float, ...]


class RestoreBest(Settings, frozen=True, tag_field="act", tag="restore_best"):
    """The last act of early stopping: the parameters (P,) of the best evaluation come back."""

    step: StepNumber
    best_step: StepNumber
    values: tuple[float, ...]


class Stopped(Settings, frozen=True, tag_field="act", tag="stopped"):
    """A stop that a replay cannot know by itself: by the clock."""

    step: StepNumber
    kind: str
    message: str


Act = Edit | SetWeights | RestoreBest | Stopped


class Tape(Settings, frozen=True):
    """All acts in order, and the last step that was reached."""

    acts: tuple[Act, ...] = ()
    last_step: StepNumber = 0

    def at(self, step: int) -> tuple[Act, ...]:
        """Return the acts done after a step."""
        return tuple(act for act in self.acts if act.step == step)

    def with_act(self, act: Act) -> Tape:
        """Return the tape with one more act at its end; a dragged slider makes one edit."""
        last = self.acts[-1] if self.acts else None
        if isinstance(last, Edit) and isinstance(act, Edit) and _supersedes(act, last):
            return Tape(acts=(*self.acts[:-1], act), last_step=self.last_step)
        return Tape(acts=(*self.acts, act), last_step=max(self.last_step, act.step))

    def cut(self, step: int) -> Tape:
        """Return the tape up to and with a step."""
        return Tape(acts=tuple(a for a in self.acts if a.step <= step), last_step=step)


def _supersedes(act: Edit, last: Edit) -> bool:
    """Whether an edit undoes all of the one before.

    What a kind changes, its path does not say; and another batch size ends the epoch, which the
    same size again does not take back.
    """
    groups = any(path.endswith("kind") or "." not in path for path in last.changes)
    groups = groups or "training.batch_size" in last.changes
    return act.step == last.step and last.changes.keys() <= act.changes.keys() and not groups
