#!/usr/bin/env bash
# Installs pinned Python tools into an environment of their own, and prints the environment's folder:
#   tools="$(.ci/python-tools.sh validators)" && "$tools/bin/python" "$tools/bin/cfn-lint" --version
# NAME is a list of .ci/python. The environment is kept in the folder for temporary files and used again while Python and the list stay the same.
# Exit codes: 0 ready, 1 the installation failed, 2 wrong arguments, 3 there is no Python to install them for (says so).
set -euo pipefail
cd "$(dirname "$0")/python"

if [ $# -ne 1 ] || [ ! -f "$1.txt" ]; then
  echo "Usage: $0 $(printf '%s\n' *.txt | sed 's/\.txt$//' | paste -sd '|' -)" >&2
  exit 2
fi
name="$1"

# The tools want 3.10 or newer; cfn-lint knows nothing newer than 3.14.
python=""
for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 python3.10; do
  if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then
    python="$candidate"
    break
  fi
done
if [ -z "$python" ]; then
  echo "No Python 3.10 to 3.14 with the module venv (Debian: python3-venv) is installed: $name cannot be used. PYTHON names another." >&2
  exit 3
fi

parent="${TMPDIR:-/tmp}/cdk-modular-pipeline-$(id -u)"
[ -d "$parent" ] || mkdir -m 700 "$parent"
if [ -L "$parent" ] || [ ! -O "$parent" ]; then
  echo "$parent belongs to another user: remove it, or set TMPDIR." >&2
  exit 1
fi
key="$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read() + sys.version.encode() + sys.executable.encode()).hexdigest()[:16])' "$name.txt")"
environment="$parent/$name-$key"

if [ ! -d "$environment" ]; then
  # Made elsewhere and moved, whole: another run may install the same at the same time. What is in bin/ is run by this Python, never by its own first line.
  new="$(mktemp -d "$parent/$name-XXXXXX")"
  trap 'rm -rf "$new"' EXIT
  "$python" -m venv "$new/environment" >&2
  "$new/environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$name.txt" >&2
  "$new/environment/bin/python" -m pip check --disable-pip-version-check >&2
  # Fails where the folder is there by now: whoever was first has won.
  "$python" -c 'import os, sys; os.rename(*sys.argv[1:])' "$new/environment" "$environment" 2>/dev/null || [ -d "$environment" ]
fi
printf '%s\n' "$environment"
