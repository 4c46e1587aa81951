#!/usr/bin/env bash
# The image's entry point must be there under the name that the Dockerfile gives it.
set -euo pipefail
grep --quiet '^def handler(event, context):' app.py
grep --quiet '^CMD \["app.handler"\]' Dockerfile
echo 'handler found'
