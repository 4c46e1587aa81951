. "$(dirname "$0")/lib.sh"
f pyproject.toml <<< $'[tool.uv.workspace]\nmembers = ["packages/*"]'
for p in lib a b c web; do f packages/$p/pyproject.toml <<< $'[project]\nname = "'$p$'"\nversion = "1"'; f packages/$p/src/$p/__init__.py <<< ''; done

f packages/lib/reqs/base.txt <<< 'x==1'
f packages/a/requirements/dev.txt <<< 'y==1'
f packages/b/Dockerfile <<< 'RUN pip install -r reqs.txt'
f packages/b/reqs.txt <<< 'y==1'
c start
f packages/a/requirements/dev.txt <<< $'y==1\n-r ../../lib/reqs/base.txt'
f packages/b/reqs.txt <<< $'y==1\n-r ../lib/reqs/base.txt'
base; f packages/lib/reqs/base.txt <<< 'x==2'
judge 'lib, a and b changed; unchanged: web'
