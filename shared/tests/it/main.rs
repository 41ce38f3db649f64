//! The rules against vectors that other tools and documents made, and against properties that hold for any input.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of the tests fail a test by panicking")]

mod cases;
mod events;
mod lists;
mod names;
mod orders;
mod people;
mod properties;
mod redirects;
mod rows;
mod splits;
