"""No better than the baseline: always guessing the mean, or the commonest class, does as well."""

from __future__ import annotations

from gd_studio.engine.optimizers import Sgd
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.models import Linear, Logistic, Mlp

LEAST_LEFT = 0.97


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


def _remedy(case: Case) -> tuple[str, Proposal | None]:
    settings = case.settings
    penalty = case.hypothesis.penalty_value(case.run.parameters)
    if settings.penalty.active:
        return (
            f"The penalty (now {penalty:.3g}) holds the weights so near 0 that the inputs hardly "
            "count.",
            Proposal("Take the penalty away", {"penalty.l1": 0.0, "penalty.l2": 0.0}),
        )
    if case.hypothesis.task == "classification" and not hasattr(
        case.hypothesis.loss, "class_weights"
    ):
        return (
            f"{case.hypothesis.loss_title} of a probability is flat where the guess is surely "
            "wrong: there its gradient is next to 0, and that of the cross-entropy largest.",
            Proposal("Use the cross-entropy", {"loss": {"kind": "cross_entropy"}}),
        )
    straight = isinstance(settings.model, Linear | Logistic)
    if straight or (isinstance(settings.model, Mlp) and settings.model.activation == "identity"):
        changes = {"model.kind": "mlp"} if straight else {"model.activation": "tanh"}
        return (
            "A straight model can only tilt; where the target bends back or lies in the middle, "
            "no tilt helps.",
            Proposal("Use a neural network, which can bend", changes),
        )
    if isinstance(settings.optimizer, Sgd):
        return (
            "Either the inputs tell nothing about the target, or one rate for all weights is too "
            "coarse to find it.",
            Proposal("Use Adam", {"optimizer": {"kind": "adam", "learning_rate": 0.01}}),
        )
    return ("The inputs in use may tell nothing about the target; look at rows and columns.", None)
