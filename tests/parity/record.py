"""Record golden numbers from PyTorch, for tests that do without it.

`make parity` sets up what this needs; then `PYTHONPATH=. .venv/bin/python tests/parity/record.py`.
A file for each group of cases, with arrays by "case|what": `after`, the parameters (6, P) after
the recorded steps; for chaotic cases also the parameters `before` each of them but the first, and
the state by its names, so that each step can be tried from there.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from gd_studio.engine.arrays import Array
from tests.parity.cases import RECORDED, ROWS, STEPS, Case, cases
from tests.parity.compare import outcome
from tests.parity.golden import GOLDEN
from tests.parity.oracle import Oracle


def recorded(case: Case) -> dict[str, Array]:
    """Return a case's golden numbers."""
    judge = Oracle(case, case.theta())
    found: dict[str, list[Array]] = defaultdict(list)
    chaotic = outcome(case).chaotic
    for number in range(1, STEPS + 1):
        if chaotic and number in RECORDED[1:]:
            for name, vector in {"before": judge.theta(), **judge.state()}.items():
                found[name].append(vector)
        judge.step(np.arange(ROWS))
        if number in RECORDED:
            found["after"].append(judge.theta())
    return {name: np.array(vectors) for name, vectors in found.items()}


def main() -> None:
    groups: dict[str, dict[str, Array]] = defaultdict(dict)
    for case in cases():
        if case.recorded:
            for what, vectors in recorded(case).items():
                groups[case.group][f"{case.name}|{what}"] = vectors
    for group, arrays in groups.items():
        np.savez_compressed(GOLDEN / f"{group}.npz", allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
