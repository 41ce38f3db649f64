//! The one client of upstream: it holds the key, makes calls, and turns every way to fail into [`UpstreamError`].

mod actions;
pub mod availability;
mod block;
pub mod bundles;
mod call;
mod client;
pub mod envelope;
mod error;
pub mod imports;
pub mod inventory;
pub mod meter;
pub mod network;
pub mod order_body;
pub mod orders;
mod pace;
mod paging;
pub mod plan;
mod plan_cache;
mod rate;
pub mod receipt;
mod recent_actions;
mod send;
pub mod transport;

pub use client::{Upstream, UpstreamConfig};
pub use error::{UNKNOWN_CODE, UpstreamError};
