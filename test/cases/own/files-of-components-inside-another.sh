. "$(dirname "$0")/lib.sh"
f package.json <<< '{ "name": "all", "private": true, "workspaces": ["apps/web", "apps/web/widgets", "apps/api"] }'
f apps/web/package.json <<< '{ "name": "web" }'; f apps/web/src/index.js <<< "const names = require('fs').readFileSync(__dirname + '/../widgets/names.json')"
f apps/web/widgets/package.json <<< '{ "name": "widgets" }'; f apps/web/widgets/names.json <<< '[]'
f apps/api/package.json <<< '{ "name": "api" }'
base; f apps/web/widgets/names.json <<< '["a"]'
judge 'web and widgets changed; unchanged: api'
