#!/usr/bin/env bash
# Every module that the job imports must be packaged with it.
set -euo pipefail
sed --quiet 's/^from \([a-z_]*\) import .*/\1/p' main.py | while read -r module; do
  test -f "modules/$module.py" || { echo "modules/$module.py is missing" >&2; exit 1; }
done
echo 'imports found'
