. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'

f libs/lib/prompts.md <<< 'one'
f libs/lib/data.csv <<< '1'
f apps/a/package.json <<< '{"name":"a","version":"1.0.0"}'
f apps/b/package.json <<< '{"name":"b","version":"1.0.0"}'

f apps/b/data.csv <<< '0'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

c start
ln -s ../../libs/lib/prompts.md apps/a/prompts.md
rm apps/b/data.csv; ln -s ../../libs/lib/data.csv apps/b/data.csv
base; f libs/lib/prompts.md <<< 'two'; f libs/lib/data.csv <<< '2'
judge 'a, b and lib changed; unchanged: web'
