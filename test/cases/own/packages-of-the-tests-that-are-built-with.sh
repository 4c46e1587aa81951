. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"],"devDependencies":{"mocha":"1"}}'
lock() { f package-lock.json <<< '{"name":"root","lockfileVersion":3,"packages":{"":{"workspaces":["apps/*","libs/*"],"devDependencies":{"mocha":"1"}},"apps/a":{},"apps/web":{},"libs/lib":{},"node_modules/mocha":{"version":"'$1'"},"node_modules/a":{"resolved":"apps/a","link":true},"node_modules/web":{"resolved":"apps/web","link":true},"node_modules/lib":{"resolved":"libs/lib","link":true}}}'; }
lock 1.0.0
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/index.js <<< '1'
f apps/web/test/x.test.js <<< 'require("mocha")'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f apps/a/index.js <<< 'require("mocha")'
base; lock 1.0.1
judge 'a and web changed'
