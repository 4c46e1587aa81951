#!/usr/bin/env bash
# A deployment whose service does not answer is rolled back by the deployment group.
set -euo pipefail
bash service.sh | grep --quiet "^service"
