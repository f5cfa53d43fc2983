"""What a change of settings says without saying it: a loss, a function, a landscape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gd_studio.engine.losses import LOSSES
from gd_studio.settings import plain


def with_loss_kind(change: dict[str, Any]) -> dict[str, Any]:
    """Return a change in which a group of settings, but of no loss, names the first that fits."""
    loss = part_of(change, "loss")
    return {**change, "loss": {**_first_loss_with(loss), **loss}} if loss else change


def with_loss_path(changes: dict[str, Any]) -> dict[str, Any]:
    """Return changes by path in which settings of no loss name the first that fits."""
    names = [path.removeprefix("loss.") for path in changes if path.startswith("loss.")]
    kind = _first_loss_with(names)
    return {**{f"loss.{key}": word for key, word in kind.items()}, **changes} if names else changes


def with_function(change: dict[str, Any]) -> dict[str, Any]:
    """Return a change, by path or by group, in which a formula is the function to descend."""
    if "model.formula" in change and "model.function" not in change:
        return {**change, "model.function": "formula"}
    model = part_of(change, "model")
    if "formula" in model and "function" not in model and "model.function" not in change:
        return {**change, "model": {**model, "function": "formula"}}
    return change


def with_landscape(change: dict[str, Any]) -> dict[str, Any]:
    """Return a change in which a landscape brings no data along, and no data a landscape."""
    data, model = (part_of(change, name) for name in ("data", "model"))
    if model.get("kind") == "landscape" and "data" not in change:
        return {**change, "data": {"kind": "none"}}
    if data.get("kind") == "none" and "kind" not in model:
        return {**change, "model": {"kind": "landscape", **model}}
    return change


def touched_by(changes: dict[str, Any]) -> set[str]:
    """Return the paths that a change names, and those inside of the groups that it gives whole."""
    whole = {path: plain(value) for path, value in changes.items()}
    return {f"{path}.{key}" for path in whole for key in part_of(whole, path)} | changes.keys()


def part_of(change: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a group of a change; {} where it names none."""
    part = change.get(name)
    return part if isinstance(part, dict) else {}


def _first_loss_with(names: Iterable[str]) -> dict[str, str]:
    """Return the kind of the first loss that has all of these settings; nothing if none has."""
    having = [kind for kind, c in LOSSES.items() if set(names) <= set(c.__struct_fields__)]
    return {"kind": having[0]} if having else {}
