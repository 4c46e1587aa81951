. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/Dockerfile <<< $'FROM node\nCOPY apps/a .'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/Dockerfile <<< $'FROM node\nCOPY apps/b .'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f apps/a/Dockerfile <<< $'FROM node\nCOPY apps/a .\nCOPY libs/lib/ /lib/'
f apps/b/Dockerfile <<< $'FROM node\nRUN --mount=type=bind,source=libs/lib,target=/lib cp -r /lib /app'
base; f libs/lib/index.js <<< 'module.exports = 2'
judge 'a, b and lib changed; unchanged: web'
