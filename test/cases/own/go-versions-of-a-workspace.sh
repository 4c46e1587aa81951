. "$(dirname "$0")/lib.sh"
printf 'go 1.22\nuse (\n  ./a\n  ./b\n  ./c\n)\n' | f go.work
for m in a b c; do printf "module example.com/$m\ngo 1.22\nrequire example.org/x v1.2.0\n" | f $m/go.mod; printf "package $m\nimport _ \"example.org/x\"\n" | f $m/$m.go; done
base
printf 'module example.com/b\ngo 1.22\nrequire example.org/x v1.5.0\n' | f b/go.mod
judge 'a, b and c changed'
