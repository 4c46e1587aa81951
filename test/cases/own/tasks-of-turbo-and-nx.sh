. "$(dirname "$0")/lib.sh"
f package.json <<< '{"name":"root","private":true,"workspaces":["apps/*","libs/*"]}'
f libs/lib/package.json <<< '{"name":"lib","version":"1.0.0"}'
f libs/lib/index.js <<< 'module.exports = 1'
f apps/api/package.json <<< '{"name":"api","version":"1.0.0"}'

f apps/api/turbo.json <<< '{"extends":["//"],"tasks":{"build":{"dependsOn":["lib#build"]}}}'
f apps/job/package.json <<< '{"name":"job","version":"1.0.0"}'

f apps/job/project.json <<< '{"name":"job","implicitDependencies":["lib"]}'
f apps/site/package.json <<< '{"name":"site","version":"1.0.0"}'

f apps/site/project.json <<< '{"name":"site","targets":{"build":{"options":{"assets":["libs/lib/index.js"]}}}}'
f apps/web/package.json <<< '{"name":"web","version":"1.0.0"}'
f apps/web/index.js <<< 'module.exports = 1'

base; f libs/lib/index.js <<< 'module.exports = 2'
judge 'lib, api, job and site changed; unchanged: web'
