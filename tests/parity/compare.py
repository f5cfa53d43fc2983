"""Compare the engine with PyTorch, step by step: `make parity`.

Every case makes 200 steps in two ways. *Step*: each step starts from the oracle's parameters and
state, so that it is compared by itself; it must agree to 1e-12 of the largest entry. So must the
gradient and the memory, of the largest entry they have had: near a bottom they are mere rounding.
*Path*: the engine goes on from its own numbers. Where the oracle, its start moved by one unit in
the last place, stays within 1e-12 of itself, the engine must stay within 1e-10 of it. Elsewhere
the case is chaotic: the smallest difference grows, and a path proves nothing.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gd_studio.engine import activations, losses, optimizers, schedules
from gd_studio.engine.arrays import Array
from gd_studio.settings import kind_of
from tests.parity import oracle
from tests.parity.cases import OPTIMIZERS, SCHEDULES, STEPS, Case, cases, uniform
from tests.parity.engine import Engine, deviation
from tests.parity.oracle import Oracle
from tests.parity.states import memory_from

STEP_AGREES, PATH_AGREES, CALM = 1e-12, 1e-10, 1e-12
NUDGES = 3


@dataclass(frozen=True)
class Outcome:
    """The worst deviations over a case's steps, each a share of the largest entry."""

    case: Case
    step: float
    gradient: float
    memory: float
    path: float
    nudged: float

    @property
    def chaotic(self) -> bool:
        return not self.nudged < CALM

    @property
    def passed(self) -> bool:
        steps = max(self.step, self.gradient, self.memory)
        return steps <= STEP_AGREES and (self.chaotic or self.path <= PATH_AGREES)

    def line(self) -> str:
        verdict = "chaotic" if self.chaotic else ""
        verdict = verdict if self.passed else f"{verdict} FAILED".strip()
        numbers = (self.step, self.gradient, self.memory, self.path, self.nudged)
        return f"{self.case.name:60}" + "".join(f"{n:10.1e}" for n in numbers) + f"  {verdict}"


class Worst:
    """The largest deviation of several vectors so far, each by the largest entry it has had."""

    def __init__(self) -> None:
        self.share = 0.0
        self._largest: dict[int, float] = {}

    def take(self, found: Array, expected: Array) -> None:
        """Take in one more of each vector, (n, P)."""
        for i, (mine, judged) in enumerate(zip(found, expected, strict=True)):
            self._largest[i] = max(self._largest.get(i, 0.0), float(np.abs(judged).max()))
            self.share = max(self.share, deviation(mine, judged, self._largest[i]))


def outcome(case: Case) -> Outcome:
    """Make a case's steps on both sides and return how far they were apart."""
    judge, stepwise, free = Oracle(case, case.theta()), Engine(case), Engine(case)
    nudged = [Oracle(case, moved(case.theta(), seed)) for seed in range(NUDGES)]
    step = path = drift = 0.0
    gradient, memory = Worst(), Worst()
    for number in range(STEPS):
        stepwise.start_from(judge.theta(), judge.state() if number else {})
        stepwise.step()
        free.step()
        for one in (judge, *nudged):
            one.step(stepwise.rows)
        theta, state = judge.theta(), judge.state()
        step = max(step, deviation(stepwise.trainer.theta, theta))
        gradient.take(stepwise.trainer.gradient[None], judge.gradient[None])
        if state:
            memory.take(stepwise.trainer.memory, memory_from(case.optimizer, state))
        path = max(path, deviation(free.trainer.theta, theta))
        drift = max(drift, *(deviation(one.theta(), theta) for one in nudged))
    return Outcome(case, step, gradient.share, memory.share, path, drift)


def moved(theta: Array, seed: int) -> Array:
    """Return theta with each entry one unit in the last place up or down."""
    result: Array = np.nextafter(theta, np.where(uniform(theta.size, 50 + seed) > 0, 9, -9))
    return result


def missing() -> list[str]:
    """Name the members of the registries that nothing here judges."""
    # Methods of second order have no step in PyTorch to be compared with.
    first_order = {kind for kind, o in optimizers.OPTIMIZERS.items() if not o.full_batch}
    tried = {kind_of(o) for o in OPTIMIZERS.values()}
    scheduled = {kind_of(s) for s in SCHEDULES.values()} | {"constant"}
    wanted: list[tuple[str, Iterable[str], set[str]]] = [
        ("activation", activations.ACTIVATIONS, set(oracle.ACTIVATIONS)),
        ("loss", losses.LOSSES, set(oracle.LOSSES)),
        ("optimizer", first_order, tried & set(oracle.OPTIMIZERS)),
        ("schedule", schedules.SCHEDULES, scheduled & set(oracle.SCHEDULES)),
    ]
    return [f"{what} {name}" for what, all_, judged in wanted for name in set(all_) - judged]


def main() -> int:
    # SequentialLR calls what it warns of.
    warnings.filterwarnings("ignore", module="torch")
    unjudged = missing()
    if unjudged:
        print("No oracle for: " + ", ".join(unjudged))
        return 1
    columns = ("step", "gradient", "memory", "path", "nudged")
    print(f"{'largest deviation of':60}" + "".join(f"{name:>10}" for name in columns))
    found = []
    for case in cases():
        found.append(outcome(case))
        print(found[-1].line(), flush=True)
    return report(found)


def report(found: list[Outcome]) -> int:
    """Say the worst of all, and return the exit code."""
    calm = [o for o in found if not o.chaotic]
    print(
        f"{len(found)} cases of {STEPS} steps; worst step {max(o.step for o in found):.1e}, "
        f"gradient {max(o.gradient for o in found):.1e}, memory "
        f"{max(o.memory for o in found):.1e}; worst path {max(o.path for o in calm):.1e} "
        f"in {len(calm)} cases that are not chaotic."
    )
    failed = [o.case.name for o in found if not o.passed]
    if failed:
        print("FAILED: " + "; ".join(failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
