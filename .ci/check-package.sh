#!/usr/bin/env bash
# What users get: packs the library, looks at what is in it, installs it in an app outside the checkout and synthesizes that.
set -euo pipefail
cd "$(dirname "$0")/.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

npm pack --silent --pack-destination "$work" >/dev/null
tarball="$(ls "$work"/*.tgz)"

unexpected="$(tar -tzf "$tarball" | grep -vE '^package/(lib/|assets/(lambda|agent|cli)/|assets/THIRD_PARTY_LICENSES$|schema/|node_modules/picomatch/|(package\.json|\.jsii|\.jsii\.tabl\.json|API\.md|README\.md|LICENSE|NOTICE)$)' || true)"
if [ -n "$unexpected" ]; then
  printf 'the package holds files that users do not need:\n%s\n' "$unexpected" >&2
  exit 1
fi
sources="$(tar -tzf "$tarball" | grep -E '^package/lib/.*\.ts$' | grep -vE '\.d\.ts$' || true)"
if [ -n "$sources" ]; then
  printf 'the package holds sources:\n%s\n' "$sources" >&2
  exit 1
fi
tar -xzOf "$tarball" package/assets/THIRD_PARTY_LICENSES | grep '^@aws-sdk/client-dynamodb ' >/dev/null || { echo 'the licenses of what is bundled are not in the package' >&2; exit 1; }
printf '%s files, %s bytes packed\n' "$(tar -tzf "$tarball" | wc -l)" "$(wc -c < "$tarball")"

mkdir "$work/app"
cat > "$work/app/package.json" <<JSON
{ "name": "app", "version": "1.0.0", "private": true }
JSON
cat > "$work/app/app.js" <<'JS'
const { App, Stack } = require('aws-cdk-lib');
const codecommit = require('aws-cdk-lib/aws-codecommit');
const { Component, ModularPipeline, PipelineSource } = require('cdk-modular-pipeline');

const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, 'Delivery', { env: { account: '111111111111', region: 'eu-west-1' } });
new ModularPipeline(stack, 'Pipeline', {
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'service'), { branch: 'main' }),
  components: [
    Component.lambdaZip('api', { path: 'api' }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [{ name: 'test', env: { account: '111111111111', region: 'eu-west-1' } }],
});
app.synth();
JS
cd "$work/app"
root="$OLDPWD"
version() { node -p "require('$root/package.json').devDependencies['$1']"; }
npm install --silent --no-audit --no-fund "$tarball" "aws-cdk-lib@$(version aws-cdk-lib)" "constructs@$(version constructs)" "aws-cdk@$(version aws-cdk)" "tsx@$(version tsx)"
# Synth must need neither Docker nor esbuild nor network: PATH holds Node.js alone.
PATH="$(dirname "$(command -v node)")" node app.js
node -e '
  const { Resources } = JSON.parse(require("fs").readFileSync("cdk.out/Delivery.template.json", "utf8"));
  const types = Object.values(Resources).map((resource) => resource.Type);
  for (const type of ["AWS::CodePipeline::Pipeline", "AWS::DynamoDB::Table|AWS::DynamoDB::GlobalTable", "AWS::StepFunctions::StateMachine", "AWS::Events::Rule"]) {
    if (!types.some((found) => type.split("|").includes(found))) { throw new Error(`no ${type} in the template`); }
  }
  console.log(`an app outside the repository synthesizes ${types.length} resources`);
'
node_modules/.bin/cdk-modular-pipeline --help >/dev/null

# What a newcomer does: copies an example out, or runs `init` in a repository, and synthesizes with the CDK's command line. One installation serves all.
synthesize() {
  (cd "$1" && npx --no-install cdk synth --quiet --no-notices >/dev/null)
  node -e '
    const { readdirSync, readFileSync } = require("fs");
    const folder = process.argv[1];
    const templates = readdirSync(folder).filter((name) => name.endsWith(".template.json"));
    const found = templates.some((name) => Object.values(JSON.parse(readFileSync(`${folder}/${name}`, "utf8")).Resources).some(({ Type }) => Type === "AWS::CodePipeline::Pipeline"));
    if (!found) { throw new Error(`no pipeline in ${folder}`); }
  ' "$1/cdk.out"
  echo "$2 synthesizes"
}
mkdir "$work/app/examples"
for example in "$root"/examples/*/app.ts; do
  name="$(basename "$(dirname "$example")")"
  # What is committed, and not what a synthesis left here.
  (cd "$root/examples" && git ls-files -z "$name") | (cd "$root/examples" && xargs -0 cp --parents -t "$work/app/examples")
  synthesize "$work/app/examples/$name" "the example $name"
done

mkdir -p "$work/app/bare" "$work/app/workspace/services/api/src" "$work/app/workspace/packages/money"
git init --quiet "$work/app/bare"
git init --quiet "$work/app/workspace"
(
  cd "$work/app/workspace"
  git remote add origin git@github.com:my-org/shop.git
  echo '{"name":"shop","private":true,"workspaces":["services/*","packages/*"]}' > package.json
  echo '{"name":"money","version":"1.0.0"}' > packages/money/package.json
  echo '{"name":"api","version":"1.0.0","dependencies":{"money":"*"}}' > services/api/package.json
  echo 'export const handler = async () => 1;' > services/api/src/index.ts
)
for repository in bare workspace; do
  (cd "$work/app/$repository" && "$work/app/node_modules/.bin/cdk-modular-pipeline" init --yes >/dev/null)
  synthesize "$work/app/$repository/pipeline" "what init writes for a $repository repository"
done
