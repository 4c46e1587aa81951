. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/test/rates.json <<< '[1]'
f apps/api/package.json <<< '{"name":"api","version":"1.0.0","dependencies":{"lib":"*"}}'

f apps/api/index.js <<< 'require("lib")'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f apps/api/index.js <<< 'require("lib"); module.exports = require("fs").readFileSync(require.resolve("lib/test/rates.json"))'
base; f libs/lib/test/rates.json <<< '[2]'
judge 'lib and api changed; unchanged: web'
