#!/usr/bin/env bash
# Packages the library without its comments: what only a reader sees makes no new artifact.
set -euo pipefail
rm -rf dist
mkdir dist
for source in src/*.py; do
  sed '/^[[:space:]]*#/d' "$source" > "dist/$(basename "$source")"
done
