"""Every moment of a run can be had again, byte for byte: a contract for all that can be set.

`CASES` holds a row for everything that the state of a run has to remember; a new optimizer or
schedule gets its row by itself, anything else needs one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gd_studio import Run
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.engine.schedules import SCHEDULES
from gd_studio.engine.trainer import Trainer
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.tape import RestoreBest
from tests.experiment.experiments import line, small, small_with

STEPS = 200
MANY_JUMPS = 1000


@dataclass(frozen=True)
class Case:
    """An experiment, and what is done to its run: (after this step, change by path)."""

    experiment: Experiment
    edits: tuple[tuple[int, dict[str, Any]], ...] = ()


CASES: dict[str, Case] = {
    "full batch": Case(small(training={"batch_size": None})),
    "batches of one": Case(small(training={"batch_size": 1})),
    "a smaller last batch": Case(small(training={"batch_size": 7})),
    "float32": Case(small(training={"precision": "float32"}, optimizer={"kind": "adam"})),
    "checked now and then": Case(small(training={"evaluate_every": 9})),
    "checked at each step": Case(small(training={"evaluate_every": 1}, stop={"patience": 500})),
    "penalties": Case(small(penalty={"l1": 0.01, "l2": 0.1})),
    "patience at an end": Case(small(stop={"patience": 2}, optimizer={"learning_rate": 3.0})),
    "target reached": Case(small(stop={"target_loss": 0.3})),
    "budget spent": Case(small(stop={"max_epochs": 3, "max_steps": 60})),
    "best brought back": Case(
        small(stop={"patience": 2, "restore_best": True}, optimizer={"learning_rate": 3.0})
    ),
    "dropout": Case(small(model={"dropout": 0.3})),
    "dropout of single rows": Case(
        small(model={"dropout": 0.5}, training={"precision": "float32", "batch_size": 1})
    ),
    "clipping": Case(small(training={"clip_norm": 0.1, "clip_value": 0.05})),
    "a rate that falls": Case(
        small(
            schedule={"kind": "plateau", "patience": 1, "cooldown": 1},
            optimizer={"learning_rate": 2.0},
        ),
        ((64, {"schedule.gamma": 0.9}), (100, {"schedule.kind": "constant"})),
    ),
    "a line": Case(line()),
    "many edits": Case(
        small(optimizer={"kind": "adam"}),
        (
            (3, {"optimizer.learning_rate": 0.07}),
            (3, {"penalty.l2": 0.2}),
            (17, {"training.batch_size": 7}),
            (64, {"training.batch_size": None}),
            (65, {"schedule.kind": "cosine"}),
            (90, {"schedule": {"kind": "step", "every": 3}}),
            (128, {"schedule.warmup": 5, "penalty.l1": 0.01}),
            (140, {"training.clip_norm": 0.2}),
            (150, {"stop.patience": 3, "training.batch_size": 12}),
            (160, {"schedule": {"kind": "plateau", "patience": 1}}),
        ),
    ),
    "there and back": Case(
        small(),
        (
            (5, {"training.batch_size": 16}),
            (5, {"training.batch_size": 10}),
            (20, {"optimizer.learning_rate": 0.3}),
            (20, {"optimizer.learning_rate": 0.1}),
        ),
    ),
    "after a stop": Case(
        small(
            training={"evaluate_every": 1},
            stop={"patience": 1, "restore_best": True},
            optimizer={"learning_rate": 3.0},
        ),
        ((40, {"penalty.l2": 0.001}), (120, {"penalty.l2": 0.01})),
    ),
    "a landscape": Case(
        Experiment.from_dict(
            {
                "model": {"kind": "landscape", "function": "himmelblau"},
                "optimizer": {"kind": "adam", "learning_rate": 0.05},
                "stop": {"max_steps": None},
            }
        ),
        ((30, {"optimizer.learning_rate": 0.1}),),
    ),
    "an edit at a snapshot": Case(small(), ((64, {"training.batch_size": 5}),)),
    "an edit at the end": Case(small(), ((STEPS, {"optimizer.learning_rate": 0.01}),)),
}


CASES |= {f"optimizer {kind}": Case(small_with(chosen())) for kind, chosen in OPTIMIZERS.items()}
CASES |= {
    f"schedule {kind}": Case(small(schedule={"kind": kind, "warmup": 30})) for kind in SCHEDULES
}


@cache
def travelled(name: str) -> tuple[Run, list[str]]:
    """Return the run of a case and its fingerprint at every step, the first time through."""
    case = CASES[name]
    run = Run(case.experiment)
    found = [run.fingerprint()]
    for step in range(STEPS + 1):
        if step:
            record = run.step()
            assert record == run.history.record(step)
            assert all(type(v) in (int, float) for v in msgspec.structs.astuple(record))
            found.append(run.fingerprint())
        for at, change in case.edits:
            if at == step:
                run.edit(change)
                found[-1] = run.fingerprint()
    return run, found


def test_the_cases_reach_what_they_are_there_for() -> None:
    for name in ("patience at an end", "target reached", "budget spent", "best brought back"):
        assert travelled(name)[0].timeline.stop is not None, name
    acts = travelled("best brought back")[0].timeline.tape.acts
    assert [type(act) for act in acts] == [RestoreBest]
    rates = travelled("a rate that falls")[0].history["learning_rate"]
    assert rates.min() < 0.5 * rates[0]
    assert rates[-1] == rates[0]
    norms = {name: travelled(name)[0].history["update_norm"] for name in ("clipping", "penalties")}
    assert norms["clipping"].max() < norms["penalties"].max()


def visit(name: str, jumps: list[int]) -> None:
    run, expected = travelled(name)
    for step in jumps:
        run.seek(step)
        assert run.fingerprint() == expected[step], f"{name}: step {step} is another one"
        assert run.record == (run.history.record(step) if step else None)


@pytest.mark.parametrize("name", CASES)
def test_the_steps_around_every_border_come_back_to_the_byte(name: str) -> None:
    visit(name, [STEPS, STEPS - 1, 0, 1, 64, 63, 65, 128, 2, 127, 129, STEPS, 90, 91, 3, 4])


@pytest.mark.parametrize("name", CASES)
def test_step_by_step_backwards_is_the_way_forwards_reversed(name: str) -> None:
    visit(name, list(range(STEPS, -1, -1)))


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(CASES)), st.lists(st.integers(0, STEPS), min_size=1, max_size=12))
def test_random_jumps_come_back_to_the_byte(name: str, jumps: list[int]) -> None:
    visit(name, jumps)


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_a_thousand_random_jumps_come_back_to_the_byte(name: str) -> None:
    drawn = random.Random(name)
    visit(name, [drawn.randint(0, STEPS) for _ in range(MANY_JUMPS)])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("step", [0, 63, 64, STEPS])
def test_a_fork_without_a_change_has_the_same_future(name: str, step: int) -> None:
    run, expected = travelled(name)
    run.seek(17)
    fork = run.fork(step)
    assert (fork.step_number, fork.last_step) == (step, step)
    assert fork.fingerprint() == expected[step]
    next_act = min((at for at, _ in CASES[name].edits if at > step), default=STEPS)
    for later in range(step + 1, next_act):
        fork.step()
        assert fork.fingerprint() == expected[later]
    assert run.step_number == 17
    assert run.last_step == STEPS
    assert run.fingerprint() == expected[17], "the run that was forked is as it was"


def test_a_step_back_replays_one_step_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(small())
    run.advance(500)
    run.seek(470)
    steps = 0
    step = Trainer.step

    def counted(trainer: Trainer) -> None:
        nonlocal steps
        steps += 1
        step(trainer)

    monkeypatch.setattr(Trainer, "step", counted)
    for k in range(469, 449, -1):
        run.seek(k)
    assert steps == 20


def test_a_long_run_is_within_reach_everywhere() -> None:
    run = Run(line(training={"evaluate_every": 1000}))
    run.advance(40_000)
    gaps = np.diff([0, *(state.step for state in run.timeline.snapshots.even()), run.last_step])
    assert gaps.max() <= 128
