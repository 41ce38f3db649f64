//! Web origins, normalized as browsers serialize them.

use crate::domain_name::MAX_NAME_LENGTH;
use std::net::Ipv6Addr;

/// Maximum number of origins of one session.
pub const MAX_ORIGINS: usize = 20;
/// Error message for an invalid origin.
pub const NOT_AN_ORIGIN: &str = "An origin is a scheme and a host, such as https://app.acme.com, without a path.";

/// Normalizes an origin as browsers serialize it: scheme and host in lower case, no default port, no trailing slash.
/// `None` if it is not an origin: it has a path, a query, user information, or a scheme other than http and https.
///
/// ```
/// use shared::origin::normalise_origin;
/// assert_eq!(normalise_origin("https://App.Acme.com:443/").as_deref(), Some("https://app.acme.com"));
/// assert_eq!(normalise_origin("https://app.acme.com/checkout"), None);
/// ```
#[must_use]
pub fn normalise_origin(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, after)) => {
            address.parse::<Ipv6Addr>().ok()?;
            (format!("[{address}]"), if after.is_empty() { None } else { Some(after.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host.to_owned(), Some(port)),
            None => (authority.to_owned(), None),
        },
    };
    let host = host.to_ascii_lowercase();
    // No wildcards: `https://*.acme.com` never matches a page.
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let is_host = host.starts_with('[') || host.bytes().all(fits);
    if host.is_empty() || host.len() > MAX_NAME_LENGTH || !is_host {
        return None;
    }
    let port = match port {
        // `parse` would accept a sign.
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => Some(port.parse::<u16>().ok()?),
        Some(_) => return None,
        None => None,
    };
    Some(match port.filter(|port| *port != default_port) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

#[cfg(test)]
mod tests {
    use super::normalise_origin;

    #[test]
    fn origin_is_serialized_as_in_browsers() {
        for (text, expected) in [
            ("https://app.acme.com", "https://app.acme.com"),
            (" HTTPS://App.Acme.com:443/ ", "https://app.acme.com"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("https://acme.com:80", "https://acme.com:80"),
            ("http://[::1]:8787", "http://[::1]:8787"),
            ("http://[::1]", "http://[::1]"),
            ("https://my_host.example", "https://my_host.example"),
        ] {
            assert_eq!(normalise_origin(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn invalid_origin_is_refused() {
        let long = format!("https://{}.com", "a".repeat(250));
        for text in [
            "",
            "x",
            "*",
            "null",
            "app.acme.com",
            "ftp://acme.com",
            "https://",
            "https:///",
            "https://acme.com/checkout",
            "https://acme.com//",
            "https://acme.com?a=1",
            "https://acme.com#a",
            "https://me@acme.com",
            "https://acme.com:",
            "https://acme.com:/",
            "https://acme.com:x",
            "https://acme.com:+80",
            "https://acme.com:65536",
            "https://acme.com:80:80",
            "https://:80",
            "https://[::1",
            "https://[::1]x",
            "https://[acme]",
            "https://ac me.com",
            "https://*.acme.com",
            "https://müller.example",
            "https://acme.com\\x",
            "https://a%20b.com",
            "https://https://acme.com",
            long.as_str(),
        ] {
            assert_eq!(normalise_origin(text), None, "{text}");
        }
    }
}
