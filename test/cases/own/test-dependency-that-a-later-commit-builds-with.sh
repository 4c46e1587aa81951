. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0","devDependencies":{"lib":"*"}}'

f apps/a/index.js <<< '1'
f apps/a/test/a.test.js <<< 'require("lib")'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0","dependencies":{"a":"*"}}'

f apps/b/index.js <<< 'require("a")'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f apps/a/index.js <<< 'require("lib")'
base; f libs/lib/index.js <<< 'module.exports = 2'
judge 'lib, a and b changed; unchanged: web'
