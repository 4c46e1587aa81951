. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/npm-shrinkwrap.json <<< '{"lockfileVersion":3,"packages":{"":{"dependencies":{"x":"1"}},"node_modules/x":{"version":"1.0.0"}}}'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f apps/a/npm-shrinkwrap.json <<< '{"lockfileVersion":3,"packages":{"":{"dependencies":{"x":"1"}},"node_modules/x":{"version":"1.0.1"}}}'
judge 'a changed; unchanged: web, lib'
