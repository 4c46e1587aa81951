. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/proto/shared/money.proto <<< 'one'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/buf.gen.yaml <<< 'inputs: [{ directory: ../../libs/lib/proto }]'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0","scripts":{"build":"protoc -I ../../libs/lib/proto shared/money.proto"}}'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/proto/shared/money.proto <<< 'two'
judge 'a, b and lib changed; unchanged: web'
