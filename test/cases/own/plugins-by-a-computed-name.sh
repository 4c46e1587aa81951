. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f libs/other/package.json <<< '{"name":"other","version":"1.0.0"}'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/index.js <<< 'for (const name of names) require("../../libs/" + name)'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/index.js <<< 'require("fs").readdirSync(require("path").join(__dirname, "..", "..", "libs")).forEach(load)'
f apps/c/package.json <<< '{"name":"c","version":"1.0.0"}'

f apps/c/index.js <<< 'const all = import.meta.glob("../../libs/*/index.js")'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/index.js <<< 'module.exports = 2'
judge 'a, b, c and lib changed; unchanged: web'
