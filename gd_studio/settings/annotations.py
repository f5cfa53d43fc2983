"""What an annotation allows at a place in a tree: bare type, kinds, and fields of a group."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from gd_studio.settings.group import Choice, Settings, kind_of


def unwrap(hint: Any) -> tuple[msgspec.Meta | None, Any, bool]:
    """Return (description, bare type, may be None) of an annotation."""
    meta: msgspec.Meta | None = None
    optional = False
    while True:
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            meta = next((n for n in notes if isinstance(n, msgspec.Meta)), meta)
        elif get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
            members = [a for a in get_args(hint) if a is not type(None)]
            optional = True
            if len(members) > 1:
                return meta, Union[tuple(members)], True  # noqa: UP007
            hint = members[0]
        else:
            return meta, hint, optional


def kinds_at(type_: Any) -> dict[str, type[Choice]]:
    """Return the kinds that an annotation allows by their word in files; {} for no choice."""
    _, bare, _ = unwrap(type_)
    members = get_args(bare) if get_origin(bare) in (Union, types.UnionType) else (bare,)
    return {kind_of(m): m for m in members if isinstance(m, type) and issubclass(m, Choice)}


def group_at(type_: Any, node: Mapping[str, Any]) -> type[Settings] | None:
    """Return the group that a plain node stands for, by its `kind` where there are several."""
    known = kinds_at(type_)
    if known:
        return known.get(str(node.get("kind")))
    _, bare, _ = unwrap(type_)
    return bare if isinstance(bare, type) and issubclass(bare, Settings) else None


def fields_of(group: type[Settings] | None) -> dict[str, Any]:
    """Return {field: annotation} of a group; of none where the group is unknown."""
    return typing.get_type_hints(group, include_extras=True) if group is not None else {}


def field_type(type_: Any, node: Mapping[str, Any], key: str) -> Any:
    """Return the annotation of one field of a plain node."""
    return fields_of(group_at(type_, node)).get(key, object)
