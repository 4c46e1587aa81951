. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f libs/core/package.json <<< '{"name":"@org/core","version":"1.0.0"}'

f libs/core/index.js <<< '1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0","dependencies":{"nucleus":"workspace:@org/core@*"}}'

f apps/a/index.js <<< 'require("nucleus")'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0","dependencies":{"nucleus":"npm:@org/core@^1.0.0"}}'

f apps/b/index.js <<< 'require("nucleus")'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/core/index.js <<< '2'
judge '@org/core, a and b changed; unchanged: web, lib'
