. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/logo.svg <<< '<svg/>'
f libs/lib/worker.js <<< '1'
f libs/lib/schemas.yaml <<< 'X: 1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/index.ts <<< 'import logo from "../../libs/lib/logo.svg?raw"'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/openapi.yaml <<< 'x: { $ref: "../../libs/lib/schemas.yaml#/X" }'
f apps/c/package.json <<< '{"name":"c","version":"1.0.0"}'

f apps/c/index.ts <<< 'import W from "!!worker-loader?inline!../../libs/lib/worker.js"'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/logo.svg <<< '<svg><a/></svg>'; f libs/lib/worker.js <<< '2'; f libs/lib/schemas.yaml <<< 'X: 2'
judge 'a, b, c and lib changed; unchanged: web'
