//! One module per command: arguments, calls and output.

pub(crate) mod actions;
pub(crate) mod approvals;
pub(crate) mod bundles;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod customers;
pub(crate) mod events;
pub(crate) mod ledger;
pub(crate) mod notifications;
pub(crate) mod orders;
pub(crate) mod session;
mod session_terms;
pub(crate) mod smoke;
pub(crate) mod webhook;
