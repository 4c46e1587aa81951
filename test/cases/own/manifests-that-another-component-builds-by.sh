. "$(dirname "$0")/lib.sh"
f Cargo.toml <<< '[workspace]
members = ["crates/*"]'
for m in fn other; do f crates/$m/Cargo.toml <<< "[package]
name = \"$m\"
version = \"0.1.0\""; f crates/$m/src/main.rs <<< 'fn main() {}'; done
f infra/cdk.json <<< '{ "app": "node bin/app.js" }'; f infra/package.json <<< '{ "name": "infra" }'
f infra/bin/app.js <<< "new RustFunction(this, 'F', { manifestPath: '../crates/fn/Cargo.toml' });"
f tool/package.json <<< '{ "name": "tool", "scripts": { "build": "cargo build --manifest-path ../crates/fn/Cargo.toml" } }'
base; f crates/fn/src/main.rs <<< 'fn main() { println!(); }'
judge 'fn, infra and tool changed; unchanged: other'
