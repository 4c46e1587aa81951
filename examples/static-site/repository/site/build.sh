#!/usr/bin/env bash
# Stands for the build of a site: what it leaves in artifact/ is published as it is, in every environment.
set -euo pipefail
rm -rf artifact
mkdir -p artifact
cp -r src artifact/public
cp -r deploy artifact/deploy
