. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/_theme.scss <<< '$a: 1'
f libs/lib/parts/_index.scss <<< '$a: 1'
f apps/d/package.json <<< '{"name":"d","version":"1.0.0"}'

f apps/d/style.scss <<< '@use "../../libs/lib/theme";'
f apps/e/package.json <<< '{"name":"e","version":"1.0.0"}'

f apps/e/style.scss <<< '@import "../../libs/lib/parts";'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/_theme.scss <<< '$a: 2'; f libs/lib/parts/_index.scss <<< '$a: 2'
judge 'lib, d and e changed; unchanged: web'
