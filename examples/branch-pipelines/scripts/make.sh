#!/usr/bin/env bash
# Makes the pipeline of the branch $BRANCH, or updates it.
set -euo pipefail
npm ci
npx cdk deploy --all --require-approval never --context "branch=$BRANCH"
