//! The rules alone, with objects in and out: for pages that have no element, and for Node. The element's own module
//! (crate `widget`) is built for its size and speaks text; this one is built for long lists, and is loaded only by who
//! imports it.

mod exports;
mod file;
mod names;
#[cfg(target_family = "wasm")]
mod panic;

#[cfg(test)]
mod tests;

pub use exports::{
    check_forwarding_url, check_personas, check_picks, problems, read_file, read_list, separator, solve_split,
    validate_domain, validate_domains,
};
