. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/config.yml <<< 'x: 1'
f libs/lib/vars.tf <<< 'x'
f libs/lib/_theme.scss <<< '$a: 1'
f libs/lib/Chart.yaml <<< 'name: lib'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'

f apps/a/serverless.yml <<< 'custom: ${file(../../libs/lib/config.yml):x}'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/Chart.yaml <<< 'dependencies: [{ name: lib, repository: "file://../../libs/lib" }]'
f apps/c/package.json <<< '{"name":"c","version":"1.0.0"}'

f apps/c/main.tf <<< 'module "m" { source = "../../libs/lib" }'
f apps/d/package.json <<< '{"name":"d","version":"1.0.0"}'

f apps/d/style.scss <<< '@use "../../libs/lib/theme";'
f apps/e/package.json <<< '{"name":"e","version":"1.0.0"}'

f apps/e/compose.yaml <<< 'services: { x: { extends: { file: ../../libs/lib/config.yml, service: y } } }'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/config.yml <<< 'x: 2'; f libs/lib/vars.tf <<< 'y'; f libs/lib/_theme.scss <<< '$a: 2'; f libs/lib/Chart.yaml <<< 'name: lib2'
judge 'a, b, c, d, e and lib changed; unchanged: web'
