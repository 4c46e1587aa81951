. "$(dirname "$0")/lib.sh"
f pyproject.toml <<< $'[tool.uv.workspace]\nmembers = ["packages/*"]'
for p in lib a b c web; do f packages/$p/pyproject.toml <<< $'[project]\nname = "'$p$'"\nversion = "1"'; f packages/$p/src/$p/__init__.py <<< ''; done

c start
f packages/a/src/a/main.py <<< 'from lib.tools import x'
f packages/b/src/b/main.py <<< 'importlib.import_module("lib.tools")'
f packages/lib/src/lib/tools.py <<< 'x = 1'
base; f packages/lib/src/lib/tools.py <<< 'x = 2'
judge 'lib, a and b changed; unchanged: web'
