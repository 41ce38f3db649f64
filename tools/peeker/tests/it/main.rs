//! The command line as a partner uses it: the real binary, against a real stack.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of the suites fail a test by panicking"
)]

mod backends;
mod bench;
mod bundles;
mod captures;
mod deliveries;
mod doctor;
mod doctor_groups;
mod orders;
mod rejected;
mod sessions;
mod settings;
mod settle;
mod smoke;
mod stage;
mod surface;
#[cfg(target_os = "linux")]
mod terminal;
mod trouble;
