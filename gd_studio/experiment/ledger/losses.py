"""The loss of one row as a formula, and its slopes: the errors at the outputs.

One writer for each kind of loss; a loss without one is told by its numbers alone. A writer gets
the outputs z and the targets y as terms, notes what it needs on the way, and returns the row's
loss and one error for each output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gd_studio.engine.analytic import Height
from gd_studio.engine.arithmetic import (
    Term,
    as_term,
    call,
    largest,
    number,
    sign,
    size,
    smallest,
    total,
)
from gd_studio.engine.losses import (
    AbstractLoss,
    CrossEntropy,
    Hinge,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanSquaredError,
    SquaredProbabilityError,
)

# A probability below this is told by its logarithm, which is exact where 1 - p is not.
SMALL = 1e-12

Note = Callable[[str, Term, str], Term]
Told = tuple[Term, list[Term]]
Writer = Callable[[Any, Sequence[Term], Sequence[float], Note], Told]


def told(loss: AbstractLoss, z: Sequence[Term], y: Sequence[float], note: Note) -> Told | None:
    """Return the row's loss and the errors at its outputs; None for a loss without a writer."""
    writer = WRITERS.get(type(loss))
    return writer(loss, z, y, note) if writer else None


def _mean(terms: Sequence[Term]) -> Term:
    return terms[0] if len(terms) == 1 else total(terms) / number(len(terms))


def _shared(error: Term, outputs: int) -> Term:
    return error if outputs == 1 else error / number(outputs)


def _squared(loss: Any, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    apart = [a - number(b, "truth") for a, b in zip(z, y, strict=True)]
    return _mean([e.squared() for e in apart]), [_shared(2 * e, len(z)) for e in apart]


def _absolute(loss: Any, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    apart = [a - number(b, "truth") for a, b in zip(z, y, strict=True)]
    return _mean([size(e) for e in apart]), [_shared(sign(e), len(z)) for e in apart]


def _huber(loss: Huber, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    delta, losses, errors = number(loss.delta, "delta"), [], []
    for i, (a, b) in enumerate(zip(z, y, strict=True)):
        e = note(_at("e", i, z), a - number(b, "truth"), "guess less truth")
        near = smallest(size(e), delta)
        losses.append(near * (size(e) - 0.5 * near))
        errors.append(_shared(largest(-delta, smallest(delta, e)), len(z)))
    return _mean(losses), errors


def _log_cosh(loss: Any, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    losses, errors = [], []
    for i, (a, b) in enumerate(zip(z, y, strict=True)):
        e = note(_at("e", i, z), a - number(b, "truth"), "guess less truth")
        far = size(e) + _function("log1p", np.log1p, _function("exp", np.exp, -2 * size(e)))
        losses.append(far - _function("log", np.log, number(2)))
        errors.append(_shared(_function("tanh", np.tanh, e), len(z)))
    return _mean(losses), errors


def _cross_entropy(loss: CrossEntropy, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    if len(z) == 1:
        return _two_classes(loss, z[0], y[0], note)
    return _many_classes(loss, z, y, note)


def _two_classes(loss: CrossEntropy, z: Term, y: float, note: Note) -> Told:
    p = note("ŷ", _sigmoid(z), "the probability of the second class")
    if loss.plain:
        of_truth = p if y == 1 else note("p of the truth", _sigmoid(-z), "of the first class")
        if of_truth.value >= SMALL:
            return -_log(of_truth), [p - number(y, "truth")]
        return _softplus(-z if y == 1 else z), [p - number(y, "truth")]
    wanted, other = _wanted_of_two(loss, y, note)
    row = wanted * _softplus(-z) + other * _softplus(z)
    return row, [(wanted + other) * p - wanted]


def _wanted_of_two(loss: CrossEntropy, y: float, note: Note) -> tuple[Term, Term]:
    """Write how much of each class is wanted: the truth, smoothed, times the class's weight."""
    weights = loss.class_weights if isinstance(loss.class_weights, tuple) else (1.0, 1.0)
    kept, share = 1 - number(loss.label_smoothing, "smoothing"), loss.label_smoothing / 2
    second = number(weights[1], "weight") * (kept * number(y, "truth") + share)
    first = number(weights[0], "weight") * (kept * number(1 - y, "not") + share)
    return (
        note("wanted of second", second, "class weight × smoothed truth"),
        note("wanted of first", first, "class weight × smoothed truth"),
    )


def _many_classes(loss: CrossEntropy, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    p, spread, top = _softmax(z, note)
    if loss.plain:
        true = int(np.argmax(y))
        row = -_log(p[true])
        if p[true].value < SMALL:
            row = _log(spread) - (z[true] - top)
        return row, [a - number(b, "truth") for a, b in zip(p, y, strict=True)]
    named = isinstance(loss.class_weights, tuple)
    weights = loss.class_weights if named else (1.0,) * len(y)
    share = loss.label_smoothing / len(y)
    kept = 1 - number(loss.label_smoothing, "smoothing")
    wanted = [
        note(f"wanted {k + 1}", number(w, "weight") * (kept * number(t, "truth") + share), "")
        for k, (w, t) in enumerate(zip(weights, y, strict=True))
    ]
    of_all = note("wanted of all", total(wanted), "of all classes together")
    row = of_all * _log(spread) - total([t * (a - top) for t, a in zip(wanted, z, strict=True)])
    return row, [of_all * a - t for a, t in zip(p, wanted, strict=True)]


def _softmax(z: Sequence[Term], note: Note) -> tuple[list[Term], Term, Term]:
    """Write the probabilities of many logits; return them, the sum below, and the largest logit."""
    top = number(max(float(a.value) for a in z), "largest z")
    powers = [_function("exp", np.exp, a - top) for a in z]
    spread = note("Σe", total(powers), "e to the power of each z less the largest, added up")
    p = [note(f"ŷ{k + 1}", e / spread, "the probability of a class") for k, e in enumerate(powers)]
    return p, spread, top


def _hinge(loss: Hinge, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    weights = loss.row_weights(np.array(y, np.float64)[:, None])
    weight = None if weights is None else number(weights[0], "class weight")

    def weighed(term: Term) -> Term:
        return term if weight is None else weight * term

    if len(z) == 1:
        s = number(2 * y[0] - 1, "s")
        short = note("margin missed", 1 - s * z[0], "how far short of a margin of 1")
        error = weighed(-s) if short.value > 0 else number(0)
        return weighed(largest(0, short)), [error]
    true = int(np.argmax(y))
    short_of = {k: 1 - z[true] + z[k] for k in range(len(z)) if k != true}
    missed = [largest(0, t) for t in short_of.values()]
    over = [k for k, t in short_of.items() if t.value > 0]
    classes = number(len(z), "classes")
    errors = [weighed(number(1 if k in over else 0) / classes) for k in range(len(z))]
    errors[true] = weighed(-number(len(over), "classes too near") / classes)
    return weighed(total(missed) / classes), errors


def _squared_probability(loss: Any, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    if len(z) == 1:
        p = note("ŷ", _sigmoid(z[0]), "the probability of the second class")
        apart = p - number(y[0], "truth")
        return apart.squared(), [2 * apart * p * (1 - p)]
    p_all, _, _ = _softmax(z, note)
    apart_all = [p - number(t, "truth") for p, t in zip(p_all, y, strict=True)]
    share = number(2.0 / len(z), "2 / classes")
    pulls = [note(f"pull{k + 1}", share * e, "") for k, e in enumerate(apart_all)]
    mean = note("mean pull", total([p * v for p, v in zip(p_all, pulls, strict=True)]), "")
    errors = [p * (v - mean) for p, v in zip(p_all, pulls, strict=True)]
    return _mean([e.squared() for e in apart_all]), errors


def _height(loss: Any, z: Sequence[Term], y: Sequence[float], note: Note) -> Told:
    return z[0], [number(1)]


def _at(letter: str, index: int, of: Sequence[Term]) -> str:
    return letter if len(of) == 1 else f"{letter}{index + 1}"


def _function(name: str, function: Callable[[Any], Any], term: Term | float) -> Term:
    inner = as_term(term)
    return call(name, function(inner.value), inner)


def _log(term: Term) -> Term:
    return _function("log", np.log, term)


def _sigmoid(term: Term) -> Term:
    return _function("sigmoid", lambda z: 1 / (1 + np.exp(-z)), term)


def _softplus(term: Term) -> Term:
    return _function("softplus", lambda z: np.logaddexp(0.0, z), term)


WRITERS: dict[type[AbstractLoss], Writer] = {
    MeanSquaredError: _squared,
    MeanAbsoluteError: _absolute,
    Huber: _huber,
    LogCosh: _log_cosh,
    CrossEntropy: _cross_entropy,
    Hinge: _hinge,
    SquaredProbabilityError: _squared_probability,
    Height: _height,
}
