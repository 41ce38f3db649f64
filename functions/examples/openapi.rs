//! Prints docs/openapi.json; `cargo xtask openapi` writes it.

#![expect(clippy::print_stdout, reason = "what it prints is its result")]

fn main() {
    print!("{}", functions::openapi::document());
}
