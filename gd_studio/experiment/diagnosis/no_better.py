"""No better than the baseline: always guessing the mean, or the commonest class, does as well."""

from __future__ import annotations

from gd_studio.engine.optimizers import Sgd
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.trial import Candidate, proposed, usual_rates
from gd_studio.experiment.models import Linear, Logistic, Mlp

LEAST_LEFT = 0.97
# A penalty of this share of what always guessing the mean costs is no mere nudge.
HEAVY = 0.1


def no_better(case: Case) -> Finding | None:
    """Return a finding if the loss stands still at what always guessing the mean would cost."""
    base = case.run.baseline
    if base is None or not case.is_flat or case.share_left < LEAST_LEFT:
        return None
    evidence = (
        f"After {case.step} steps the training loss is {case.loss:.4g}; {base.words} costs "
        f"{base.train_loss:.4g}. In the last {case.window_steps} steps it fell by "
        f"{max(0.0, 100 * case.progress):.2f} %."
    )
    reason, proposal = _remedy(case)
    return Finding("no_better", "No better than the baseline", evidence, reason, proposal)


def smothered(case: Case) -> Finding | None:
    """Return a finding if a penalty is heavy, and the rest of the loss no better than that.

    Its total need not stand still: weights that an L1 penalty holds near 0 are tossed about it.
    """
    base = case.run.baseline
    if base is None or not case.settings.penalty.active or len(case.window) == 0:
        return None
    penalty = case.hypothesis.penalty_value(case.run.parameters)
    data = case.loss - penalty
    if penalty < HEAVY * base.train_loss or data < LEAST_LEFT * base.train_loss:
        return None
    found = _of_penalty(case)
    assert found is not None
    evidence = (
        f"After {case.step} steps the loss without the penalty is {data:.4g}, and the penalty "
        f"{penalty:.4g}; {base.words} costs {base.train_loss:.4g}."
    )
    return Finding("no_better", "No better than the baseline", evidence, *found)


def _remedy(case: Case) -> tuple[str, Proposal | None]:
    for remedy in (_of_penalty, _of_loss, _of_model):
        found = remedy(case)
        if found is not None:
            return found
    if isinstance(case.settings.optimizer, Sgd):
        adam = Candidate(
            "Use Adam, at a learning rate of {rate}", {"optimizer.kind": "adam"}, usual_rates()
        )
        return (
            "Either the inputs tell nothing about the target, or one rate for all weights is too "
            "coarse to find it.",
            proposed(case, "no_better", adam, *_bends(case)),
        )
    return ("The inputs in use may tell nothing about the target; look at rows and columns.", None)


def _bends(case: Case) -> tuple[Candidate, ...]:
    model = case.settings.model
    if not isinstance(model, Mlp) or model.activation not in ("tanh", "sigmoid"):
        return ()
    label = "Use ReLU and He's initial weights, at a learning rate of {rate}"
    return (Candidate(label, {"model.activation": "relu", "model.init": "he"}, usual_rates()),)


def _of_penalty(case: Case) -> tuple[str, Proposal] | None:
    if not case.settings.penalty.active:
        return None
    penalty = case.hypothesis.penalty_value(case.run.parameters)
    without = Candidate(
        "Take the penalty away, set the learning rate to {rate}",
        {"penalty.l1": 0.0, "penalty.l2": 0.0},
        (case.rate, *usual_rates()),
        step=0,
    )
    reason = (
        f"The penalty (now {penalty:.3g}) holds the weights so near 0 that the inputs hardly count."
    )
    return reason, proposed(case, "no_better", without)


def _of_loss(case: Case) -> tuple[str, Proposal] | None:
    if case.hypothesis.task != "classification" or hasattr(case.hypothesis.loss, "class_weights"):
        return None
    reason = (
        f"{case.hypothesis.loss_title} of a probability is flat where the guess is surely "
        "wrong: there its gradient is next to 0, and that of the cross-entropy largest."
    )
    changes = {"loss": {"kind": "cross_entropy"}}
    rates = (case.rate, *usual_rates())
    label = "Use the cross-entropy, at a learning rate of {rate}"
    return reason, proposed(case, "no_better", Candidate(label, changes, rates))


def _of_model(case: Case) -> tuple[str, Proposal] | None:
    model = case.settings.model
    straight = isinstance(model, Linear | Logistic)
    if not straight and not (isinstance(model, Mlp) and model.activation == "identity"):
        return None
    changes = {"model.kind": "mlp"} if straight else {"model.activation": "tanh"}
    reason = (
        "A straight model can only tilt; where the target bends back or lies in the middle, "
        "no tilt helps."
    )
    label = "Use a neural network, which can bend, at a learning rate of {rate}"
    rates = (case.rate, *usual_rates())
    return reason, proposed(case, "no_better", Candidate(label, dict(changes), rates))
