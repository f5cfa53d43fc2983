"""The ledger on a landscape: the place, its height, the slopes there, and the move."""

from __future__ import annotations

from gd_studio.engine.analytic import NAMES, Landscape
from gd_studio.engine.arithmetic import number
from gd_studio.engine.optimizers.account import Entry
from gd_studio.experiment.ledger.adjust import move_account
from gd_studio.experiment.ledger.case import Case
from gd_studio.experiment.ledger.notes import hand_notes
from gd_studio.experiment.ledger.phrases import adjust_words, place_words
from gd_studio.experiment.ledger.section import Section, in_short


def landscape_sections(case: Case, until: str) -> tuple[Section, ...]:
    """Return the sections up to a phase; there are two parameters and no rows."""
    landscape, theta = case.network, case.theta
    assert isinstance(landscape, Landscape)
    height = float(landscape.height(theta[:1], theta[1:])[0][0])
    place = tuple(
        Entry(name, number(theta[i]), float(theta[i]), "a coordinate of the place")
        for i, name in enumerate(NAMES)
    )
    top = Entry("f(x, y)", number(height), height, landscape.formula)
    loss = Entry("loss", number(height, "f(x, y)"), height, "the height: lower is better")
    guess, check = place_words(case, height)
    found = [
        Section("guess", "Guess", "the height", (*place, top), guess, (), (*place, top)),
        Section("check", "Check", "the height is the loss", (loss,), check, (), (loss,)),
    ]
    if until != "adjust":
        return tuple(found[: 1 if until == "guess" else 2])
    move = move_account(case)
    slopes, notes = _slopes(case), hand_notes(case)
    title = f"parameter {NAMES[case.parameter]}"
    moved = Section("adjust", "", "Move", move.entries, adjust_words(case, move), notes)
    return (
        *found,
        Section("adjust", "Adjust", title, slopes, (), (), slopes),
        in_short(moved, "new"),
    )


def _slopes(case: Case) -> tuple[Entry, ...]:
    return tuple(
        Entry(f"∂f/∂{name}", number(g), float(g), f"how steep f is along {name}, by its formula")
        for name, g in zip(NAMES, case.moment.gradient, strict=True)
    )
