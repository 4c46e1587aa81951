#!/usr/bin/env bash
# Fetches Amazon's DynamoDB Local from Maven Central into a folder, for the tests to run against:
#   .ci/dynamodb-local.sh DIRECTORY && DYNAMODB_LOCAL=DIRECTORY npx jest test/lambda test/invariants
# Needs Java 17 or newer, and Maven.
set -euo pipefail

VERSION=3.3.1

if [ $# -ne 1 ]; then
  echo "Usage: $0 DIRECTORY" >&2
  exit 2
fi
mkdir -p "$1"
directory="$(cd "$1" && pwd)"
if [ -f "$directory/DynamoDBLocal-$VERSION.jar" ]; then
  exit 0
fi

pom="$(mktemp -d)"
trap 'rm -rf "$pom"' EXIT
cat > "$pom/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.dynamodb</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>$VERSION</version>
    </dependency>
  </dependencies>
</project>
POM
mvn --batch-mode --quiet --file "$pom/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$directory"
