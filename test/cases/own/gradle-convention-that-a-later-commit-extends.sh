. "$(dirname "$0")/lib.sh"
f settings.gradle <<< 'include "core", "api", "web"'
for m in core api web; do f $m/build.gradle <<< ''; f $m/src/main/java/A.java <<< 'class A {}'; done
f buildSrc/src/main/groovy/service.gradle <<< 'plugins { id "java" }'
c start
f buildSrc/src/main/groovy/service.gradle <<< 'plugins { id "java" }
dependencies { implementation project(":core") }'
f api/build.gradle <<< 'plugins { id "service" }'
base; f core/src/main/java/A.java <<< 'class A { int x; }'
judge 'core and api changed'
