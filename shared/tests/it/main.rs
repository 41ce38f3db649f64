//! Tests the rules against vectors from other tools and documents, and against properties of arbitrary input.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of the tests fail a test by panicking"
)]

mod cases;
mod events;
mod lists;
mod names;
mod orders;
mod people;
mod pricing;
mod properties;
mod protocol;
mod redirects;
mod rows;
mod splits;
