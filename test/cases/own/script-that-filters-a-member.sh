. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/api/package.json <<< '{"name":"api","version":"1.0.0","scripts":{"build":"pnpm --filter lib run generate && tsc"}}'
f apps/job/package.json <<< '{"name":"job","version":"1.0.0","scripts":{"build":"npm run generate --workspace=lib && tsc"}}'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/index.js <<< 'module.exports = 2'
judge 'lib, api and job changed; unchanged: web'
