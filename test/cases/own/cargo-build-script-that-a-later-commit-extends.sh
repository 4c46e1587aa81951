. "$(dirname "$0")/lib.sh"
f Cargo.toml <<< $'[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\nshared = { path = "crates/lib", package = "lib" }'
for p in lib a b web; do f crates/$p/Cargo.toml <<< $'[package]\nname = "'$p$'"\nversion = "0.1.0"'; f crates/$p/src/lib.rs <<< ''; done

f crates/a/build.rs <<< 'fn main() {}'
f crates/b/src/lib.rs <<< 'fn x() {}'
f crates/lib/proto/x.proto <<< '1'
f crates/lib/src/shared.rs <<< '// 1'
c start
f crates/a/build.rs <<< 'fn main() { tonic_build::compile_protos("../lib/proto/x.proto"); }'
f crates/b/src/lib.rs <<< '#[path = "../../lib/src/shared.rs"] mod shared;'
base; f crates/lib/proto/x.proto <<< '2'; f crates/lib/src/shared.rs <<< '// 2'
judge 'lib, a and b changed; unchanged: web'
