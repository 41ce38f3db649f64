//! Further rules for addresses in settings, beyond being a valid URL.

use axum::http::Uri;
use std::net::IpAddr;

/// Whether `uri` has no port or a valid one: a port out of range parses, but is never reachable.
pub fn has_usable_port(uri: &Uri) -> bool {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let host_and_port = authority.rsplit('@').next().unwrap_or_default();
    // An IPv6 address is written in brackets.
    let after = host_and_port.rsplit(']').next().unwrap_or_default();
    !after.contains(':') || uri.port_u16().is_some_and(|port| port > 0)
}

/// Whether nothing leaves the machine on the way there.
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
