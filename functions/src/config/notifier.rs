//! The settings of the notifier.

use crate::aws::AwsAccess;
use crate::config::reader::Reader;
use crate::config::settings::{ATTEMPTS_QUEUE_URL, LOOPBACK_ENDPOINTS, ORDER_LINK};
use crate::config::stage::aws_access;
use crate::config::upstream::UpstreamSettings;
use crate::secrets::StageKind;
use shared::endpoint::Hosts;

/// The settings of the notifier.
#[derive(Debug, Clone)]
pub struct NotifierSettings {
    /// How queue and buses are reached.
    pub aws: AwsAccess,
    /// The queue with attempts that are to be made later; `None`: the schedule alone repeats attempts.
    pub queue_url: Option<String>,
    /// The hosts that endpoints may have.
    pub hosts: Hosts,
    /// The stage's link to an order, with `{id}` in it.
    pub order_link: Option<String>,
    /// Upstream, which is asked what somebody has to do.
    pub upstream: UpstreamSettings,
}

impl NotifierSettings {
    pub(super) fn read(reader: &mut Reader<'_>, kind: Option<StageKind>) -> Self {
        Self {
            aws: aws_access(reader),
            queue_url: reader.optional(&ATTEMPTS_QUEUE_URL),
            hosts: hosts(reader, kind),
            order_link: reader.optional(&ORDER_LINK),
            upstream: UpstreamSettings::read(reader),
        }
    }
}

/// The hosts that endpoints may have.
fn hosts(reader: &mut Reader<'_>, kind: Option<StageKind>) -> Hosts {
    if !reader.is(&LOOPBACK_ENDPOINTS, "on") {
        return Hosts::Public;
    }
    if kind == Some(StageKind::Live) {
        reader.note(format!("{} must be off on a live stage", LOOPBACK_ENDPOINTS.name));
    }
    Hosts::AndThisMachine
}
