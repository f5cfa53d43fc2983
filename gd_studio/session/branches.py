"""The run under way, the ghost behind it, and the places to which undo and redo come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gd_studio.session.frame import Curves, Ghost
from gd_studio.session.framing import ghost_of
from gd_studio.session.pins import comparable

if TYPE_CHECKING:
    from gd_studio.experiment.run import Branch, Run

MOST_KEPT = 24


@dataclass(frozen=True, eq=False)
class Place:
    """A run and a branch of it: where undo and redo come back to."""

    run: Run
    branch: Branch
    ghost: Ghost | None


class Branches:
    """One run at a time; what an act leaves becomes the ghost, and stays in reach of undo.

    `number` rises when another run takes the place of the present one.
    """

    def __init__(self, curves: Callable[[Run], Curves]) -> None:
        self._curves = curves
        self._run: Run | None = None
        self.number = 0
        self.ghost: Ghost | None = None
        self._kept: dict[int, Place] = {}
        self._left: dict[int, Place] = {}

    @property
    def is_empty(self) -> bool:
        """Whether no run has begun yet."""
        return self._run is None

    @property
    def run(self) -> Run:
        """The run under way."""
        assert self._run is not None
        return self._run

    def begin(self, run: Run, edit: int | None) -> None:
        """Let another run take the place of the present one, which undo of `edit` brings back."""
        if self._run is not None:
            if edit is not None:
                self._keep(edit, self._here())
            if comparable(self._run.hypothesis, run.hypothesis):
                self._haunt(self._run)
            else:
                self.ghost = None
        self._take(run)

    def change(self, edit: int, act: Callable[[Run], None]) -> None:
        """Do an act that changes what comes next; the future that is left becomes the ghost."""
        run, place = self.run, self._here()
        leaving = run.step_number < run.last_step
        timeline = run.timeline
        act(run)
        self._keep(edit, place)
        if leaving and run.timeline is not timeline:
            run_after = run.branch()
            run.restore(replace(run_after, timeline=timeline))
            self._haunt(run)
            run.restore(run_after)

    def fork(self, edit: int, step: int) -> None:
        """Begin another future at a step; the old one becomes the ghost."""
        run = self.run
        run.seek(step)
        self._keep(edit, self._here())
        if step < run.last_step:
            self._haunt(run, step)
        run.restore(replace(run.branch(), timeline=run.timeline.fork(step)))

    def go_before(self, edit: int) -> bool:
        """Come back to where an edit was made; False for one that was refused: it left no place."""
        return self._go(edit, self._kept, self._left)

    def go_after(self, edit: int) -> bool:
        """Come back to where an edit was undone; False if it never was."""
        return self._go(edit, self._left, self._kept)

    def forget(self, edits: tuple[int, ...]) -> None:
        """Let go of the places of edits that can no longer be undone or redone."""
        for edit in edits:
            self._kept.pop(edit, None)
            self._left.pop(edit, None)

    def _go(self, edit: int, goals: dict[int, Place], back: dict[int, Place]) -> bool:
        if edit not in goals:
            return False
        back[edit] = self._here()
        place = goals[edit]
        place.run.restore(place.branch)
        if place.run is not self._run:
            self._take(place.run)
        self.ghost = place.ghost
        return True

    def _take(self, run: Run) -> None:
        self._run = run
        self.number += 1

    def _here(self) -> Place:
        return Place(self.run, self.run.branch(), self.ghost)

    def _keep(self, edit: int, place: Place) -> None:
        self._kept[edit] = place
        for old in sorted(self._kept)[:-MOST_KEPT]:
            del self._kept[old]

    def _haunt(self, run: Run, forked_at: int | None = None) -> None:
        """Keep a run as the ghost; one that never stepped leaves the ghost before it."""
        ghost = ghost_of(run, self._curves(run), forked_at)
        if ghost is not None:
            self.ghost = ghost
