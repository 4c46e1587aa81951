. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f docs/terms.md <<< 'one'
f LICENSE <<< 'one'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/index.js <<< '1'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/index.js <<< '1'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f apps/a/index.js <<< 'require("fs").readFileSync(`${root}/docs/terms.md`)'
f apps/b/build.sh <<< 'cp "$TOP/LICENSE" dist/'
base; f docs/terms.md <<< 'two'; f LICENSE <<< 'two'
judge 'a and b changed'
