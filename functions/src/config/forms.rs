//! What the values of settings must look like where that takes more than a comparison.

use crate::http::address::has_usable_port;
use crate::placement::ApprovalUrl;
use axum::http::Uri;
use shared::origin::normalise_origin;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// The parts of `a, b,c`.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// Whether `text` is an address over HTTP.
pub(super) fn is_url(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() && has_usable_port(&uri)
    })
}

/// Whether `text` is an address that can be asked for approvals.
pub(super) fn is_approval_url(text: &str) -> bool {
    ApprovalUrl::parse(text).is_some()
}

/// Whether `text` has at least one origin, and nothing else.
pub(super) fn is_origin_list(text: &str) -> bool {
    parts(text).next().is_some() && parts(text).all(|origin| normalise_origin(origin).is_some())
}

/// Whether `text` has top-level domains only, with or without the dot before them.
pub(super) fn is_tld_list(text: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    parts(text).all(|tld| tld.trim_start_matches('.').split('.').all(is_label))
}

/// Whether `text` is a level, or levels of parts such as `functions=debug`. Any other word would be the name of a part
/// that does not exist.
pub(super) fn is_level(text: &str) -> bool {
    let is_word = |part: &str| part.contains('=') || (!part.is_empty() && part.parse::<LevelFilter>().is_ok());
    text.split(',').all(is_word) && text.parse::<Targets>().is_ok()
}
