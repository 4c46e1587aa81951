. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0","files":["testing"]}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/testing/fixtures.spec.js <<< 'module.exports = 1'
f apps/api/package.json <<< '{"name":"api","version":"1.0.0","dependencies":{"lib":"*"}}'

f apps/api/index.js <<< 'require("lib/testing/fixtures.spec")'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/testing/fixtures.spec.js <<< 'module.exports = 2'
judge 'lib and api changed; unchanged: web'
