. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/x.h <<< '1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/src/a.c <<< '#include "../../../libs/lib/x.h"'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/binding.gyp <<< '{ "targets": [{ "include_dirs": ["../../libs/lib"] }] }'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/x.h <<< '2'
judge 'a, b and lib changed; unchanged: web'
