#!/usr/bin/env bash
# Judges by what others keep. Skipped, in words, where there is no Python to run it.
#   .ci/validate.sh templates       what synth has written, and the repositories that the examples deploy: by cfn-lint, which has CloudFormation's schemas (what
#                                   is not wanted of it, and why, is in .cfnlintrc), and by the models of CodePipeline, CodeBuild and Lambda
#   .ci/validate.sh requests FILE   the requests that tests have recorded with RECORD_REQUESTS=FILE: by the models of the services that they are made to
set -euo pipefail
cd "$(dirname "$0")/.."

tools="$(.ci/python-tools.sh validators)" || {
  [ $? -eq 3 ] && echo "SKIPPED: nothing was validated." && exit 0
  exit 1
}

case "${1:-}" in
  templates)
    synthesized=()
    while IFS= read -r template; do synthesized+=("$template"); done < <(find examples -path '*/cdk.out/*' -name '*.template.json' | sort)
    written=()
    while IFS= read -r template; do written+=("$template"); done < <(git ls-files 'examples/*/template.yml')
    if [ "${#synthesized[@]}" -lt 6 ] || [ "${#written[@]}" -lt 2 ]; then
      printf 'too few templates to be all: %s\n' "${synthesized[*]} ${written[*]}" >&2
      exit 1
    fi
    "$tools/bin/python" "$tools/bin/cfn-lint" "${synthesized[@]}" "${written[@]}"
    echo "cfn-lint has nothing to say of $((${#synthesized[@]} + ${#written[@]})) templates"
    "$tools/bin/python" test/validators/models.py templates "${synthesized[@]}"
    ;;
  requests)
    "$tools/bin/python" test/validators/models.py requests "$2" lambda agent cli
    ;;
  *)
    echo "Usage: $0 templates | requests FILE" >&2
    exit 2
    ;;
esac
