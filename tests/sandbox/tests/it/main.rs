//! Tests the sandbox against the documented samples (docs/upstream.md#editions-and-marks), over real HTTP.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers of the tests fail a test by panicking")]

mod availability;
mod bundles;
mod cancelling;
mod control;
mod faults;
mod harness;
mod imports;
mod keys;
mod lifecycle;
mod lists;
mod persistence;
mod placing;
mod readings;
mod receiver;
mod users;
mod webhooks;
mod without_socket;
