#!/usr/bin/env bash
# Removes the pipeline of the branch $BRANCH, so that nothing is deployed any more, and then what it deployed.
set -euo pipefail
npm ci
stack="$(npx tsx -p 'require("./names.ts").solutionOf(process.env.BRANCH)')"
npx cdk destroy --all --force --context "branch=$BRANCH"

read -r id secret token <<< "$(aws sts assume-role --role-arn "$DEPLOY_ROLE" --role-session-name remove-branch \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)"
as_deployer() { AWS_ACCESS_KEY_ID="$id" AWS_SECRET_ACCESS_KEY="$secret" AWS_SESSION_TOKEN="$token" aws cloudformation "$@"; }
# A deployment that was under way goes on to its end before the stack can be deleted.
for _ in $(seq "${ATTEMPTS:-20}"); do
  if as_deployer delete-stack --stack-name "$stack" --role-arn "$EXECUTION_ROLE" && as_deployer wait stack-delete-complete --stack-name "$stack"; then
    exit 0
  fi
  sleep "${PAUSE:-60}"
done
echo "Stack $stack could not be deleted: look at its events." >&2
exit 1
