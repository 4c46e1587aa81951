# Sourced instead of the cases' own lib.sh, which it reads first: what a case builds is judged with the catalogue found at each of its commits.
# Prints `ANSWER <commit> <what plan says, as JSON>` for each, and the right answer as the case words it.
. "$CASES_LIBRARY"

answer() {
  node "$CLI" discover --head "$1" > "$R.$1.catalogue.json" 2> "$R.$1.err" || { printf 'ANSWER\t%s\t{"error":"discover"}\n' "$1"; sed 's/^/NOTE /' "$R.$1.err"; return 0; }
  node "$CLI" plan --catalogue "$R.$1.catalogue.json" --base base --json > "$R.$1.plan.json" 2> "$R.$1.err" || { printf 'ANSWER\t%s\t{"error":"plan"}\n' "$1"; sed 's/^/NOTE /' "$R.$1.err"; return 0; }
  printf 'ANSWER\t%s\t%s\n' "$1" "$(node -e 'console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(process.argv[1]))))' "$R.$1.plan.json")"
}

judge() {
  c head
  if ! git rev-parse -q --verify 'refs/tags/base' > /dev/null; then answer HEAD; printf 'RIGHT\t%s\n' "$1"; return 0; fi
  git rev-parse -q --verify 'base~1' > /dev/null && answer 'base~1'
  answer base
  answer HEAD
  printf 'RIGHT\t%s\n' "$1"
}
