"""Verification: a project file is replayed, and held against what it recorded of its run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.errors import SettingError
from gd_studio.experiment import headless
from gd_studio.experiment.files import load_project, load_trace
from gd_studio.experiment.run import Run
from gd_studio.experiment.tape import Tape
from gd_studio.experiment.trace import Trace, numbers_of, platform_note

Verdict = Literal["identical", "agrees", "differs", "unrecorded"]

# How far the losses of an unchanged run may drift apart between platforms, by precision.
TOLERANCE = {"float64": 1e-6, "float32": 1e-3}


@dataclass(frozen=True)
class Verification:
    """What a replay of a file found.

    `verdict`: "identical" to the last bit; "agrees", on another platform, up to `agreement`, the
    largest difference of two losses or update norms as a share of the largest one; "differs",
    first at a step above `same_until` and not above `step`; "unrecorded": the file holds nothing
    to compare with. `platform` says how the platform noted in the file differs from this one.
    """

    file: str
    verdict: Verdict
    last_step: int
    step: int | None = None
    same_until: int | None = None
    agreement: float | None = None
    platform: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The finding in a sentence."""
        if self.verdict == "unrecorded":
            return (
                f"{self.file} records nothing of its run to compare a replay with; train it and "
                "save it as a .gds project."
            )
        if self.verdict == "identical":
            return f"{self.file}: {self._steps} are identical to the last bit."
        elsewhere = f" It was made on another platform: {', '.join(self.platform)}."
        if self.verdict == "differs":
            return f"{self.file}: {self._first_difference}{elsewhere if self.platform else ''}"
        how = f"agree to {self.agreement:.1g} of the largest" if self.agreement else "are the same"
        return f"{self.file}: the numbers of {self._steps} {how}.{elsewhere}"

    @property
    def _steps(self) -> str:
        return f"{self.last_step} of {self.last_step} steps"

    @property
    def _first_difference(self) -> str:
        step, same = self.step or 0, self.same_until
        if step == 0:
            return "the settings or the weights at the start, step 0, are not those recorded."
        if same is None or same == step - 1:
            return f"step {step} is the first that differs from what was recorded."
        return f"the first step that differs from what was recorded is one of {same + 1} to {step}."


def verify(path: str | Path, show: headless.Show = lambda step: None) -> Verification:
    """Replay a project file and compare it with what it recorded.

    `show` is told the step about ten times a second. Raises FileError, SettingError or DataError
    for a file that cannot be replayed.
    """
    path = Path(path)
    project, trace = load_project(path), load_trace(path)
    last = project.tape.last_step
    if trace is None:
        return Verification(path.name, "unrecorded", last)
    run = Run(project.experiment, path.resolve().parent)
    try:
        found = _replayed(run, project.tape, trace.fingerprints, show)
    except SettingError as error:
        raise SettingError(error.path, f"{path.name}: {error}") from None
    here = numbers_of(run, trace.every)
    elsewhere = _elsewhere(trace.platform, platform_note())
    apart = _first_difference(trace, here, found, last)
    if apart is None:
        return Verification(path.name, "identical", last, platform=elsewhere)
    drift = _drift(trace.numbers, here)
    near = drift <= TOLERANCE[project.experiment.training.precision]
    verdict: Verdict = "agrees" if elsewhere and near and run.last_step == last else "differs"
    return Verification(path.name, verdict, last, *apart, drift, elsewhere)


def _replayed(
    run: Run, tape: Tape, checkpoints: Iterable[int], show: headless.Show
) -> dict[int, str]:
    """Do what the tape says; return {step: fingerprint} at those of the checkpoints reached."""
    found: dict[int, str] = {}
    portion, begun = headless.Portion(), 0
    for step in sorted({*(c for c in checkpoints if c < tape.last_step), tape.last_step}):
        at_end = step == tape.last_step
        acts = tuple(a for a in tape.acts if begun <= a.step and (a.step < step or at_end))
        headless.replay(run, acts, step, portion, show)
        if run.step_number == step:
            found[step] = run.fingerprint()
        begun = step
    return found


def _first_difference(
    trace: Trace, here: Array, found: dict[int, str], last: int
) -> tuple[int, int] | None:
    """Return the first step known to differ, and the last before it known to be the same."""
    there, every = trace.numbers, trace.every
    count = min(len(there), len(here))
    # As whole numbers, so that equal means equal to the last bit.
    same = (there[:count].view(np.int64) == here[:count].view(np.int64)).all(axis=1)
    rows = count if same.all() else int(np.argmin(same))
    if rows < max(len(there), len(here), last // every):
        return (rows + 1) * every, rows * every
    same_until = 0
    for step, fingerprint in sorted(trace.fingerprints.items()):
        if found.get(step) != fingerprint:
            return step, same_until
        same_until = step
    return None


def _drift(there: Array, here: Array) -> float:
    """Return the largest difference of two numbers, as a share of the largest of their column."""
    count = min(len(there), len(here))
    with np.errstate(all="ignore"):
        apart = np.abs(there[:count] - here[:count]).max(axis=0, initial=0)
        largest = np.abs(there[:count]).max(axis=0, initial=0)
        return float((apart / np.maximum(largest, np.finfo(float).tiny)).max())


def _elsewhere(there: dict[str, str], here: dict[str, str]) -> tuple[str, ...]:
    """Return in words how the platform noted in a file differs from this one."""
    return tuple(
        f"{name} {there.get(name, 'unknown')} there, {here.get(name, 'unknown')} here"
        for name in (here | there)
        if there.get(name) != here.get(name)
    )
