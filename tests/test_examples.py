"""The examples hold what their notes promise: the numbers named there really come about."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pytest

from gd_studio.errors import FileError
from gd_studio.experiment.examples import find_example, list_examples
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run

EXAMPLES = {example.slug: example for example in list_examples()}
SLUGS = tuple(EXAMPLES)


def trained(slug: str, steps: int = 10_000, **changes: Any) -> Run:
    edits = {path.replace("__", "."): value for path, value in changes.items()}
    run = Run(EXAMPLES[slug].experiment.edit(edits))
    run.advance(steps)
    return run


def test_the_examples_tell_the_idea_in_order() -> None:
    assert [e.number for e in list_examples()] == list(range(1, 14))
    assert SLUGS == (
        "one-line",
        "loan-applicants",
        "digits",
        "two-losses",
        "rate-too-high",
        "when-to-stop",
        "overfitting",
        "regularization",
        "validation",
        "moons",
        "ravine",
        "rosenbrock",
        "your-own-formula",
    )


def test_an_example_is_found_by_name_file_name_and_number() -> None:
    for name in ("digits", "Digits", "03-digits", "03-digits.json", "3", "03"):
        assert find_example(name).slug == "digits"
    with pytest.raises(FileError, match=r"no example 'nope'; the examples are one-line, "):
        find_example("nope")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_note_has_three_parts_of_at_most_three_sentences(slug: str) -> None:
    story = EXAMPLES[slug].experiment.story
    for part in (story.what_this_is, story.try_this, story.look_for):
        sentences = re.findall(r"[.?!](?=\s|$)", part)
        assert 1 <= len(sentences) <= 3, part
        assert len(part) <= 330


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_is_written_as_the_format_says_and_runs(slug: str) -> None:
    example = EXAMPLES[slug]
    written = json.loads(example.path.read_text("utf-8"))
    assert written.pop("format") == 1
    assert Experiment.from_dict(written) == example.experiment
    run = Run(example.experiment)
    assert run.advance(30) is None
    split = "validation" if len(run.data.validation.rows) else "train"
    assert math.isfinite(run.evaluate(split)["loss"])


def test_one_line_is_found_by_step_100() -> None:
    run = trained("one-line", 0)
    assert run.evaluate()["loss"] == pytest.approx(3.83, abs=0.01)
    run.advance(20)
    assert run.evaluate()["loss"] == pytest.approx(0.23, abs=0.01)
    run.advance(80)
    at_100 = run.evaluate()["loss"]
    assert at_100 == pytest.approx(0.064, abs=0.001)
    found = run.coefficients()
    assert found["intercept"] == pytest.approx(1.00, abs=0.01)
    assert found["x"] == pytest.approx(1.99, abs=0.01)
    run.advance(100)
    assert run.evaluate()["loss"] == pytest.approx(at_100, rel=1e-3)


def test_the_loan_applicants_model_beats_the_baseline() -> None:
    run = trained("loan-applicants", 100)
    assert run.baseline is not None
    assert run.baseline.validation_score == pytest.approx(0.55, abs=0.01)
    assert run.evaluate("validation")["accuracy"] == pytest.approx(0.86, abs=0.02)
    run.advance(900)
    assert run.evaluate("validation")["accuracy"] < 0.95


def test_the_digits_are_read_quickly() -> None:
    run = trained("digits", 0)
    assert run.evaluate("validation")["accuracy"] == pytest.approx(0.12, abs=0.01)
    run.advance(50)
    assert run.evaluate("validation")["accuracy"] == pytest.approx(0.93, abs=0.02)
    run.advance(450)
    assert run.evaluate("validation")["accuracy"] == pytest.approx(0.95, abs=0.02)
    assert run.evaluate("train")["accuracy"] > 0.999


def test_squared_error_stalls_where_cross_entropy_learns() -> None:
    squared = trained("two-losses")
    losses = squared.history["train_loss"]
    assert squared.evaluate()["accuracy"] == pytest.approx(0.03, abs=0.01)
    assert losses[-1] > 0.99 * losses[0]
    entropy = trained("two-losses", 200, loss__kind="cross_entropy")
    assert entropy.evaluate()["accuracy"] == pytest.approx(0.94, abs=0.02)


def test_the_rate_decides_between_gliding_leaping_and_climbing() -> None:
    gliding = trained("rate-too-high")
    leaping = trained("rate-too-high", optimizer__learning_rate=0.9)
    climbing = trained("rate-too-high", 10, optimizer__learning_rate=1.05)
    perfect = trained("rate-too-high", 1, optimizer__learning_rate=0.5)
    lowest = gliding.history["train_loss"][-1]
    assert gliding.history["train_loss"][10] == pytest.approx(0.07, abs=0.01)
    assert leaping.history["train_loss"] == pytest.approx(gliding.history["train_loss"])
    for run, turns in ((gliding, False), (leaping, True)):
        slopes = run.timeline.trajectory.path()[1][:10, 0]
        moves = slopes[1:] - slopes[:-1]
        assert bool((moves[1:] * moves[:-1] < 0).all()) is turns
    assert perfect.evaluate()["loss"] == pytest.approx(lowest, rel=1e-6)
    memories = [climbing.stop_memory]
    climbing.seek(9)
    memories.append(climbing.stop_memory)
    assert [memory.is_too_high for memory in memories] == [True, False]
    assert climbing.stop_reason is None


def test_patience_stops_the_run() -> None:
    patient, hasty = trained("when-to-stop"), trained("when-to-stop", stop__patience=5)
    assert patient.stop_reason is not None
    assert patient.stop_reason.kind == "patience"
    assert 800 < patient.step_number < 1300
    assert patient.stop_memory.best_loss == pytest.approx(0.216, abs=0.005)
    assert hasty.step_number < 250
    assert hasty.stop_memory.best_loss == pytest.approx(0.357, abs=0.01)


def test_the_overfitted_run_gets_worse_on_rows_it_never_saw() -> None:
    run = trained("overfitting")
    validation = run.history["validation_loss"]
    assert 120 < validation.argmin() < 260
    assert validation.min() == pytest.approx(0.17, abs=0.02)
    assert validation[-1] > 2 * validation.min()
    assert run.history["train_loss"][-1] == pytest.approx(0.03, abs=0.01)
    assert run.hypothesis.network.size == 673
    assert len(run.data.train.rows) == 18


def test_the_penalty_keeps_the_same_network_from_overfitting() -> None:
    plain, penalized = trained("overfitting"), trained("regularization")
    expected = plain.experiment.edit({"penalty.l2": 0.01})
    for part in ("data", "preparation", "model", "optimizer", "training", "stop", "penalty"):
        assert getattr(expected, part) == getattr(penalized.experiment, part)
    assert penalized.evaluate("validation")["total"] == pytest.approx(0.21, abs=0.03)
    assert penalized.evaluate("validation")["penalty"] == pytest.approx(0.06, abs=0.01)
    assert plain.evaluate("validation")["total"] == pytest.approx(0.51, abs=0.1)
    assert penalized.evaluate("train")["total"] == pytest.approx(0.13, abs=0.02)


def test_training_looks_perfect_where_validation_does_not() -> None:
    run = trained("validation")
    validation = run.history["validation_loss"]
    assert run.evaluate("train")["accuracy"] > 0.995
    assert run.evaluate("validation")["accuracy"] == pytest.approx(0.85, abs=0.03)
    assert 50 < run.history["evaluated_step"][validation.argmin()] < 300
    assert validation.min() == pytest.approx(0.34, abs=0.02)
    assert run.baseline is not None
    assert run.baseline.validation_loss == pytest.approx(0.69, abs=0.01)
    assert validation[-1] > 0.75


def test_the_last_example_is_the_default_and_bends_within_100_steps() -> None:
    assert EXAMPLES["moons"].experiment == Experiment()
    run = trained("moons", 10)
    assert run.evaluate()["accuracy"] == pytest.approx(0.88, abs=0.02)
    run.advance(90)
    assert run.evaluate()["accuracy"] == pytest.approx(0.98, abs=0.015)
    assert run.evaluate("validation")["accuracy"] > 0.95
    run.advance(2000)
    assert run.step_number == 1500
    late = run.history["evaluated_step"] >= 200
    assert run.history["validation_loss"][late].max() < 0.2
    assert run.evaluate("validation")["accuracy"] > 0.98


def heights(slug: str, *steps: int, **changes: Any) -> list[float]:
    run = trained(slug, 0, **changes)
    found = []
    for step in steps:
        run.advance(step - run.step_number)
        found.append(run.evaluate()["loss"])
    return found


def test_momentum_gets_along_the_ravine_where_plain_descent_zigzags() -> None:
    assert heights("ravine", 20) == pytest.approx([0.295], abs=0.001)
    assert heights("ravine", 20, optimizer__momentum=0.5) == pytest.approx([3e-5], abs=5e-6)
    assert heights("ravine", 20, optimizer__learning_rate=0.05) == pytest.approx([1.03], abs=0.01)
    run = trained("ravine", 6)
    across = run.timeline.trajectory.path()[1][:, 1]
    assert (across[1:] * across[:-1] < 0).all()
    rising = heights("ravine", *range(10, 60), optimizer__learning_rate=0.101)
    assert np.all(np.diff(rising) > 0)


def test_the_floor_of_rosenbrocks_valley_takes_ages() -> None:
    found = heights("rosenbrock", 0, 1, 1000)
    assert found == pytest.approx([24.2, 5.35, 0.45], abs=0.005)
    assert heights("rosenbrock", 100, optimizer__momentum=0.9) == pytest.approx([0.14], abs=0.005)
    run = Run(
        EXAMPLES["rosenbrock"].experiment.edit(
            {"optimizer.kind": "adam", "optimizer.learning_rate": 0.02}
        )
    )
    run.advance(1000)
    assert run.evaluate()["loss"] == pytest.approx(0.13, abs=0.005)
    assert run.history["loss"][1:].max() < 24.2


@pytest.mark.parametrize(
    ("start", "x", "height"), [(2.5, 1.41, 0.22), (0.0, -0.47, -1.75), (-2.9, -2.32, 4.13)]
)
def test_which_valley_of_a_formula_is_found_depends_on_the_start(
    start: float, x: float, height: float
) -> None:
    run = trained("your-own-formula", model__start_x=start)
    assert run.parameters == pytest.approx([x, 0], abs=0.005)
    assert run.evaluate()["loss"] == pytest.approx(height, abs=0.005)
    flat = "x^2 + 3*y^2 + 0.2*sin(3*x)"
    one = trained("your-own-formula", model__formula=flat, model__start_x=start)
    assert one.parameters[0] == pytest.approx(-0.23, abs=0.01)
