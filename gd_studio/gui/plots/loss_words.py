"""What the loss plot says of a frame: header, summary, note, and what lies under the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.experiment.progress import progress
from gd_studio.gui.numbers import exact, fixed, whole
from gd_studio.gui.plots import curves as lines
from gd_studio.gui.plots.canvas import finite_range
from gd_studio.gui.plots.curves import NAMES, Line, Numbers
from gd_studio.gui.plots.ghosts import GHOSTS, apart_words, ghost_words
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.loss_range import higher_words, lower_words
from gd_studio.gui.plots.loss_scale import TITLES, LossScale
from gd_studio.gui.plots.past_best import said as past_best
from gd_studio.gui.plots.progress_words import progress_words

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame, Ghost


def header_pieces(frame: Frame, scale: LossScale) -> list[Said]:
    """Return the values of the shown evaluation, as the header says them."""
    evaluation = frame.evaluation
    word = "train " if evaluation.score_name else "f(x, y) "
    pieces = [Said(word), Said(fixed(scale.of(evaluation.train)), "train", True)]
    if evaluation.validation is not None:
        held = fixed(scale.of(evaluation.validation))
        pieces += [Said(" · validation ", short=" · val. "), Said(held, "validation", True)]
    return pieces


def note_words(frame: Frame, drawn: Mapping[str, Line], shown: tuple[float, float]) -> str:
    """Say what cannot be seen between bottom and top, on a log scale, and of runs apart."""
    hidden = sum(line.hidden for name, line in drawn.items() if name not in GHOSTS)
    lost = f"{whole(hidden)} values at or below 0 cannot be shown on a logarithmic scale."
    out = higher_words(drawn, shown[1]), lower_words(drawn, shown[0])
    notes = (lost if hidden else "", _spikes(frame, drawn, shown[1]), *out, apart_words(frame))
    return " ".join(filter(None, notes))


def _spikes(frame: Frame, drawn: Mapping[str, Line], top: float) -> str:
    """Say how high the losses of single batches are that leave the plot at its top."""
    reach = finite_range([drawn["batch"].y]) if "batch" in drawn else None
    if reach is None or reach[1] <= top:
        return ""
    losses = frame.curves[NAMES["loss"]["batch"]].values
    highest = float(losses[np.isfinite(losses)].max())
    return f"Single batches are higher than shown, up to {fixed(highest)}."


def summary_words(frame: Frame, scale: LossScale) -> str:
    """Say what the plot shows, in sentences."""
    values = "".join(piece.text for piece in header_pieces(frame, scale))
    past = f" {past_best(frame).capitalize()}." if past_best(frame) else ""
    said = f"{scale.title(frame)} at step {frame.step}: {values}.{past}"
    return " ".join(filter(None, (said, _course(frame, scale), _compared(frame, scale))))


def hover_words(frame: Frame, scale: LossScale, x: float, ghosts: Iterable[Ghost]) -> str:
    """Say which step is under the mouse, and every curve's value there."""
    curves = frame.curves
    step = lines.step_at(curves, x, scale.unit, frame.last_step)
    epochs = float(curves.epochs_at(np.array([float(step)]))[0])
    said = [f"step {whole(step)}", f"{exact(epochs, 4)} epochs passed"]
    for name in scale.columns(frame):
        said += _value_near(name, *scale.known(frame, name), step)
    for ghost in ghosts:
        column = NAMES[scale.metric]["train"]
        said += _value_near(ghost_words(ghost), *lines.points(ghost.curves, column), step)
    return "\n".join(said)


def _value_near(name: str, steps: Numbers, values: Numbers, step: int) -> list[str]:
    if not len(steps):
        return []
    near = int(np.argmin(np.abs(steps - step)))
    at = "" if steps[near] == step else f" (step {whole(int(steps[near]))})"
    return [f"{name} {exact(float(values[near]))}{at}"]


def _course(frame: Frame, scale: LossScale) -> str:
    """Say how the curve of the training rows has gone since step 0."""
    kind = frame.evaluation.score_name
    name = f"training {TITLES[kind] if scale.is_score else 'loss'}" if kind else "f(x, y)"
    steps, values = lines.points(frame.curves, NAMES[scale.metric]["train"])
    course = progress_words(name, progress(steps, values), in_percent=not scale.is_score)
    return f"{course[0].upper()}{course[1:]}." if course and kind else course and f"{course}."


def _compared(frame: Frame, scale: LossScale) -> str:
    value = scale.baseline(frame)
    if value is None or frame.baseline is None:
        return ""
    return f"For comparison, {frame.baseline.words}: {fixed(value)}."
