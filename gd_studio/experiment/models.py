"""The hypotheses on offer: from one straight line to a deep network."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.settings import Choice, described

Width = Annotated[int, msgspec.Meta(ge=1, le=4096)]


class AbstractModel(Choice, frozen=True):
    """What all models have: how their parameters start."""

    tasks: ClassVar[tuple[str, ...]]

    init: Annotated[
        Literal[
            "glorot",
            "glorot_normal",
            "he_uniform",
            "he",
            "orthogonal",
            "uniform",
            "normal",
            "zeros",
        ],
        described(
            "Initial weights",
            "How the first, random guess is drawn; all zeros leaves a network's neurons alike.",
            titles={
                "glorot": "Glorot, uniform",
                "glorot_normal": "Glorot, normal",
                "he_uniform": "He, uniform",
                "he": "He, normal",
            },
            more=True,
        ),
    ] = "glorot"
    init_scale: Annotated[
        float,
        described(
            "Spread",
            "How far weights and biases start from 0: the standard deviation of normal ones, the "
            "limit of uniform ones.",
            gt=0,
            le=100,
            scale="log",
            more=True,
            when=lambda s: s.init in ("normal", "uniform"),
        ),
    ] = 0.5
    seed: Annotated[
        int,
        described(
            "Seed",
            "Which random start is drawn; Reset keeps it, so that two runs start alike.",
            ge=0,
            le=2**32 - 1,
            editor="seed",
        ),
    ] = 0

    def widths(self, terms: int, outputs: int) -> tuple[int, ...]:
        """Return the network's widths, from inputs to outputs."""
        return (terms, outputs)


class Linear(AbstractModel, frozen=True, tag="linear"):
    """ŷ = b + Σ w·x: a weight for each input, and a bias."""

    title: ClassVar[str] = "Linear regression"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)


class Polynomial(AbstractModel, frozen=True, tag="polynomial"):
    """A linear model of all products of inputs up to a degree: it can bend."""

    title: ClassVar[str] = "Polynomial"
    tasks: ClassVar[tuple[str, ...]] = ("regression", "classification")
    degree: Annotated[
        int,
        described(
            "Degree",
            "The highest power: more bends, and more room to learn the noise by heart.",
            ge=1,
            le=20,
        ),
    ] = 3


class Logistic(AbstractModel, frozen=True, tag="logistic"):
    """A linear model whose outputs are squeezed into probabilities (softmax for 3 and more)."""

    title: ClassVar[str] = "Logistic regression"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)


class Mlp(AbstractModel, frozen=True, tag="mlp"):
    """Layers of neurons, each a bent sum of the layer before: a neural network."""

    title: ClassVar[str] = "Neural network"
    tasks: ClassVar[tuple[str, ...]] = ("regression", "classification")
    hidden: Annotated[
        tuple[Width, ...],
        described(
            "Hidden layers",
            "How many neurons each hidden layer has, such as 8 · 8; up to 100 layers.",
            editor="layers",
        ),
    ] = (8, 8)
    activation: Annotated[
        Literal[
            "identity", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "sigmoid"
        ],
        described(
            "Activation",
            "The bend in every neuron; with identity even a deep network is one straight line.",
            titles={name: activation.title for name, activation in ACTIVATIONS.items()},
        ),
    ] = "tanh"

    dropout: Annotated[
        float,
        described(
            "Dropout",
            "The share of hidden neurons left out at each step, so that none relies on another.",
            ge=0,
            lt=1,
            more=True,
        ),
    ] = 0.0

    def check(self) -> None:
        if len(self.hidden) > 100:
            raise ValueError(
                f"hidden: Hidden layers can be at most 100; there are {len(self.hidden)}."
            )

    def widths(self, terms: int, outputs: int) -> tuple[int, ...]:
        return (terms, *self.hidden, outputs)


Model = Linear | Polynomial | Logistic | Mlp
