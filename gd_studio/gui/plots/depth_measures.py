"""What the depth view can show of each layer: its number, its words, and how it is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from gd_studio.experiment.depth import Activity, LayerDepth
from gd_studio.gui.numbers import counted, exact, percent

NONE = "–"  # there is no such number
LATER = "…"  # it is still being computed

Layers = tuple[tuple[LayerDepth, Activity | None], ...]


@dataclass(frozen=True)
class Measure:
    """One kind of bar: `value` of a layer, None where it has no such thing.

    `why` says why it has none, or "" while it is being computed.
    `log`: drawn on a logarithmic axis; `spread`: drawn as mean ± deviation.
    """

    title: str
    axis: str
    value: Callable[[LayerDepth, Activity | None], float | None]
    why: Callable[[LayerDepth, Activity | None], str] = lambda _, __: ""
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


def _ratio(layer: LayerDepth, _: Activity | None) -> float | None:
    return None if math.isnan(layer.ratio) and layer.before == 0 else layer.ratio


def why_not_flat(layer: LayerDepth, activity: Activity | None) -> str:
    """Say why a layer has no share of saturated or dead units; "" if it has, or may have."""
    if activity is None or _share_flat(layer, activity) is not None:
        return ""
    if layer.name == "output":
        return "a plain sum has no flat end"
    return "this activation has no flat end"


def why_no_ratio(layer: LayerDepth, activity: Activity | None) -> str:
    """Say why a layer has no update-to-weight ratio; "" if it has."""
    if _ratio(layer, activity) is not None:
        return ""
    return "all its weights were 0 before the step, and it did not move them"


MEASURES = {
    "gradient": Measure("Gradient norm", "‖g‖", lambda x, _: x.gradient),
    "weights": Measure("Weight norm", "‖θ‖", lambda x, _: x.weights),
    "ratio": Measure("Update to weight ratio", "‖Δθ‖ / ‖θ‖", _ratio, why_no_ratio),
    "activation": Measure(
        "Activations: mean ± deviation", "activation", _mean, log=False, spread=True
    ),
    "flat": Measure(
        "Saturated or dead", "share in %", _share_flat, why_not_flat, log=False, unit=" %"
    ),
}


def flat_words(layer: LayerDepth, activity: Activity | None, word: str = "never active") -> str:
    """Say which share of a layer is saturated, or how many of its units are `word`."""
    said = flat_number(layer, activity)
    if activity is None:
        return said
    if said == NONE:
        return f"saturated or dead: no number, for {why_not_flat(layer, activity)}"
    return f"{said} saturated" if activity.saturated is not None else f"{said} units {word}"


def flat_number(layer: LayerDepth, activity: Activity | None) -> str:
    """Write the share of a layer that is saturated, or how many of its units never act."""
    if activity is None:
        return LATER
    if activity.saturated is not None:
        return percent(activity.saturated)
    return NONE if activity.inactive is None else f"{activity.inactive} of {layer.units}"


def ratio_words(layer: LayerDepth) -> str:
    """Write the update-to-weight ratio, or that there is none."""
    return NONE if _ratio(layer, None) is None else exact(layer.ratio, 3)


def spread_words(activity: Activity | None) -> str:
    """Write mean and deviation of a layer's activations."""
    if activity is None:
        return LATER
    return f"{exact(activity.mean, 2)} ± {exact(activity.deviation, 2)}"


def layer_words(layer: LayerDepth, activity: Activity | None, word: str) -> str:
    """Say everything about a layer, a line each."""
    lines = [
        f"{layer.name} · {counted(layer.units, 'unit')}",
        f"gradient norm {exact(layer.gradient)}",
        f"weight norm {exact(layer.weights)}",
        f"update norm {exact(layer.update)}{_of_weights(layer)}",
    ]
    if activity is not None:
        lines.append(f"activations {exact(activity.mean)} ± {exact(activity.deviation)}")
        lines.append(flat_words(layer, activity, word))
    return "\n".join(lines)


def missing_words(layers: Layers, measure: Measure) -> str:
    """Say which layers have no number of a measure, and why; "" if all have."""
    names: dict[str, list[str]] = {}
    for layer, activity in layers:
        why = measure.why(layer, activity)
        if why:
            names.setdefault(why, []).append(layer.name)
    said = [
        f"{', '.join(of) if len(of) < 4 else counted(len(of), 'layer')}: {why}"
        for why, of in names.items()
    ]
    return f"no number in {'; in '.join(said)}" if said else ""


def _of_weights(layer: LayerDepth) -> str:
    why = why_no_ratio(layer, None)
    return f": {why}" if why else f" = {ratio_words(layer)} of the weights"
