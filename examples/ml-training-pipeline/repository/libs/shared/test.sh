#!/usr/bin/env bash
set -euo pipefail
grep --quiet '^def feature_names():' src/features.py
echo 'feature_names found'
