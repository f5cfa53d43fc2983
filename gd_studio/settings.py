"""What a described setting is: the ground that engine, data and experiment all stand on.

A setting is written once, as an annotated field of a frozen struct:

    learning_rate: Annotated[float, described("Learning rate", "How far ...", gt=0, scale="log")]

Its form row, tooltip, bounds, `--set` path, file key and error sentence all come from that line.
Choices are tagged unions: each member is a class with a `kind` (its word in files) and a `title`.
"""

from __future__ import annotations

import math
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

import msgspec
import numpy as np

from gd_studio.errors import SettingError

T = TypeVar("T")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A frozen group of settings; edited by making another one (see `edited`)."""

    title: ClassVar[str] = ""

    def check(self) -> None:
        """Raise `ValueError("field: sentence")` when fields do not fit one another."""


class Choice(Settings, frozen=True, tag_field="kind"):
    """A group that is one of several kinds, told apart by the key `kind` in files."""


def kind_of(settings: Choice | type[Choice]) -> str:
    """Return the word by which files name this kind, such as "sgd"."""
    return str(settings.__struct_config__.tag)


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


def describe(group: type[Settings]) -> tuple[Setting, ...]:
    """Return the settings of a group in the order in which they were written."""
    known = _DESCRIBED.get(group)
    if known is None:
        known = _DESCRIBED[group] = tuple(_settings(group))
    return known


def visible(group: Settings) -> tuple[Setting, ...]:
    """Return the settings of a group that make sense for its present values."""
    return tuple(s for s in describe(type(group)) if s.when is None or s.when(group))


def kinds(union: Any) -> dict[str, type[Choice]]:
    """Return a union's members by their word in files, in the order written."""
    return {kind_of(member): member for member in get_args(union) or (union,)}


def convert(value: object, type_: type[T] | Any, path: str = "") -> Any:
    """Return `value` (plain dicts and lists) as a checked `type_`.

    Adds to msgspec's own checks: every float is finite, and each group's cross-field rules.
    Raises SettingError with a sentence that names the setting.
    """
    value = _with_numpy_listed(value)
    _refuse_what_json_cannot_hold(value, path, type_)
    try:
        result = msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        raise _as_setting_error(error, value, type_, path) from None
    for where, group in _groups(result, path):
        try:
            group.check()
        except ValueError as error:
            field, _, sentence = str(error).partition(": ")
            raise SettingError(_join(where, field), sentence) from None
    return result


def plain(tree: object) -> Any:
    """Return settings as plain dicts, lists, numbers and strings, as JSON would hold them."""
    return msgspec.to_builtins(tree, enc_hook=_without_numpy)


def merged(base: Any, change: Any, type_: Any) -> Any:
    """Return `base` (plain) with a partial `change` (plain) laid over it.

    Where the change names another `kind`, that kind's defaults stand under it instead.
    """
    if not (isinstance(base, Mapping) and isinstance(change, Mapping)):
        return change
    known = _kinds_at(type_)
    if "kind" in change and change["kind"] != base.get("kind"):
        chosen = known.get(str(change["kind"]))
        base = plain(_default(chosen)) if chosen is not None else {}
    group = known.get(str(base.get("kind"))) if known else _struct_at(type_)
    fields = typing.get_type_hints(group, include_extras=True) if group is not None else {}
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


def _change(top: Any, type_: Any, path: str, value: object) -> None:
    *parents, last = path.split(".")
    node = top
    for key in parents:
        if not isinstance(node, dict) or key not in node:
            raise SettingError(path, f"There is no setting called {path}.")
        type_ = _field_type(type_, node, key)
        if node[key] is None:
            node[key] = {}
        node = node[key]
    if not isinstance(node, dict):
        raise SettingError(path, f"There is no setting called {path}.")
    if last == "kind" and _kinds_at(type_):
        _change_kind(node, type_, value, path)
    else:
        node[last] = plain(value)


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
        path = _join(prefix, name)
        same_kind = type(before) is type(after)
        if same_kind and isinstance(after, Settings):
            changes |= differences(before, after, path)
        elif not same_kind or before != after:
            changes[path] = plain(after)
    return changes


# --- reading annotations ---------------------------------------------------------------------

_DESCRIBED: dict[type[Settings], tuple[Setting, ...]] = {}
_EDITORS = {bool: "switch", int: "integer", float: "number", str: "text"}


def _settings(group: type[Settings]) -> Iterator[Setting]:
    hints = typing.get_type_hints(group, include_extras=True)
    for field in msgspec.structs.fields(group):
        meta, base, optional = _unwrap(hints[field.name])
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


def _unwrap(hint: Any) -> tuple[msgspec.Meta | None, Any, bool]:
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


def _kinds_at(type_: Any) -> dict[str, type[Choice]]:
    _, bare, _ = _unwrap(type_)
    members = get_args(bare) if get_origin(bare) in (Union, types.UnionType) else (bare,)
    return {
        kind_of(m): m for m in members if isinstance(m, type) and issubclass(m, Choice)
    }


def _struct_at(type_: Any) -> type[Settings] | None:
    _, bare, _ = _unwrap(type_)
    return bare if isinstance(bare, type) and issubclass(bare, Settings) else None


def _field_type(type_: Any, node: Mapping[str, Any], key: str) -> Any:
    known = _kinds_at(type_)
    group = known.get(str(node.get("kind"))) if known else _struct_at(type_)
    hints = typing.get_type_hints(group, include_extras=True) if group is not None else {}
    return hints.get(key, object)


def _default(group: type[Settings]) -> Settings:
    return group()


def _change_kind(node: dict[str, Any], type_: Any, value: object, path: str) -> None:
    known = _kinds_at(type_)
    chosen = known.get(str(value))
    if chosen is None:
        raise SettingError(path, _unknown_kind(path, value, known))
    if node.get("kind") == value:
        return
    kept = {s.name: node[s.name] for s in describe(chosen) if s.name in node and not s.own}
    node.clear()
    node.update(plain(_default(chosen)) | kept)


def _groups(value: object, path: str) -> Iterator[tuple[str, Settings]]:
    if isinstance(value, Settings):
        for name in value.__struct_fields__:
            yield from _groups(getattr(value, name), _join(path, name))
        yield path, value


def _with_numpy_listed(value: object) -> object:
    """Return plain values with numpy's numbers and arrays among them as Python's own."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: _with_numpy_listed(inner) for key, inner in value.items()}
    return [_with_numpy_listed(v) for v in value] if isinstance(value, list | tuple) else value


def _without_numpy(value: object) -> object:
    """Return numpy's numbers and arrays, which a notebook may hand in, as Python's own."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise SettingError("", f"{_shown(value)} cannot be a setting.")


# --- sentences ---------------------------------------------------------------------------------


def _refuse_what_json_cannot_hold(value: object, path: str, type_: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise SettingError(path, f"{path} must be a finite number, not {value}.")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                where = path or "The experiment"
                raise SettingError(path, f"{where} must have text as keys, not {_shown(key)}.")
            _refuse_what_json_cannot_hold(inner, _join(path, key), type_)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _refuse_what_json_cannot_hold(inner, f"{path}[{index}]", type_)


def _as_setting_error(
    error: msgspec.ValidationError, value: object, type_: Any, prefix: str
) -> SettingError:
    message = str(error)
    found = re.search(r" - at `\$\.?([^`]*)`$", message)
    inner = found.group(1) if found else ""
    message = message[: found.start()] if found else message
    path = _join(prefix, inner)
    unknown = re.match(r"Object contains unknown field `(.*)`", message)
    if unknown:
        where = f" in {path}" if path else ""
        return SettingError(
            _join(path, unknown.group(1)),
            f"There is no setting called {unknown.group(1)!r}{where}; "
            f"correct the name or remove it.",
        )
    given, setting, owner = _find(value, type_, inner)
    if inner.endswith("kind") and message.startswith("Invalid value"):
        return SettingError(path, _unknown_kind(path, given, _kinds_at(owner)))
    named = f"{setting.title} ({path})" if setting else path or "The experiment"
    return SettingError(path, f"{named} {_must(message, setting)}, not {_shown(given)}.")


def _must(message: str, setting: Setting | None) -> str:
    """Turn msgspec's message into the middle of a sentence, such as "must be above 0"."""
    wanted = message.removeprefix("Expected ").replace("`", "").partition(", got")[0]
    if setting is not None and setting.choices and message.startswith("Invalid enum value"):
        return f"must be one of {', '.join(word for word, _ in setting.choices)}"
    if "missing required field" in message:
        return f"must have the key {message.partition('`')[2].rstrip('`')!r}"
    if not message.startswith("Expected"):
        return f"is wrong: {_lower(message)}"
    if " of length " in message:
        return f"must have a length of {_in_words(message)}"
    if re.search(r"[<>]=?|multiple", message):
        return f"must be {(setting.bounds() if setting else '') or _in_words(message)}"
    return f"must be {_TYPE_WORDS.get(wanted, wanted)}"


_TYPE_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "str | array": "a word or a list of numbers",
    "object": "an object of settings",
    "int | null": "a whole number or null",
    "float | null": "a number or null",
    "str | null": "text or null",
    "bool | null": "true, false or null",
    "array | null": "a list or null",
    "object | null": "an object of settings or null",
}


def _find(value: object, type_: Any, path: str) -> tuple[object, Setting | None, Any]:
    """Follow an error's path through plain values and types to (value, description, type)."""
    setting: Setting | None = None
    owner = type_
    for key in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, Mapping):
            owner = type_
            known = _kinds_at(type_)
            group = known.get(str(value.get("kind"))) if known else _struct_at(type_)
            setting = None
            if group is not None:
                setting = next((s for s in describe(group) if s.name == key), None)
            type_ = _field_type(type_, value, key)
            value = value.get(key)
        elif isinstance(value, list | tuple) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            break
    return value, setting, owner


def _unknown_kind(path: str, value: object, known: Mapping[str, object]) -> str:
    return f"{path} cannot be {_shown(value)}; choose one of: {', '.join(known)}."


def _in_words(message: str) -> str:
    """Turn "Expected `int` >= 1" into "at least 1"."""
    found = re.search(r"(>=|<=|>|<) (\S+)", message)
    words = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}
    return f"{words[found.group(1)]} {found.group(2)}" if found else _lower(message)


def _shown(value: object) -> str:
    """Return a value as a sentence can show it, cut where it would not end."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
