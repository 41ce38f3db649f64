//! One module for each command: its arguments, what it does, and how it tells.

pub(crate) mod actions;
pub(crate) mod bundles;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod customers;
pub(crate) mod orders;
pub(crate) mod session;
pub(crate) mod smoke;
pub(crate) mod webhook;
