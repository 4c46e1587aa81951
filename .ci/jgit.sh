#!/usr/bin/env bash
# Fetches JGit, Git's implementation in Java, from Maven Central into a folder, for the tests to read from a server of its:
#   .ci/jgit.sh DIRECTORY && JGIT=DIRECTORY npx jest test/lambda/source/git/jgit
# Needs Java 17 or newer, and Maven.
set -euo pipefail

VERSION=7.3.0.202506031305-r

if [ $# -ne 1 ]; then
  echo "Usage: $0 DIRECTORY" >&2
  exit 2
fi
mkdir -p "$1"
directory="$(cd "$1" && pwd)"
if [ -f "$directory/org.eclipse.jgit-$VERSION.jar" ]; then
  exit 0
fi

pom="$(mktemp -d)"
trap 'rm -rf "$pom"' EXIT
cat > "$pom/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>jgit</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.eclipse.jgit</groupId>
      <artifactId>org.eclipse.jgit</artifactId>
      <version>$VERSION</version>
    </dependency>
  </dependencies>
</project>
POM
mvn --batch-mode --quiet --file "$pom/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$directory"
