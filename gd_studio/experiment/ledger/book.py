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
    move_account,
)
from gd_studio.experiment.ledger.case import Case
from gd_studio.experiment.ledger.check import RowLoss, check_entries
from gd_studio.experiment.ledger.curve import LossCurve, loss_curve
from gd_studio.experiment.ledger.guess import guess_entries
from gd_studio.experiment.ledger.landscape import landscape_sections
from gd_studio.experiment.ledger.moment import Moment
from gd_studio.experiment.ledger.names import named, neuron
from gd_studio.experiment.ledger.notes import (
    adjust_more,
    check_more,
    check_notes,
    guess_more,
    guess_notes,
    hand_notes,
)
from gd_studio.experiment.ledger.phrases import (
    adjust_words,
    check_words,
    guess_words,
    truth_of,
)
from gd_studio.experiment.ledger.section import Section, in_short

Phase = Literal["guess", "check", "adjust"]


@dataclass(frozen=True, eq=False)
class Ledger:
    """The sections in order, and what they are about; `curve` once the loss is known."""

    about: tuple[str, ...]
    sections: tuple[Section, ...]
    curve: LossCurve | None = None

    @property
    def unfinished(self) -> bool:
        """Whether it leaves out lines that take too long for a look: a whole ledger has them."""
        return any(section.unfinished for section in self.sections)

    def entry(self, name: str) -> Entry:
        """Return the last line of a name. Raises KeyError if there is none."""
        for section in reversed(self.sections):
            for entry in reversed(section.entries):
                if entry.name == name:
                    return entry
        raise KeyError(name)


def ledger(
    moment: Moment,
    split: Split,
    row: int,
    parameter: int,
    until: Phase = "adjust",
    whole: bool = True,
) -> Ledger:
    """Return the ledger of a row of a split and a parameter (flat index) at a moment.

    It goes as far as is known by the end of a phase: of a step under way no move is known yet.
    One that is not `whole` leaves out the lines that are only copied, which take most of the time,
    and is `unfinished` where the optimizer's step takes long to be made again.
    """
    case = Case(moment, split, row, parameter, whole)
    with np.errstate(all="ignore"):
        has_layers = isinstance(case.network, Network)
        sections = _sections(case, until) if has_layers else landscape_sections(case, until)
        curve = None if until == "guess" else loss_curve(case)
    return Ledger(_about(case), sections, curve)


def _sections(case: Case, until: Phase) -> tuple[Section, ...]:
    row = RowLoss(case)
    found = [_guess(case, row)]
    if until != "guess":
        entries = tuple(check_entries(case, row))
        check = Section(
            "check",
            "Check",
            case.loss.title,
            entries,
            check_words(case),
            check_notes(case),
            more=check_more(case),
        )
        found.append(in_short(check, "row loss", "batch mean", "total"))
    if until == "adjust":
        found += _adjust(case, row)
    return tuple(found)


def _guess(case: Case, row: RowLoss) -> Section:
    entries = (*guess_entries(case), *row.guessed)
    last = len(case.net.layers) - 1
    name = named("z", neuron(case, last, case.way[last]))
    shown = [e.name for e in entries if e.name.startswith("ŷ") and not e.aside]
    title, short = (f"truth {truth_of(case, is_short)}" for is_short in (False, True))
    words, notes, more = guess_words(case), guess_notes(case), guess_more(case)
    whole = Section(
        "guess", "Guess", title, entries, words, notes, more=more, short_title=short
    )
    return in_short(whole, name, *shown)


def _adjust(case: Case, row: RowLoss) -> list[Section]:
    back = tuple(backward_entries(case, row))
    gradient, move = tuple(gradient_entries(case)), move_account(case)
    title = case.hypothesis.said_name(case.parameter)
    last = len(case.net.layers) - 1
    ends = (named("δ", neuron(case, i, case.way[i])) for i in {last, case.depth})
    words, notes = adjust_words(case, move), hand_notes(case)
    more, unfinished = adjust_more(case, move.unfinished), move.unfinished
    moved = Section("adjust", "", "Move", move.entries, words, notes, (), more, unfinished)
    return [
        in_short(Section("adjust", "Adjust", title, back, (), ()), *ends, "this row"),
        in_short(Section("adjust", "", "Gradient", gradient, (), ()), "gradient"),
        in_short(moved, "new"),
    ]


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
