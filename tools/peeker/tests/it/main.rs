//! The command line as partners use it: the real binary, with a real stack.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of the suites fail a test by panicking"
)]

mod backends;
mod bundles;
mod captures;
mod deliveries;
mod doctor;
mod doctor_groups;
mod events;
mod harness;
mod invoices;
mod ledger;
mod notifications;
mod orders;
mod payments;
mod rejected;
mod sessions;
mod settings;
mod settle;
mod shop;
mod smoke;
mod stage;
mod surface;
#[cfg(target_os = "linux")]
mod terminal;
mod trouble;
