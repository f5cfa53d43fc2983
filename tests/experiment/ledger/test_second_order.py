"""The text of a step by curvature or line search: recomputed without knowing where it ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.full_batch import fitted_to_optimizer
from gd_studio.experiment.ledger import copied, ledger
from gd_studio.experiment.run import Run
from gd_studio.experiment.tape import SetWeights
from tests.engine.optimizers.ways import WAYS
from tests.experiment.ledger.arithmetic import Line, read
from tests.experiment.ledger.moments import moment_of
from tests.experiment.ledger.test_recomputation import MODELS, check_along

EXACT = 1e-12
SECOND_ORDER = [name for name, way in WAYS.items() if way.full_batch]
DAMPED = ["newton", "newton undamped", "levenberg_marquardt", "gauss newton"]
EVERY = pytest.mark.parametrize("way", SECOND_ORDER)


def curved(way: str, model: str = "network of numbers", **more: object) -> Experiment:
    start = Experiment.from_dict({**MODELS[model], "stop": {"max_steps": None}})
    task = "regression" if "numbers" in model else "classification"
    return fitted_to_optimizer(start.edit({"optimizer": WAYS[way], **more}), task)


def lines_of(run: Run, parameter: int) -> dict[str, Line]:
    """Return the last line of each name."""
    text = copied(ledger(moment_of(run), run.data.train, 0, parameter))
    return {line.name: line for line in read(text)}


@EVERY
def test_the_text_is_the_same_to_one_who_never_saw_where_the_step_ended(way: str) -> None:
    run = Run(curved(way))
    for _ in range(4):
        run.step()
        seen = moment_of(run)
        # As if all had been set by hand since: the new values are not those of the step.
        unseen = replace(
            seen,
            tape=seen.tape.with_act(SetWeights(step=run.step_number, values=())),
            parameters=seen.parameters * 0 + 7.0,
            memory=seen.memory * 0 if seen.memory is not None else None,
        )
        row = run.data.train
        known, unknown = (read(copied(ledger(m, row, 0, 2))) for m in (seen, unseen))
        assert [(n.name, n.formula) for n in known] == [(n.name, n.formula) for n in unknown]
        assert unknown[-1].found == pytest.approx(run.parameters[2], abs=EXACT)


@EVERY
def test_direction_length_and_weight_are_recomputed_from_what_is_printed(way: str) -> None:
    run = Run(curved(way))
    for _ in range(6):
        run.step()
        for parameter in (0, 5, 9):
            lines = lines_of(run, parameter)
            d = lines["d"]
            # Levenberg-Marquardt solves for all parameters at once; a row of that is checked below.
            assert d.formula or "(JᵀJ·d)" in lines
            assert d.found == pytest.approx(d.stated, abs=EXACT * max(1.0, abs(d.stated)))
            length = lines["α"].found if "α" in lines else lines["η"].found
            new = run.previous[parameter] + length * d.found
            assert new == pytest.approx(run.parameters[parameter], abs=EXACT)


@pytest.mark.parametrize("way", DAMPED)
def test_the_printed_row_solves_its_equation_as_well_as_rounding_allows(way: str) -> None:
    run = Run(curved(way))
    size = run.hypothesis.network.size
    for _ in range(6):
        run.step()
        for parameter in (0, size - 1):
            lines = lines_of(run, parameter)
            row = lines["(JᵀJ·d)" if "(JᵀJ·d)" in lines else "(H·d)"]
            assert len(row.numbers) == 2 * size
            d, damping = lines["d"].stated, lines["λ"].stated
            assert row.numbers[2 * parameter + 1] == abs(d)
            left = lines["gradient"].stated + row.found + damping * d
            assert abs(left) <= solved_to(lines, row, damping)


def solved_to(lines: dict[str, Line], row: Line, damping: float) -> float:
    """Return what rounding may leave of a row, for a solver that is backward stable.

    Its solution is that of equations that are off by some roundings of the whole matrix: the
    residual is bounded by matrix and direction, and for least squares by J and the residuals r,
    however badly conditioned they are (Higham 2002, theorems 7.1 and 20.3).
    """
    d = np.array(row.numbers[1::2])
    if "longest" in lines:
        jacobian = lines["longest"].stated * np.sqrt(len(d))
        errors = np.sqrt(2 * lines["batch mean"].stated)
        scale = (jacobian**2 + damping) * np.linalg.norm(d) + jacobian * errors
    else:
        scale = (lines["max |e|"].stated + damping) * np.linalg.norm(d)
    return float(10 * len(d) * np.finfo(np.float64).eps * (scale + abs(lines["gradient"].stated)))


@EVERY
def test_a_run_in_single_precision_tells_the_step_it_made(way: str) -> None:
    experiment = curved(way, **{"training.precision": "float32"})
    run = Run(experiment)
    for _ in range(5):
        run.step()
        if np.array_equal(run.previous, run.parameters):
            continue
        lines = lines_of(run, 3)
        assert "change" not in lines
        assert lines["new"].found == pytest.approx(run.parameters[3], abs=2e-7)


@EVERY
def test_a_larger_model_says_its_small_terms_as_one(way: str) -> None:
    experiment = curved(way, "network", **{"model.hidden": [16, 16]})
    check_along(experiment, (2,))


@EVERY
def test_the_words_say_how_the_optimizer_came_to_its_move(way: str) -> None:
    run = Run(curved(way))
    run.advance(3)
    words = ledger(moment_of(run), run.data.train, 0, 2).sections[-1].words
    moved, *more = ("".join(map(str, sentence)) for sentence in words)
    assert moved.startswith("This weight moved ")
    lines = lines_of(run, 2)
    assert str(lines["d"].stated) in " ".join(more)
    if "α" in lines:
        assert more[-1] == f"The line search went {lines['α'].stated} along it."


def test_a_step_that_takes_long_is_left_out_of_a_look_and_told_in_full_after() -> None:
    run = Run(curved("newton", "network", **{"model.hidden": [12, 12]}))
    run.advance(2)
    look = ledger(moment_of(run), run.data.train, 0, 2, whole=False)
    assert look.unfinished
    assert look.sections[-1].entries[-2].name == "change"
    assert "How the optimizer came to this takes a moment" in " ".join(look.sections[-1].more)
    whole = ledger(moment_of(run), run.data.train, 0, 2)
    assert not whole.unfinished
    assert whole.entry("new").value == look.entry("new").value
    assert whole.entry("λ").value > 0


@EVERY
def test_an_edit_right_after_the_step_came_too_late_for_it(way: str) -> None:
    run = Run(curved(way))
    run.advance(4)
    before = [(line.name, line.formula) for line in lines_of(run, 2).values()]
    run.edit({"optimizer.learning_rate": 0.3, "penalty.l2": 0.2})
    assert [(line.name, line.formula) for line in lines_of(run, 2).values()] == before
    run.step()
    assert lines_of(run, 2)["η"].stated == 0.3
    assert lines_of(run, 2)["new"].found == pytest.approx(run.parameters[2], abs=EXACT)
