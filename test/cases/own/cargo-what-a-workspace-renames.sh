. "$(dirname "$0")/lib.sh"
f Cargo.toml <<< $'[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\nshared = { path = "crates/lib", package = "lib" }'
for p in lib a b web; do f crates/$p/Cargo.toml <<< $'[package]\nname = "'$p$'"\nversion = "0.1.0"'; f crates/$p/src/lib.rs <<< ''; done

f crates/a/Cargo.toml <<< $'[package]\nname = "a"\nversion = "0.1.0"\n[dependencies]\nshared.workspace = true'
f crates/b/Cargo.toml <<< $'[package]\nname = "b"\nversion = "0.1.0"\n[target."cfg(unix)".dependencies]\nshared = { workspace = true, features = ["x"] }'
base; f crates/lib/src/lib.rs <<< '// 2'
judge 'lib, a and b changed; unchanged: web'
