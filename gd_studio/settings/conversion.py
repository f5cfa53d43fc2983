"""From plain values to checked settings and back: every edit and every file goes through here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec
import numpy as np

from gd_studio.errors import SettingError
from gd_studio.settings.group import Settings
from gd_studio.settings.sentences import as_setting_error, joined, shown

T = TypeVar("T")


def convert(value: object, type_: type[T] | Any, path: str = "") -> Any:
    """Return `value` (plain dicts and lists) as a checked `type_`.

    Adds to msgspec's own checks: every float is finite, and each group's cross-field rules.
    Raises SettingError with a sentence that names the setting.
    """
    value = _with_numpy_listed(value)
    refuse_what_json_cannot_hold(value, path, type_)
    try:
        result = msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        raise as_setting_error(error, value, type_, path) from None
    for where, group in groups(result, path):
        try:
            group.check()
        except ValueError as error:
            field, _, sentence = str(error).partition(": ")
            raise SettingError(joined(where, field), sentence) from None
    return result


def plain(tree: object) -> Any:
    """Return settings as plain dicts, lists, numbers and strings, as JSON would hold them."""
    return msgspec.to_builtins(tree, enc_hook=_without_numpy)


def groups(value: object, path: str) -> Iterator[tuple[str, Settings]]:
    if isinstance(value, Settings):
        for name in value.__struct_fields__:
            yield from groups(getattr(value, name), joined(path, name))
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
    raise SettingError("", f"{shown(value)} cannot be a setting.")


def refuse_what_json_cannot_hold(value: object, path: str, type_: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise SettingError(path, f"{path} must be a finite number, not {value}.")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                where = path or "The experiment"
                raise SettingError(path, f"{where} must have text as keys, not {shown(key)}.")
            refuse_what_json_cannot_hold(inner, joined(path, key), type_)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            refuse_what_json_cannot_hold(inner, f"{path}[{index}]", type_)
