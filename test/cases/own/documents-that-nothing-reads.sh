. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

f docs/terms.md <<< 'one'
f LICENSE <<< 'one'
base; f docs/terms.md <<< 'two'; f LICENSE <<< 'two'
judge 'nothing; unchanged: web, lib'
