"""Where `gd-studio` and `python -m gd_studio` start: the window, or the command line.

The window is opened from here, so that it never waits for what only the command line needs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

COMMANDS = ("train", "verify", "data", "examples", "demo")


def main() -> None:
    """Start with the words given on the command line, and end with an exit code."""
    arguments = sys.argv[1:]
    if wants_window(arguments):
        sys.exit(open_window(arguments[0] if arguments else None))
    from gd_studio.cli import run_command

    sys.exit(run_command(arguments))


def wants_window(arguments: list[str]) -> bool:
    """Whether the call is `gd-studio` or `gd-studio FILE`."""
    return not arguments or (
        len(arguments) == 1 and arguments[0] not in COMMANDS and not arguments[0].startswith("-")
    )


def open_window(file: str | None) -> int:
    """Open the window, with a file if one is given; return the exit code."""
    if file is not None and not Path(file).is_file():
        return _say(
            f"There is no file {file}, and no command of that name; the commands are "
            f"{', '.join(COMMANDS)}.",
            2,
        )
    if not (has_display(sys.platform, os.environ) and display_answers(os.environ)):
        return _say(
            "There is no display here to open a window on; without one, try: gd-studio demo", 1
        )
    try:
        from gd_studio.app import main as open_app

        return open_app(file)
    except ImportError as error:  # of a library that is read only when the window is made, too
        return _say(f"The window needs a library that is missing here: {error}", 1)


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown; only Linux can be without a screen."""
    drawn_by = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not platform.startswith("linux") or drawn_by not in ("", "xcb", "wayland", "wayland-egl"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def display_answers(environment: Mapping[str, str]) -> bool:
    """Whether somebody listens at the display: at a local one where nobody does, Qt aborts."""
    display = environment.get("DISPLAY", "")
    named = environment.get("QT_QPA_PLATFORM", "xcb").partition(":")[0] == "xcb"
    local = sys.platform.startswith("linux") and display.startswith(":")
    if environment.get("WAYLAND_DISPLAY") or not named or not local:
        return True
    import socket

    path = f"/tmp/.X11-unix/X{display[1:].partition('.')[0]}"
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            try:
                line.connect(address)
            except OSError:
                continue
            return True
    return False


def _say(sentence: str, code: int) -> int:
    print(f"gd-studio: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
