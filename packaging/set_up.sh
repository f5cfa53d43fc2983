#!/usr/bin/env bash
# Puts in place what `make run`, `make test` and `make parity` (to compare) stand on, and touches
# nothing that is there: the shared libraries that Qt needs (Debian and its kin), and .venv with
# the pinned packages.
set -euo pipefail
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-python3}
VENV=.venv
purpose=${1:?set_up.sh run, set_up.sh test or set_up.sh compare}
target=${purpose/compare/parity}

say() { printf '%s\n' "$*" >&2; }
give_up() { say "$@"; exit 1; }

# --- what Debian brings ------------------------------------------------------------------------

# Looked for by file name: distributions rename packages (libglib2.0-0t64), and a library that
# came in another way serves as well.
LIBRARIES=(
    libGL.so.1:libgl1
    libEGL.so.1:libegl1
    libglib-2.0.so.0:libglib2.0-0
    libdbus-1.so.3:libdbus-1-3
    libfontconfig.so.1:libfontconfig1
    libxkbcommon.so.0:libxkbcommon0
    libxcb-cursor.so.0:libxcb-cursor0
    libxcb-icccm.so.4:libxcb-icccm4
    libxcb-keysyms.so.1:libxcb-keysyms1
    libxcb-shape.so.0:libxcb-shape0
    libxcb-xkb.so.1:libxcb-xkb1
    libxkbcommon-x11.so.0:libxkbcommon-x11-0
)
PROGRAMS=(Xvfb:xvfb xauth:xauth xdotool:xdotool)

has_font() {
    local folder
    for folder in /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts; do
        [ -z "$(find -L "$folder" -name '*.[to]tf' -print -quit 2>/dev/null)" ] || return 0
    done
    return 1
}

missing_libraries() {
    local known entry
    known=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null) || return 0
    for entry in "${LIBRARIES[@]}"; do
        grep -qF "${entry%%:*} " <<<"$known" || echo "${entry##*:}"
    done
    has_font || echo fonts-dejavu-core
}

missing_programs() {
    local entry
    for entry in "${PROGRAMS[@]}"; do
        command -v "${entry%%:*}" >/dev/null || echo "${entry##*:}"
    done
}

missing_packages() {
    # Debian keeps what `python3 -m venv` needs in a package of its own.
    venv_works || can_make_a_venv ||
        "$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    missing_libraries
    [ "$purpose" != test ] || missing_programs
}

# Install Debian packages as root; as anyone else, say the one line that does. Goes on in any
# case: much works without some of them, and what does not has been named.
install() {
    local line="apt-get install -y --no-install-recommends $*"
    if ! command -v apt-get >/dev/null; then
        say "Missing here (by their Debian names): $*. Your package manager has them."
    elif [ "$(id -u)" -ne 0 ]; then
        say "Missing here: $*. This installs them:  sudo apt-get update && sudo $line"
    else
        say "Installing $*"
        # What it has to say on the way is long, and of no use to anyone when all goes well.
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $line -qq; } >/dev/null ||
            say "That failed. By hand:  apt-get update && $line"
    fi
}

install_what_is_missing() {
    [ "$(uname)" = Linux ] || return 0
    local missing
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -eq 0 ] || install "${missing[@]}"
}

# --- packages ----------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in "$PYTHON" python3.13 python3.12 python3.11; do
        if is_new_enough "$candidate"; then
            PYTHON=$candidate
            return
        fi
    done
    give_up "GD Studio needs Python 3.11 or newer, and $PYTHON is not." \
        "Name another one: make $target PYTHON=/path/to/python3.12"
}

can_make_a_venv() { "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; }

# One that was left half made, or whose Python went with an upgrade, has no pip.
venv_works() {
    is_new_enough "$VENV/bin/python" && "$VENV/bin/python" -c 'import pip' 2>/dev/null
}

make_venv() {
    can_make_a_venv || give_up "Without that, $PYTHON cannot make a virtual environment."
    say "Making a virtual environment in $VENV, with $("$PYTHON" --version)"
    "$PYTHON" -m venv --clear "$VENV"
}

# The requirements are read from pyproject.toml, so that they are written down once.
requirements() {
    "$VENV/bin/python" - "$purpose" <<'PYTHON'
import sys, tomllib

with open("pyproject.toml", "rb") as file:
    pyproject = tomllib.load(file)
print(*pyproject["project"]["dependencies"], sep="\n")
for extra in pyproject["project"]["optional-dependencies"].values():
    print(*extra, sep="\n")
group = {"test": "dev", "compare": "oracles"}.get(sys.argv[1])
print(*pyproject["dependency-groups"].get(group, ()), sep="\n")
PYTHON
}

set_up_packages() {
    venv_works || make_venv
    local wanted stamp=$VENV/ready-to-$purpose
    wanted=$(requirements; cat packaging/constraints.txt)
    [ "$wanted" != "$(cat "$stamp" 2>/dev/null)" ] || return 0
    say "Installing the pinned packages"
    requirements >"$VENV/requirements.txt"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint packaging/constraints.txt --requirement "$VENV/requirements.txt" ||
        give_up "They could not be installed; the lines above say why. Then again: make $target"
    printf '%s\n' "$wanted" >"$stamp"
}

venv_works || find_python
install_what_is_missing
set_up_packages
