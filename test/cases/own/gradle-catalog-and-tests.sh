. "$(dirname "$0")/lib.sh"
f settings.gradle.kts <<< 'include(":core", ":api", ":web", ":kit")'
for m in core api web kit; do f $m/build.gradle.kts <<< 'plugins { java }'; f $m/src/main/java/A.java <<< 'class A {}'; done
printf 'dependencies {\n  implementation(projects.core)\n  testImplementation(projects.kit)\n}\n' | f api/build.gradle.kts
printf 'dependencies {\n  implementation(projects.api)\n}\n' | f web/build.gradle.kts
base; f kit/src/main/java/A.java <<< 'class A { int x; }'
judge 'kit and api changed; unchanged: core, web'
