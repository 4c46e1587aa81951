. "$(dirname "$0")/lib.sh"
f pyproject.toml <<< $'[tool.uv.workspace]\nmembers = ["packages/*"]'
for p in lib a b c web; do f packages/$p/pyproject.toml <<< $'[project]\nname = "'$p$'"\nversion = "1"'; f packages/$p/src/$p/__init__.py <<< ''; done

f packages/lib/data/rates.json <<< '1'
f packages/lib/helpers/util.py <<< 'x = 1'
f packages/a/src/a/main.py <<< 'from pathlib import Path; X = Path(__file__).resolve().parents[3] / "lib" / "data" / "rates.json"'
f packages/b/src/b/main.py <<< 'import sys, os; sys.path.append(os.path.join(os.path.dirname(__file__), "..", "..", "..", "lib", "helpers")); import util'
f packages/c/src/c/main.py <<< 'import os; X = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))) + "/lib/data/rates.json"'
base; f packages/lib/data/rates.json <<< '2'; f packages/lib/helpers/util.py <<< 'x = 2'
judge 'lib, a, b and c changed; unchanged: web'
