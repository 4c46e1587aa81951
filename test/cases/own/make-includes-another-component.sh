. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/vars.mk <<< 'X=1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/Makefile <<< 'all:'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f apps/a/Makefile <<< $'include ../../libs/lib/vars.mk\nall:'
base; f libs/lib/vars.mk <<< 'X=2'
judge 'a and lib changed; unchanged: web'
