"""Pinned runs: up to three that are kept on purpose, to be drawn behind whatever runs next.

Each has a number from 1 to 3 for as long as it is pinned, and is named by the user, or by how its
settings differ from the present ones. One whose losses mean something else than those of the
present run waits unseen until they mean the same again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gd_studio.errors import GDStudioError
from gd_studio.experiment.experiment import Experiment
from gd_studio.session.frame import Ghost
from gd_studio.session.words import changed_label, differs, ghost_label

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

MOST_PINNED = 3
LONGEST_NAME = 40
Sorted = tuple[tuple[Ghost, ...], tuple[Ghost, ...]]


class Pins:
    """The pinned runs, by number."""

    def __init__(self) -> None:
        self._by_number: dict[int, Ghost] = {}
        self._sorted: Sorted = (), ()
        self._sorted_for: tuple[object, ...] = ()

    def pin(self, ghost: Ghost | None) -> None:
        """Keep a run under the lowest free number; None is one that never stepped.

        Raises GDStudioError where there is nothing to keep, or no number is free.
        """
        free = [n for n in range(1, MOST_PINNED + 1) if n not in self._by_number]
        if ghost is None:
            raise GDStudioError("There is nothing to pin yet: make a step first.")
        if not free:
            raise GDStudioError(
                f"{MOST_PINNED} runs are pinned already; forget one of them in the menu Train."
            )
        self._by_number[free[0]] = replace(ghost, number=free[0])
        self._sorted_for = ()

    def forget(self, number: int) -> None:
        """Let go of the run of a number."""
        self._by_number.pop(number, None)
        self._sorted_for = ()

    def rename(self, number: int, name: str) -> None:
        """Give the run of a number a name, on one line; nothing gives it back its own words."""
        if number in self._by_number:
            given = " ".join(name.split())[:LONGEST_NAME]
            self._by_number[number] = replace(self._by_number[number], name=given)
            self._sorted_for = ()

    def beside(self, hypothesis: Hypothesis, in_force: Experiment) -> Sorted:
        """Return (comparable, other) runs as seen from the present one, each with its name.

        The same objects as long as nothing has changed: views know a ghost by being the same.
        """
        # Not the hypothesis: a step back makes another one that means the same.
        asked = (hypothesis.prepared, hypothesis.loss, hypothesis.network, in_force)
        if self._sorted_for != asked:
            ghosts = [named(self._by_number[n], in_force) for n in sorted(self._by_number)]
            same = tuple(g for g in ghosts if comparable(g.hypothesis, hypothesis))
            self._sorted = same, tuple(g for g in ghosts if g not in same)
            self._sorted_for = asked
        return self._sorted


def comparable(old: Hypothesis, new: Hypothesis) -> bool:
    """Whether the losses of two runs mean the same: same kind of data, target and loss."""
    before, after = old.prepared, new.prepared
    return (
        before.dataset.name == after.dataset.name
        and before.dataset.target.name == after.dataset.target.name
        and before.classes == after.classes
        and old.loss == new.loss
        and old.formula == new.formula
        and (before.target_scale == 1) == (after.target_scale == 1)
    )


def named(ghost: Ghost, in_force: Experiment) -> Ghost:
    """Name a ghost by how its settings, those of its end too, differ from those in force."""
    if ghost.settings is None:
        return ghost
    start, end = ghost.settings
    different = start if differs(start, in_force) else end
    if not differs(different, in_force):
        if ghost.forked_at is not None:
            return replace(ghost, label=f"the future left at step {ghost.forked_at}")
        if ghost.number:
            return replace(ghost, label=f"as now, up to step {ghost.step}")
    label = changed_label(start, end, different, in_force) or ghost_label(different, in_force)
    return replace(ghost, label=label)
