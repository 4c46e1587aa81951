# Sourced by every case here: `bash name.sh FOLDER` makes a repository in FOLDER and changes it.
# Commits: `c start` where a fact comes only later, `base` for what is deployed; `judge` commits the change and says what has to be built,
# and after `unchanged:` what need not be. With ROOT_PACKAGE set, there is a package at the root besides.
set -eu
R=${1:?folder for the repository}; rm -rf "$R"; mkdir -p "$R"; cd "$R"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x GIT_CONFIG_GLOBAL=/dev/null
git init -q -b main .
f() { mkdir -p "$(dirname "$1")"; cat > "$1"; }           # f PATH <<content
c() { [ -z "${ROOT_PACKAGE:-}" ] || root; git add -A; git commit -qm "$1"; }
base() { c base; git tag base; }

root() {
  if [ -f package.json ]; then
    node -e 'const f = require("fs"), m = JSON.parse(f.readFileSync("package.json")); f.writeFileSync("package.json", JSON.stringify({ ...m, main: "src/index.js" }))'
    f src/index.js <<< 'module.exports = 0'
  fi
  if [ -f go.work ] && [ ! -f go.mod ]; then
    echo 'use .' >> go.work; f go.mod <<< 'module example.com/rootpackage'; f root.go <<< 'package rootpackage'
  fi
  if [ -f Cargo.toml ] && ! grep -q '^\[package\]' Cargo.toml; then
    printf '\n[package]\nname = "rootpackage"\nversion = "0.1.0"\n' >> Cargo.toml; f src/lib.rs <<< ''
  fi
  if [ -f pyproject.toml ] && ! grep -q '^\[project\]' pyproject.toml; then
    printf '\n[project]\nname = "rootpackage"\nversion = "1"\n' >> pyproject.toml; f src/rootpackage/__init__.py <<< ''
  fi
  if ls settings.gradle* > /dev/null 2>&1; then f src/main/java/Root.java <<< 'class Root {}'; fi
  if [ -n "$(git ls-files -o -c | grep '[.]csproj$')" ] && [ ! -f Root.csproj ]; then
    f Root.csproj <<< '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><EnableDefaultItems>false</EnableDefaultItems></PropertyGroup></Project>'
  fi
}

judge() { c head; printf 'RIGHT\t%s\n' "$1"; }
