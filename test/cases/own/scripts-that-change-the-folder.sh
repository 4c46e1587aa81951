. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/gen.js <<< '1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0","scripts":{"build":"cd ../.. && node libs/lib/gen.js"}}'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/build.sh <<'X'
cd "$(git rev-parse --show-toplevel)"
node libs/lib/gen.js
X
f apps/c/package.json <<< '{"name":"c","version":"1.0.0"}'

f apps/c/build.ps1 <<< '& ..\..\libs\lib\gen.js'
f apps/d/package.json <<< '{"name":"d","version":"1.0.0","scripts":{"build":"make -C ../../libs/lib gen"}}'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/gen.js <<< '2'
judge 'a, b, c, d and lib changed; unchanged: web'
