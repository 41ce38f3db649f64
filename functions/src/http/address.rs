//! What an address in the settings must be beyond what parses as one.

use axum::http::Uri;

/// Whether `uri` names no port, or one that exists: what is out of range parses, and is never reached.
pub fn has_usable_port(uri: &Uri) -> bool {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let host_and_port = authority.rsplit('@').next().unwrap_or_default();
    // The colons of an IPv6 address stand in brackets.
    let after = host_and_port.rsplit(']').next().unwrap_or_default();
    !after.contains(':') || uri.port_u16().is_some_and(|port| port > 0)
}
