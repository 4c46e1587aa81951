. "$(dirname "$0")/lib.sh"
f settings.gradle.kts <<< 'include(":core", ":api", ":web")'
for m in core api web; do f $m/build.gradle.kts <<< 'plugins { java }'; f $m/src/main/java/A.java <<< 'class A {}'; done
c start
printf 'plugins { java }\ndependencies {\n  implementation(project(":core"))\n}\n' | f api/build.gradle.kts
base; f core/src/main/java/A.java <<< 'class A { int x; }'
judge 'core and api changed; unchanged: web'
