"""The ledger of a step: guess, check and adjust of one row and one parameter, with operands."""

from __future__ import annotations

from gd_studio.engine.losses import CrossEntropy
from gd_studio.engine.optimizers import Sgd
from gd_studio.gui.numbers import exact, factor, fixed
from gd_studio.gui.panels.landscape_ledger import landscape_ledger
from gd_studio.gui.panels.line import Line
from gd_studio.gui.summary import Chosen
from gd_studio.session.frame import Frame


def ledger(frame: Frame, chosen: Chosen, parameter: int) -> tuple[Line, ...]:
    """Return the lines for the selected row and parameter of a frame."""
    if frame.hypothesis.task == "landscape":
        return landscape_ledger(frame, chosen)
    return (
        *_guess(frame, chosen),
        *_check(frame, chosen),
        *_adjust(frame, chosen, parameter),
    )


def _guess(frame: Frame, chosen: Chosen) -> list[Line]:
    hypothesis, explanation = frame.hypothesis, chosen.explanation
    truth = truth_words(frame, chosen)
    if not hypothesis.classes:
        own, scaled = float(explanation.guess[0]), float(explanation.outputs[0])
        lines = [Line("Guess", f"ŷ = {exact(own, 4)}   truth {truth}")]
        if hypothesis.prepared.target_scale != 1 or hypothesis.prepared.target_mean != 0:
            lines.append(Line("", f"scaled: ŷ = {exact(scaled, 4)}"))
        return lines
    if len(hypothesis.classes) == 2:
        z, p = float(explanation.outputs[0]), float(explanation.guess[1])
        return [
            Line("Guess", f"z = {exact(z, 4)}"),
            Line("", f"ŷ = σ({exact(z, 4)}) = {p:.4f}"),
            Line("", f"truth {truth}"),
        ]
    best = int(explanation.guess.argmax())
    p_best = float(explanation.guess[best])
    true = int(chosen.split.y[chosen.row])
    return [
        Line("Guess", f"likeliest: {hypothesis.classes[best]} ({p_best:.4f})"),
        Line("", f"truth {truth} ({float(explanation.guess[true]):.4f})"),
    ]


def truth_words(frame: Frame, chosen: Chosen) -> str:
    """Say the true output of the selected row, in own units or words."""
    hypothesis, y = frame.hypothesis, chosen.split.y[chosen.row]
    if hypothesis.classes:
        name = hypothesis.classes[int(y)]
        return f"{int(y)} ({name})" if len(hypothesis.classes) == 2 else name
    return exact(float(hypothesis.prepared.untransform_target(y)[0]), 4)


def _check(frame: Frame, chosen: Chosen) -> list[Line]:
    explanation = chosen.explanation
    loss = frame.hypothesis.loss
    if isinstance(loss, CrossEntropy) and loss.plain:
        true = int(chosen.split.y[chosen.row])
        p = float(explanation.guess[true])
        lines = [
            Line("Check", f"row loss = −ln({p:.4f})"),
            Line("", f"  = {fixed(explanation.loss)}"),
        ]
    else:
        lines = [Line("Check", f"row loss = {fixed(explanation.loss)}")]
    if frame.record is None:
        lines.append(Line("", f"mean of train rows = {fixed(frame.first)}"))
        return lines
    count = len(frame.batch_rows)
    lines.append(Line("", f"mean of the {count} = {fixed(frame.record.loss)}"))
    if frame.record.penalty > 0:
        lines.append(Line("", f"+ penalty {fixed(frame.record.penalty)}"))
    return lines


def _adjust(frame: Frame, chosen: Chosen, parameter: int) -> list[Line]:
    name = frame.hypothesis.said_name(parameter)
    gradient = float(frame.gradient[parameter])
    own = float(chosen.explanation.gradient[parameter])
    lines = [Line("Adjust", name), Line("", f"this row: {exact(own, 4)}")]
    if frame.record is None:
        lines.append(Line("", f"mean of train rows: {exact(gradient, 4)}"))
        lines.append(Line("", f"weight {exact(float(frame.parameters[parameter]), 5)}"))
        lines.append(Line("", "Step moves it against the gradient."))
        return lines
    count = len(frame.batch_rows)
    lines.append(Line("", f"mean of {count} rows: {exact(gradient, 4)}"))
    old, new = float(frame.previous[parameter]), float(frame.parameters[parameter])
    optimizer = frame.experiment.optimizer
    if isinstance(optimizer, Sgd) and optimizer.momentum == 0:
        rate = exact(frame.record.learning_rate, 4)
        lines.append(Line("", f"{exact(old, 5)} − {rate}·{factor(gradient)}"))
    else:
        sign = "−" if new < old else "+"
        lines.append(Line("", f"{exact(old, 5)} {sign} {exact(abs(new - old), 4)}"))
    lines.append(Line("", f"  = {exact(new, 5)}"))
    if frame.hypothesis.prepared.settings.standardize:
        lines.append(Line("", "(of standardised inputs)"))
    return lines
