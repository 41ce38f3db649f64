//! The settings of whoever calls upstream.

use crate::config::reader::Reader;
use crate::config::settings::{AVAILABILITY_BATCH, PEEKER_BASE_URL, UPSTREAM_CALLS_PER_MINUTE};

/// Where upstream is, and how fast it may be called.
#[derive(Debug, Clone)]
pub struct UpstreamSettings {
    /// Such as `https://api.peeker.ai/partner/v1`.
    pub base_url: String,
    /// Names per availability call.
    pub availability_batch: usize,
    /// Calls per minute of all functions of the stage. `None`, which no variable sets, means no limit.
    pub calls_per_minute: Option<u32>,
}

impl UpstreamSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            base_url: reader.text(&PEEKER_BASE_URL),
            availability_batch: reader.number(&AVAILABILITY_BATCH),
            calls_per_minute: Some(reader.number(&UPSTREAM_CALLS_PER_MINUTE)),
        }
    }
}
