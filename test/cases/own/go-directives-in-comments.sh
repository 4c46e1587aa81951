. "$(dirname "$0")/lib.sh"
f go.work <<< $'go 1.22\nuse ./lib\nuse ./gen\nuse ./a\nuse ./b\nuse ./web'
for m in lib gen a b web; do f $m/go.mod <<< "module example.com/$m"; f $m/x.go <<< "package $m"; done
f lib/x.h <<< '1'
f gen/main.go <<< 'package main'
f a/a.go <<'X'
package a

// #include "../lib/x.h"
import "C"
X
f b/b.go <<'X'
package b

//go:generate go run ../gen
X
base; f lib/x.h <<< '2'; f gen/main.go <<< 'package main // 2'
judge 'lib, gen, a and b changed; unchanged: web'
