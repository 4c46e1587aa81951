. "$(dirname "$0")/lib.sh"
printf 'go 1.22\nuse (\n  ./a\n  ./b\n)\n' | f go.work
f forks/x/go.mod <<< 'module example.org/x'; f forks/x/x.go <<< 'package x'
for m in a b; do printf "module example.com/$m\ngo 1.22\nrequire example.org/x v1.2.0\n" | f $m/go.mod; printf "package $m\nimport _ \"example.org/x\"\n" | f $m/$m.go; done
c start
echo 'replace example.org/x => ../forks/x' >> b/go.mod
base; f forks/x/x.go <<< 'package x // changed'
judge 'a and b changed'
