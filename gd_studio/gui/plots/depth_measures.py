"""What the depth view can show of each layer: its number, its words, and how it is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from gd_studio.experiment.depth import Activity, LayerDepth
from gd_studio.gui.numbers import counted, exact, percent

Layers = tuple[tuple[LayerDepth, Activity | None], ...]


@dataclass(frozen=True)
class Measure:
    """One kind of bar: `value` of a layer, None where it has no such thing.

    `log`: drawn on a logarithmic axis; `spread`: drawn as mean ± deviation.
    """

    title: str
    axis: str
    value: Callable[[LayerDepth, Activity | None], float | None]
    log: bool = True
    spread: bool = False
    unit: str = ""


def _mean(_: LayerDepth, activity: Activity | None) -> float | None:
    return None if activity is None else activity.mean


def _share_flat(layer: LayerDepth, activity: Activity | None) -> float | None:
    if activity is None:
        return None
    if activity.saturated is not None:
        return 100 * activity.saturated
    return None if activity.inactive is None else 100 * activity.inactive / layer.units


MEASURES = {
    "gradient": Measure("Gradient norm", "‖g‖", lambda x, _: x.gradient),
    "weights": Measure("Weight norm", "‖θ‖", lambda x, _: x.weights),
    "ratio": Measure("Update to weight ratio", "‖Δθ‖ / ‖θ‖", lambda x, _: x.ratio),
    "activation": Measure(
        "Activations: mean ± deviation", "activation", _mean, log=False, spread=True
    ),
    "flat": Measure("Saturated or dead", "share in %", _share_flat, log=False, unit=" %"),
}


def flat_words(layer: LayerDepth, activity: Activity | None, word: str = "never active") -> str:
    """Say which share of a layer is saturated, or how many of its units are `word`."""
    said = flat_number(layer, activity)
    if activity is None or said == "–":
        return said
    return f"{said} saturated" if activity.saturated is not None else f"{said} units {word}"


def flat_number(layer: LayerDepth, activity: Activity | None) -> str:
    """Write the share of a layer that is saturated, or how many of its units never act."""
    if activity is None:
        return "…"
    if activity.saturated is not None:
        return percent(activity.saturated)
    return "–" if activity.inactive is None else f"{activity.inactive} of {layer.units}"


def ratio_words(layer: LayerDepth) -> str:
    """Write the update-to-weight ratio, or that there is none."""
    return "–" if math.isnan(layer.ratio) and layer.before == 0 else exact(layer.ratio, 3)


def spread_words(activity: Activity | None) -> str:
    """Write mean and deviation of a layer's activations."""
    if activity is None:
        return "…"
    return f"{exact(activity.mean, 2)} ± {exact(activity.deviation, 2)}"


def layer_words(layer: LayerDepth, activity: Activity | None, word: str) -> str:
    """Say everything about a layer, a line each."""
    lines = [
        f"{layer.name} · {counted(layer.units, 'unit')}",
        f"gradient norm {exact(layer.gradient)}",
        f"weight norm {exact(layer.weights)}",
        f"update norm {exact(layer.update)} = {ratio_words(layer)} of the weights",
    ]
    if activity is not None:
        lines.append(f"activations {exact(activity.mean)} ± {exact(activity.deviation)}")
        flat = flat_words(layer, activity, word)
        lines += [] if flat == "–" else [flat]
    return "\n".join(lines)
