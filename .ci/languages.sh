#!/usr/bin/env bash
# Generates the packages of other languages, and compares what their applications synthesize with what TypeScript's does:
#   .ci/languages.sh [python] [java] [go] [dotnet]       all of them, unless some are named
# It packs what `npx projen compile` has built. All run with the least version of the CDK that the package takes (peerDependencies), or with CDK_VERSION; Go with the
# version that the package was built with, since its module requires that one. An own gate and an own component are part of every application (test/languages).
# .NET is generated, and compiled where there is a `dotnet`. A language whose tools are not installed fails, and says which.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
languages=("$@")
[ $# -gt 0 ] || languages=(python java go dotnet)
version() { node -p "require('./package.json').$1['$2'].replace(/[^0-9.]/g, '')"; }
# The least versions of both belong together, and so do the newest.
least="$(version peerDependencies aws-cdk-lib)"
cdk="${CDK_VERSION:-$least}"
constructs="$(version "$([ "$cdk" = "$least" ] && echo peerDependencies || echo devDependencies)" constructs)"
work="$(mktemp -d)"
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT

need() {
  command -v "$1" >/dev/null || { echo "$1 is not installed, which $2 needs: install it, or name other languages." >&2; exit 1; }
}

# A workspace, for discovery.
export WORKSPACE="$work/workspace"
mkdir -p "$WORKSPACE"/{services/api,packages/money}
git init --quiet "$WORKSPACE"
echo '{"name":"shop","private":true,"workspaces":["services/*","packages/*"]}' > "$WORKSPACE/package.json"
echo '{"name":"api","version":"1.0.0","dependencies":{"money":"*"}}' > "$WORKSPACE/services/api/package.json"
echo '{"name":"money","version":"1.0.0"}' > "$WORKSPACE/packages/money/package.json"

npm pack --silent --pack-destination "$work" >/dev/null
tsx="$(node -p "require('./package.json').devDependencies.tsx")"

# What TypeScript synthesizes: typescript FOLDER CDK CONSTRUCTS
typescript() {
  echo "TypeScript, with aws-cdk-lib $2"
  mkdir "$work/$1"
  cp test/languages/typescript/app.ts "$work/$1"
  echo '{"private":true}' > "$work/$1/package.json"
  (cd "$work/$1" && npm install --silent --no-audit --no-fund "$work"/*.tgz "aws-cdk-lib@$2" "constructs@$3" "tsx@$tsx" && CDK_OUTDIR="$work/$1.out" npx tsx app.ts)
}
typescript typescript "$cdk" "$constructs"

context_of() {
  node -p "JSON.stringify(require('$root/$1/cdk.json').context)"
}

targets=()
for language in "${languages[@]}"; do targets+=(--target "$language"); done
npx jsii-pacmak --code-only "${targets[@]}" --outdir "$work/packages"

compare() {
  node test/languages/compare.mjs "$work/${2:-typescript}.out" "$work/$1.out"
}

for language in "${languages[@]}"; do
  echo "$language"
  case "$language" in
    python)
      need python3 Python
      python3 -m venv "$work/venv"
      python="$work/venv/bin/python"
      "$python" -m pip install --quiet --disable-pip-version-check "aws-cdk-lib==$cdk" "constructs==$constructs"
      "$python" -m pip install --quiet --disable-pip-version-check --no-deps "$work/packages/python"
      CDK_OUTDIR="$work/python.out" "$python" test/languages/python/app.py
      compare python
      "$python" test/languages/python/refusals.py
      for folder in examples/*/python; do
        example="$(dirname "$folder")"
        name="$(basename "$example")"
        [ "$(context_of "$example")" = "$(context_of "$folder")" ] || { echo "$example/cdk.json and $folder/cdk.json have different contexts" >&2; exit 1; }
        cp "$example/app.ts" "$work/typescript/$name.ts"
        context="$(context_of "$example")"
        (cd "$work/typescript" && CDK_CONTEXT_JSON="$context" CDK_OUTDIR="$work/$name.typescript" npx tsx "$name.ts")
        CDK_CONTEXT_JSON="$context" CDK_OUTDIR="$work/$name.python" "$python" "$folder/app.py"
        node test/languages/compare.mjs "$work/$name.typescript" "$work/$name.python"
      done
      ;;
    java)
      need mvn Java
      (cd "$work/packages/java" && mvn --quiet --batch-mode install -Dmaven.javadoc.skip=true -Dmaven.source.skip=true -Dmaven.repo.local="$HOME/.m2/repository")
      cp -r test/languages/java "$work/java"
      # Three times: the order of Java's maps differs from run to run.
      for run in 1 2 3; do
        (cd "$work/java" && CDK_OUTDIR="$work/java.out" mvn --quiet --batch-mode compile exec:java -Dcdk.version="$cdk")
        echo "run $run"
        compare java
        rm -r "$work/java.out"
      done
      ;;
    go)
      need go Go
      built="$(version devDependencies aws-cdk-lib)"
      typescript typescript-built "$built" "$(version devDependencies constructs)"
      cp -r test/languages/go "$work/go"
      cd "$work/go"
      go mod init app
      go mod edit -require "github.com/aws/aws-cdk-go/awscdk/v2@v$built" -require "github.com/cdk-modular-pipeline/cdk-modular-pipeline-go/cdkmodularpipeline@v0.0.0" \
        -replace "github.com/cdk-modular-pipeline/cdk-modular-pipeline-go/cdkmodularpipeline=$work/packages/go/cdkmodularpipeline"
      go mod tidy
      go build -o app .
      CDK_OUTDIR="$work/go.out" ./app
      cd "$root"
      compare go typescript-built
      ;;
    dotnet)
      find "$work/packages/dotnet" -name '*.cs' | wc -l
      if command -v dotnet >/dev/null; then
        (cd "$work/packages/dotnet" && dotnet build --nologo --verbosity quiet "$(find . -name '*.csproj' | head -1)")
      else
        echo ".NET is generated and not compiled: dotnet is not installed."
      fi
      ;;
    *)
      echo "There is no language $language: python, java, go, dotnet." >&2
      exit 2
      ;;
  esac
done
