"""Reading and changing a tree of settings by dotted paths; an edit makes another tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from gd_studio.errors import SettingError
from gd_studio.settings.annotations import field_type, fields_of, group_at, kinds_at
from gd_studio.settings.conversion import convert, plain
from gd_studio.settings.description import Setting, describe
from gd_studio.settings.group import Choice, Settings, kind_of
from gd_studio.settings.sentences import joined, unknown_kind

T = TypeVar("T")


def merged(base: Any, change: Any, type_: Any) -> Any:
    """Return `base` (plain) with a partial `change` (plain) laid over it.

    Where the change names another `kind`, that kind's defaults stand under it instead.
    """
    if not (isinstance(base, Mapping) and isinstance(change, Mapping)):
        return change
    if "kind" in change and change["kind"] != base.get("kind"):
        chosen = kinds_at(type_).get(str(change["kind"]))
        base = plain(_default(chosen)) if chosen is not None else {}
    fields = fields_of(group_at(type_, base))
    result = dict(base)
    for key, value in change.items():
        result[key] = merged(base.get(key), value, fields[key]) if key in fields else value
    return result


def edited(tree: T, path: str, value: object) -> T:
    """Return the tree with one setting changed, checked as a whole.

    Editing a `kind` takes the new kind's defaults but carries over the settings that both
    kinds have, save those marked `own` (a learning rate that suits one optimizer ruins another).
    """
    return edited_together(tree, {path: value})


def edited_together(tree: T, changes: Mapping[str, object]) -> T:
    """Return the tree with several settings changed in order, checked only when all are."""
    top = plain(tree)
    for path, value in changes.items():
        _change(top, type(tree), path, value)
    result: T = convert(top, type(tree))
    return result


def value_at(tree: object, path: str) -> Any:
    """Return the value at a dotted path, `optimizer.kind` included."""
    for key in path.split("."):
        if key == "kind" and isinstance(tree, Choice):
            tree = kind_of(tree)
        elif isinstance(tree, Settings) and key in tree.__struct_fields__:
            tree = getattr(tree, key)
        else:
            raise SettingError(path, f"There is no setting called {path}.")
    return tree


def setting_at(tree: Settings, path: str) -> Setting | None:
    """Return the description of the setting at a dotted path, or None for a whole group."""
    *parents, last = path.split(".")
    group = value_at(tree, ".".join(parents)) if parents else tree
    if not isinstance(group, Settings):
        raise SettingError(path, f"There is no setting called {path}.")
    return next((s for s in describe(type(group)) if s.name == last), None)


def differences(old: Settings, new: Settings, prefix: str = "") -> dict[str, Any]:
    """Return {path: new value} for every setting that differs between two trees."""
    changes: dict[str, Any] = {}
    for name in new.__struct_fields__:
        before, after = getattr(old, name), getattr(new, name)
        path = joined(prefix, name)
        same_kind = type(before) is type(after)
        if same_kind and isinstance(after, Settings):
            changes |= differences(before, after, path)
        elif not same_kind or before != after:
            changes[path] = plain(after)
    return changes


def _change(top: Any, type_: Any, path: str, value: object) -> None:
    *parents, last = path.split(".")
    node = top
    for key in parents:
        if not isinstance(node, dict) or key not in node:
            raise SettingError(path, f"There is no setting called {path}.")
        type_ = field_type(type_, node, key)
        if node[key] is None:
            node[key] = {}
        node = node[key]
    if not isinstance(node, dict):
        raise SettingError(path, f"There is no setting called {path}.")
    if last == "kind" and kinds_at(type_):
        _change_kind(node, type_, value, path)
    else:
        node[last] = plain(value)


def _change_kind(node: dict[str, Any], type_: Any, value: object, path: str) -> None:
    known = kinds_at(type_)
    chosen = known.get(str(value))
    if chosen is None:
        raise SettingError(path, unknown_kind(path, value, known))
    if node.get("kind") == value:
        return
    kept = {s.name: node[s.name] for s in describe(chosen) if s.name in node and not s.own}
    node.clear()
    node.update(plain(_default(chosen)) | kept)


def _default(group: type[Settings]) -> Settings:
    return group()
