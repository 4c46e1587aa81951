#!/usr/bin/env bash
# Judges what synth has written by cfn-lint, which has CloudFormation's schemas: every template of examples/*/cdk.out and of the repositories that they deploy.
# What is not wanted of it, and why, is in .cfnlintrc. Skipped, in words, where there is no Python to run it.
set -euo pipefail
cd "$(dirname "$0")/.."

tools="$(.ci/python-tools.sh validators)" || {
  [ $? -eq 3 ] && echo "SKIPPED: nothing was validated." && exit 0
  exit 1
}

templates=()
while IFS= read -r template; do templates+=("$template"); done < <(find examples -path '*/cdk.out/*' -name '*.template.json' | sort; git ls-files 'examples/*/template.yml')
if [ "${#templates[@]}" -lt 8 ]; then
  printf 'too few templates to be all: %s\n' "${templates[*]}" >&2
  exit 1
fi
"$tools/bin/python" "$tools/bin/cfn-lint" "${templates[@]}"
echo "cfn-lint has nothing to say of ${#templates[@]} templates"
