"""The whole ledger of one row and one parameter in one step: guess, check, adjust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gd_studio.data import Split
from gd_studio.engine.network import Network
from gd_studio.engine.optimizers.account import Entry
from gd_studio.experiment.ledger.adjust import (
    backward_entries,
    gradient_entries,
    move_entries,
)
from gd_studio.experiment.ledger.case import Case
from gd_studio.experiment.ledger.check import RowLoss, check_entries
from gd_studio.experiment.ledger.guess import guess_entries
from gd_studio.experiment.ledger.landscape import landscape_sections
from gd_studio.experiment.ledger.moment import Moment
from gd_studio.experiment.ledger.notes import adjust_notes, check_notes, guess_notes
from gd_studio.experiment.ledger.phrases import (
    adjust_words,
    check_words,
    guess_words,
)
from gd_studio.experiment.ledger.section import Section
from gd_studio.experiment.ledger.writing import Said

Phase = Literal["guess", "check", "adjust"]


@dataclass(frozen=True, eq=False)
class Ledger:
    """The sections in order, and what they are about."""

    about: tuple[str, ...]
    sections: tuple[Section, ...]

    def until(self, phase: Phase) -> Ledger:
        """Return only what is known by a phase of the step."""
        order = ("guess", "check", "adjust")
        known = order[: order.index(phase) + 1]
        return Ledger(self.about, tuple(s for s in self.sections if s.phase in known))

    def entry(self, name: str) -> Entry:
        """Return the last line of a name. Raises KeyError if there is none."""
        for section in reversed(self.sections):
            for entry in reversed(section.entries):
                if entry.name == name:
                    return entry
        raise KeyError(name)


def ledger(moment: Moment, split: Split, row: int, parameter: int) -> Ledger:
    """Return the ledger of a row of a split and a parameter (flat index) at a moment."""
    case = Case(moment, split, row, parameter)
    with np.errstate(all="ignore"):
        if not isinstance(case.network, Network):
            return Ledger(_about(case), landscape_sections(case))
        return Ledger(_about(case), _sections(case))


def _sections(case: Case) -> tuple[Section, ...]:
    row = RowLoss(case)
    guess = (*guess_entries(case), *row.guessed)
    check = tuple(check_entries(case, row))
    back = tuple(backward_entries(case, row))
    gradient, move = tuple(gradient_entries(case)), tuple(move_entries(case))
    said: Said = adjust_words(case, move)
    return (
        Section("guess", "Guess", "Forward pass", guess, guess_words(case), guess_notes(case)),
        Section("check", "Check", "Loss", check, check_words(case), check_notes(case)),
        Section("adjust", "Adjust", "Backpropagation", back, (), ()),
        Section("adjust", "", "Gradient of the batch", gradient, (), ()),
        Section("adjust", "", "Move", move, said, adjust_notes(case)),
    )


def _about(case: Case) -> tuple[str, ...]:
    moment, network = case.moment, case.network
    name = network.parameter_name(case.parameter)
    said = case.hypothesis.said_name(case.parameter)
    lines = [f"GD Studio: inside step {moment.step}"]
    if isinstance(network, Network):
        lines.append(f"row {int(case.split.rows[case.row]) + 1} of the data, counted from 1")
    lines.append(f"parameter {name}" + (f" ({said})" if said != name else ""))
    optimizer = case.settings.optimizer
    lines.append(f"loss: {case.loss.title}; optimizer: {optimizer.title}")
    if case.hypothesis.dtype != np.float64:
        lines.append("the run computes in float32; what is computed here is in float64")
    return tuple(lines)
