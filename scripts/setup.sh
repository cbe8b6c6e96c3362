#!/bin/sh
# Makes .venv with exactly the locked packages and this project in it. Safe to run again.
# Needs a Python 3.11 to 3.13 and either uv or pip; PYTHON=/path/to/python chooses the interpreter.
set -eu

venv=.venv

say() { printf '%s\n' "$*" >&2; }

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        fits "$PYTHON" && { echo "$PYTHON"; return; }
        say "PYTHON=$PYTHON is not a Python 3.11, 3.12 or 3.13."
        exit 1
    fi
    for candidate in python3 python3.13 python3.12 python3.11 python; do
        path=$(command -v "$candidate" 2>/dev/null) || continue
        fits "$path" && { echo "$path"; return; }
    done
    found=$(python3 --version 2>/dev/null || echo "no python3")
    say "This project needs Python 3.11, 3.12 or 3.13; found: $found."
    say "Install one of them (for example: apt install python3.11, brew install python@3.12, uv python install 3.12)"
    say "and run again, if need be with PYTHON=/path/to/python make ..."
    exit 1
}

make_venv() {
    if [ -x "$venv/bin/python" ] && fits "$venv/bin/python"; then
        return
    fi
    python=$(find_python)
    say "making $venv with $("$python" --version)"
    rm -rf "$venv"
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --seed --python "$python" "$venv" # with pip, which `make site` and others ask for
    elif "$python" -c 'import ensurepip' >/dev/null 2>&1; then
        "$python" -m venv "$venv"
    elif "$python" -m virtualenv --version >/dev/null 2>&1; then
        "$python" -m virtualenv --quiet "$venv"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        # Debian without python3-venv: an empty environment, filled by the pip outside
        "$python" -m venv --without-pip "$venv"
    else
        say "$python has neither ensurepip, virtualenv nor pip, so it cannot make a virtual environment."
        say "Install one of them (for example: apt install python3-venv) or uv, and run again."
        exit 1
    fi
}

install() {
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python "$venv/bin/python" "$@"
    elif "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check "$@"
    else
        "$(find_python)" -m pip --python "$venv/bin/python" install --quiet --no-compile --disable-pip-version-check "$@"
    fi
}

cd "$(dirname "$0")/.."
make_venv
say "installing the locked packages (a minute or two the first time)"
# the lock is complete: nothing is left to resolve
install --no-deps --require-hashes -r requirements.lock
install --no-deps -e .
touch "$venv/.installed"
