//! Prints the files of docs/notifications/ as one JSON object; `cargo xtask openapi` writes them.

#![expect(clippy::print_stdout, reason = "what it prints is its result")]

fn main() {
    print!("{}", functions::model::notification::schema::as_json());
}
