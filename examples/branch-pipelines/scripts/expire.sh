#!/usr/bin/env bash
# Has the pipelines of branches removed that nobody has pushed to for $DAYS days. What has no pipeline any more is removed without effect.
set -euo pipefail
oldest="$(( $(date +%s) - DAYS * 86400 ))"
aws codecommit list-branches --repository-name "$REPOSITORY" --query 'branches[]' --output text | tr '\t' '\n' | while read -r branch; do
  case "$branch" in
    "$PREFIX"?*) ;;
    *) continue ;;
  esac
  commit="$(aws codecommit get-branch --repository-name "$REPOSITORY" --branch-name "$branch" --query branch.commitId --output text)"
  # Seconds since the epoch, and the time zone.
  committed="$(aws codecommit get-commit --repository-name "$REPOSITORY" --commit-id "$commit" --query commit.committer.date --output text)"
  if [ "${committed%% *}" -lt "$oldest" ]; then
    echo "$branch has expired"
    aws codebuild start-build --project-name "$REMOVE_PROJECT" --environment-variables-override "name=BRANCH,value=$branch,type=PLAINTEXT" --query build.id --output text
  fi
done
