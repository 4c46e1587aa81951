. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/src/x.ts <<< 'export const x = 1'
f tsconfig.base.json <<< '{"compilerOptions":{}}'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/tsconfig.json <<< '{"extends":"../../tsconfig.base.json"}'
f apps/a/index.ts <<< 'import { x } from "@shared/x"'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
f tsconfig.base.json <<< '{"compilerOptions":{"baseUrl":".","paths":{"@shared/*":["libs/lib/src/*"]}}}'
base; f libs/lib/src/x.ts <<< 'export const x = 2'
judge 'a and lib changed'
