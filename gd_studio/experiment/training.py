"""How the loop of a run goes: batches, their order, checks, clipping, precision."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from gd_studio.settings import Settings, described


def _limit(title: str, help: str) -> Any:
    """Describe a bound of the gradient, which may be set while the loop runs."""
    return described(title, help, gt=0, le=1e12, scale="log", more=True, live=True)


class Training(Settings, frozen=True):
    """How the loop runs."""

    title: ClassVar[str] = "Training"
    batch_size: (
        Annotated[
            int,
            described(
                "Batch size",
                "How many rows each step looks at before it adjusts; fewer makes a noisier path.",
                ge=1,
                le=100_000_000,
                live=True,
                editor="batch",
            ),
        ]
        | None
    ) = 32
    seed: Annotated[
        int,
        described(
            "Batch seed",
            "In which order the rows are visited.",
            ge=0,
            le=2**32 - 1,
            more=True,
        ),
    ] = 0
    evaluate_every: (
        Annotated[
            int,
            described(
                "Evaluate every",
                "All rows are checked after this many steps; empty: once per epoch.",
                ge=1,
                le=1_000_000,
                unit="steps",
                more=True,
            ),
        ]
        | None
    ) = None
    clip_norm: (
        Annotated[
            float,
            _limit(
                "Clip gradient at",
                "A longer gradient is shortened to this, so that a cliff throws nothing far.",
            ),
        ]
        | None
    ) = None
    clip_value: (
        Annotated[
            float,
            _limit(
                "Clip each entry at",
                "No single entry of the gradient counts for more than this, up or down.",
            ),
        ]
        | None
    ) = None
    precision: Annotated[
        Literal["float64", "float32"],
        described(
            "Precision",
            "How many digits each number keeps: about 16, or about 7 at half the memory.",
            titles={"float64": "64 bit", "float32": "32 bit"},
            more=True,
        ),
    ] = "float64"
    threads: Annotated[
        int,
        described(
            "Threads",
            "How many processor threads one product of matrices may use; 1 suits small models.",
            ge=1,
            le=256,
            more=True,
        ),
    ] = 1
