. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f libs/new/package.json <<< '{"name":"new","version":"1.0.0"}'

f libs/new/index.js <<< '1'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0","dependencies":{"new":"*"}}'
base; f libs/new/index.js <<< '2'
judge 'web and new changed; unchanged: lib'
