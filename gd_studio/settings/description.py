"""How a setting is described: once, in its annotation, for forms, files and sentences alike."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from gd_studio.settings.annotations import fields_of, unwrap
from gd_studio.settings.group import Settings


def described(
    title: str,
    help: str,
    *,
    gt: float | None = None,
    ge: float | None = None,
    lt: float | None = None,
    le: float | None = None,
    unit: str = "",
    scale: Literal["linear", "log"] = "linear",
    more: bool = False,
    live: bool = False,
    own: bool = False,
    when: Callable[[Any], bool] | None = None,
    titles: Mapping[str, str] | None = None,
    editor: str = "",
) -> msgspec.Meta:
    """Describe a setting.

    `more`: shown only under *More*. `live`: may change in mid-run from the next step.
    `own`: not carried over when the kind changes. `when`: shown only if it holds for the group.
    `titles`: what each choice is called on screen. `editor`: a special editor's name.
    """
    extra = {
        "unit": unit,
        "scale": scale,
        "more": more,
        "live": live,
        "own": own,
        "when": when,
        "titles": dict(titles or {}),
        "editor": editor,
    }
    bounds = {"gt": gt, "ge": ge, "lt": lt, "le": le}
    given: dict[str, Any] = {k: v for k, v in bounds.items() if v is not None}
    return msgspec.Meta(title=title, description=help, extra=extra, **given)


@dataclass(frozen=True)
class Setting:
    """One described field, as forms, the command line and error sentences need it."""

    name: str
    title: str
    help: str
    editor: str  # "number" "integer" "switch" "choice" "text" or a special editor's name
    default: object
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    open_minimum: bool = False
    open_maximum: bool = False
    unit: str = ""
    scale: str = "linear"
    more: bool = False
    live: bool = False
    own: bool = False
    when: Callable[[Any], bool] | None = None
    choices: tuple[tuple[str, str], ...] = ()  # (word in files, words on screen)

    def bounds(self) -> str:
        """Say the bounds as an ending of "must be ...", such as "above 0 and at most 1"."""
        parts = []
        if self.minimum is not None:
            parts.append(f"{'above' if self.open_minimum else 'at least'} {self.minimum:.12g}")
        if self.maximum is not None:
            parts.append(f"{'below' if self.open_maximum else 'at most'} {self.maximum:.12g}")
        return " and ".join(parts)


_DESCRIBED: dict[type[Settings], tuple[Setting, ...]] = {}


def describe(group: type[Settings]) -> tuple[Setting, ...]:
    """Return the settings of a group in the order in which they were written."""
    known = _DESCRIBED.get(group)
    if known is None:
        known = _DESCRIBED[group] = tuple(_settings(group))
    return known


def visible(group: Settings) -> tuple[Setting, ...]:
    """Return the settings of a group that make sense for its present values."""
    return tuple(s for s in describe(type(group)) if s.when is None or s.when(group))


_EDITORS = {bool: "switch", int: "integer", float: "number", str: "text"}


def _settings(group: type[Settings]) -> Iterator[Setting]:
    hints = fields_of(group)
    for field in msgspec.structs.fields(group):
        meta, base, optional = unwrap(hints[field.name])
        if meta is None or not meta.extra:
            continue
        default = field.default
        if default is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        extra = meta.extra
        editor = _EDITORS.get(base, "choice" if get_origin(base) is Literal else "")
        titles = extra["titles"]
        words = _words(base)
        yield Setting(
            name=field.name,
            title=meta.title or field.name,
            help=meta.description or "",
            editor=extra["editor"] or editor,
            default=default,
            optional=optional,
            minimum=meta.gt if meta.gt is not None else meta.ge,
            maximum=meta.lt if meta.lt is not None else meta.le,
            open_minimum=meta.gt is not None,
            open_maximum=meta.lt is not None,
            choices=tuple((w, titles.get(w, w.replace("_", " "))) for w in words),
            **{k: extra[k] for k in ("unit", "scale", "more", "live", "own", "when")},
        )


def _words(base: Any) -> tuple[str, ...]:
    """Return the words a setting may be, also where it may be something else instead."""
    if get_origin(base) is Literal:
        return get_args(base)
    members = get_args(base) if get_origin(base) in (Union, types.UnionType) else ()
    return tuple(word for member in members for word in _words(member))
