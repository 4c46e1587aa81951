. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/globals.d.ts <<< 'declare const X: 1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/index.ts <<< '/// <reference path="../../libs/lib/globals.d.ts" />'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/index.ts <<< 'export const x = new URL("../../libs/lib/globals.d.ts", import.meta.url)'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/globals.d.ts <<< 'declare const X: 2'
judge 'a, b and lib changed; unchanged: web'
