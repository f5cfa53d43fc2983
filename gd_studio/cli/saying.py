"""What the command line says of a run, before and after it; errors go to stderr."""

from __future__ import annotations

import sys

from gd_studio.data.treatments import counted
from gd_studio.errors import GDStudioError
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.run import Run
from gd_studio.export.inspection import aligned


class UnfinishedError(GDStudioError):
    """What was asked for was right, and still could not be done."""


def say(sentence: str, code: int) -> int:
    """Say what went wrong, or was found, and return the exit code."""
    print(f"gd-studio: {sentence}", file=sys.stderr)
    return code


def say_what_trains(run: Run) -> None:
    """Say which data and which model are about to be trained."""
    if run.data.task == "landscape":
        print(run.experiment.name or run.experiment.usual_name)
        print(run.hypothesis.equation(run.parameters))
        return
    parts = {"train": "training", "validation": "validation", "test": "test"}
    counts = [(len(run.split(part).rows), said) for part, said in parts.items()]
    rows = ", ".join(f"{count} {said}" for count, said in counts if count)
    network = run.hypothesis.network
    widths = "-".join(map(str, network.sizes))
    print(run.experiment.name or run.data.dataset.name)
    columns = counted(len(run.data.columns_in_use), "column")
    print(f"{run.data.dataset.name}: {rows} rows; {run.data.target_name} from {columns}")
    print(f"{run.experiment.model.title} {widths}, {counted(network.size, 'parameter')}")
    batch = run.in_force.training.batch_size
    if batch is not None and batch > counts[0][0]:
        print(f"The batch size {batch} is larger than the training rows; each step takes them all.")


def say_result(run: Run) -> None:
    """Say why the run stopped, its scores beside the baseline's, and its fingerprint."""
    reason = run.stop_reason
    said = reason.message if reason else "All steps asked for are done."
    for finding in diagnose(run):
        say(finding.words, 0)
    print(f"\nStopped at step {run.step_number}, epoch {run.epoch}: {said}\n")
    for line in aligned(_score_rows(run)):
        print(line)
    if run.baseline is not None:
        print(f"\nbaseline: {run.baseline.words}")
    print(f"fingerprint: {run.fingerprint()}")


def _score_rows(run: Run) -> list[tuple[str, ...]]:
    parts = [part for part in ("train", "validation", "test") if len(run.split(part).rows)]
    found = {part: run.evaluate(part) for part in parts}
    rows: list[tuple[str, ...]] = [("", *found["train"])]
    for part, values in found.items():
        rows.append((part, *(f"{value:.6g}" for value in values.values())))
    base = run.baseline
    if base is not None:
        rows.append(("baseline", f"{base.train_loss:.6g}", "", "", f"{base.train_score:.6g}"))
    return rows
