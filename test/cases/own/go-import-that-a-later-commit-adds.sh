. "$(dirname "$0")/lib.sh"
f go.work <<< $'go 1.22\nuse ./lib\nuse ./a\nuse ./web'
for m in lib a web; do f $m/go.mod <<< "module example.com/$m"; f $m/x.go <<< "package $m"; done
c start
f a/x.go <<< $'package a\nimport _ "example.com/lib/sub"'
f lib/sub/s.go <<< 'package sub'
base; f lib/sub/s.go <<< 'package sub // 2'
judge 'lib and a changed; unchanged: web'
