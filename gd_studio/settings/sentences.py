"""What is wrong with a setting, as a sentence in the user's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from gd_studio.errors import SettingError
from gd_studio.settings.annotations import field_type, group_at, kinds_at
from gd_studio.settings.description import Setting, describe


def as_setting_error(
    error: msgspec.ValidationError, value: object, type_: Any, prefix: str
) -> SettingError:
    message = str(error)
    found = re.search(r" - at `\$\.?([^`]*)`$", message)
    inner = found.group(1) if found else ""
    message = message[: found.start()] if found else message
    path = joined(prefix, inner)
    unknown = re.match(r"Object contains unknown field `(.*)`", message)
    if unknown:
        where = f" in {path}" if path else ""
        return SettingError(
            joined(path, unknown.group(1)),
            f"There is no setting called {unknown.group(1)!r}{where}; "
            f"correct the name or remove it.",
        )
    given, setting, owner = _find(value, type_, inner)
    if inner.endswith("kind") and message.startswith("Invalid value"):
        return SettingError(path, unknown_kind(path, given, kinds_at(owner)))
    named = f"{setting.title} ({path})" if setting else path or "The experiment"
    return SettingError(path, f"{named} {_must(message, setting)}, not {shown(given)}.")


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
            group = group_at(type_, value)
            setting = None
            if group is not None:
                setting = next((s for s in describe(group) if s.name == key), None)
            type_ = field_type(type_, value, key)
            value = value.get(key)
        elif isinstance(value, list | tuple) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            break
    return value, setting, owner


def unknown_kind(path: str, value: object, known: Mapping[str, object]) -> str:
    """Say which kinds there are, where none of them was given."""
    return f"{path} cannot be {shown(value)}; choose one of: {', '.join(known)}."


def _in_words(message: str) -> str:
    """Turn "Expected `int` >= 1" into "at least 1"."""
    found = re.search(r"(>=|<=|>|<) (\S+)", message)
    words = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}
    return f"{words[found.group(1)]} {found.group(2)}" if found else _lower(message)


def shown(value: object) -> str:
    """Return a value as a sentence can show it, cut where it would not end."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


def joined(path: str, name: str) -> str:
    """Return the dotted path of a setting in a group; at the top it is its name."""
    return f"{path}.{name}" if path and name else path or name
