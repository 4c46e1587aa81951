#!/usr/bin/env bash
# A file of SQLite, for a run on one machine, takes what Python has.
set -euo pipefail
[[ $DATABASE_URL == sqlite:* ]] || pip install --quiet --requirement requirements.txt
