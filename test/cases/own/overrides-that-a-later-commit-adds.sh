. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f package-lock.json <<< '{"name":"root","lockfileVersion":3,"packages":{"":{"workspaces":["apps/*","libs/*"]},"apps/a":{"dependencies":{"left":"1"}},"apps/web":{},"libs/lib":{},"node_modules/left":{"version":"1.0.0"}}}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0","dependencies":{"left":"1"}}'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"],"overrides":{"left":"file:libs/lib"}}'
f package-lock.json <<< '{"name":"root","lockfileVersion":3,"packages":{"":{"workspaces":["apps/*","libs/*"]},"apps/a":{"dependencies":{"left":"1"}},"apps/web":{},"libs/lib":{},"node_modules/left":{"resolved":"libs/lib","link":true}}}'
base; f libs/lib/index.js <<< 'module.exports = 2'
judge 'a and lib changed'
