"""The ledger on a landscape: the place, its height, the slopes there, and the move."""

from __future__ import annotations

from gd_studio.engine.analytic import NAMES, Landscape
from gd_studio.engine.arithmetic import number
from gd_studio.engine.optimizers.account import Entry
from gd_studio.experiment.ledger.adjust import move_entries
from gd_studio.experiment.ledger.case import Case
from gd_studio.experiment.ledger.notes import hand_notes
from gd_studio.experiment.ledger.phrases import landscape_words
from gd_studio.experiment.ledger.section import Section


def landscape_sections(case: Case) -> tuple[Section, ...]:
    """Return all sections; there are two parameters and no rows."""
    landscape = case.network
    assert isinstance(landscape, Landscape)
    theta = case.theta
    height = float(landscape.height(theta[:1], theta[1:])[0][0])
    place = tuple(
        Entry(name, number(theta[i]), float(theta[i]), "a coordinate of the place")
        for i, name in enumerate(NAMES)
    )
    top = Entry("f(x, y)", number(height), height, landscape.formula)
    loss = Entry("loss", number(height, "f(x, y)"), height, "the height: lower is better")
    slope = Entry(
        "gradient",
        number(case.gradient),
        case.gradient,
        f"∂f/∂{NAMES[case.parameter]}: how steep f is that way, by its formula",
    )
    move = tuple(move_entries(case))
    guess, check, adjust = landscape_words(case, height, move)
    return (
        Section("guess", "Guess", "Height", (*place, top), guess, (landscape.formula,)),
        Section("check", "Check", "Loss", (loss,), check, ()),
        Section("adjust", "Adjust", "Slope", (slope,), (), ()),
        Section("adjust", "", "Move", move, adjust, hand_notes(case)),
    )
