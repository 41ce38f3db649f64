//! Forwarding URLs: an ordered domain redirects its visitors to a public web address.

use crate::domain_name::{DomainName, MAX_LABEL_LENGTH, MAX_NAME_LENGTH};
use crate::finding::Finding;
use crate::unicode::{has, is_invisible};
use std::collections::BTreeSet;

/// Characters of a URL: the limit that browsers and CDNs share.
pub const MAX_URL_LENGTH: usize = 2_048;

/// The reason why a string is not a public web address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlProblem {
    /// Longer than [`MAX_URL_LENGTH`].
    TooLong,
    /// White space, control characters, a backslash or letters beyond ASCII.
    BadCharacter,
    /// A scheme other than `http` or `https`.
    BadScheme,
    /// A user name or password before the host.
    Credentials,
    /// `localhost`, an IP address, or a name that does not resolve on the public internet.
    NotPublic,
    /// A port outside of 1 to 65535.
    BadPort,
}

impl UrlProblem {
    /// The stable error code, such as `url_bad_scheme`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "url_too_long",
            Self::BadCharacter => "url_bad_character",
            Self::BadScheme => "url_bad_scheme",
            Self::Credentials => "url_with_credentials",
            Self::NotPublic => "url_host_not_public",
            Self::BadPort => "url_bad_port",
        }
    }

    /// The message for people. It says what to do.
    pub const fn message(self) -> &'static str {
        match self {
            Self::TooLong => "A web address has at most 2,048 characters.",
            Self::BadCharacter => "Write the web address without spaces, backslashes or letters beyond a to z.",
            Self::BadScheme => "Start the web address with https:// or http://.",
            Self::Credentials => "Remove the user name and password from the web address.",
            Self::NotPublic => "Give an address on the public internet, such as https://acme.com.",
            Self::BadPort => "The port after the colon is a number from 1 to 65535.",
        }
    }
}

/// Top-level names that never resolve publicly (RFC 2606, RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476).
const PRIVATE_TLDS: [&str; 13] = [
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "test",
];

/// Validates a forwarding URL and normalizes it: trimmed, scheme and host in lower case. `field` is the field to
/// report.
///
/// ```
/// use shared::forwarding_url::check_forwarding_url;
/// assert_eq!(check_forwarding_url(" HTTPS://ACME.COM/Path ", "forwarding_url").unwrap(), "https://acme.com/Path");
/// ```
///
/// # Errors
/// One [`Finding`] that says what to do.
pub fn check_forwarding_url(url: &str, field: &str) -> Result<String, Finding> {
    let url = visible(url);
    check_public_url(&url).map_err(|problem| Finding::new(problem.code(), field, problem.message()))?;
    Ok(in_one_spelling(&url))
}

/// The URL without invisible characters and surrounding white space.
fn visible(url: &str) -> String {
    url.chars().filter(|c| !is_invisible(*c)).collect::<String>().trim().to_owned()
}

/// Lower-cases scheme, host and port, which ignore letter case (RFC 3986, 6.2.2.1). Other text is unchanged.
pub fn in_one_spelling(url: &str) -> String {
    let url = visible(url);
    match split_url(&url) {
        Some((scheme, authority, rest)) if check_public_url(&url).is_ok() => {
            format!("{}://{}{rest}", scheme.to_ascii_lowercase(), authority.to_ascii_lowercase())
        }
        _ => url,
    }
}

/// The form used to compare URLs with the same target (RFC 3986, 6.2.3): without default port and empty path. It is
/// never sent.
pub fn comparable(url: &str) -> String {
    let url = in_one_spelling(url);
    match split_url(&url) {
        Some((scheme, authority, rest)) => {
            let own_port = if scheme == "https" { ":443" } else { ":80" };
            let authority = authority.strip_suffix(own_port).unwrap_or(authority);
            format!("{scheme}://{authority}{}", if rest == "/" { "" } else { rest })
        }
        None => url,
    }
}

/// Completes a typed URL: adds `https://` if it has no scheme. A URL with another scheme is unchanged, so that its
/// error names that scheme. Invisible characters are removed.
///
/// ```
/// use shared::forwarding_url::complete;
/// assert_eq!(complete("acme.com/start"), "https://acme.com/start");
/// assert_eq!(complete("http://acme.com"), "http://acme.com");
/// assert_eq!(complete("mailto:sam@acme.com"), "mailto:sam@acme.com");
/// ```
pub fn complete(typed: &str) -> String {
    let typed = visible(typed);
    if typed.is_empty() || has_scheme(&typed) {
        return typed;
    }
    format!("https://{}", typed.trim_start_matches('/'))
}

/// Whether the text starts with a scheme, or an attempt at one: `https://`, `mailto:`, `https:/`. Not `acme.com:8443`.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, after)) = text.split_once(':') else {
        return false;
    };
    if after.split(':').any(|after| after.starts_with("//")) {
        return true;
    }
    let is_port = after.starts_with(|c: char| c.is_ascii_digit());
    !scheme.contains(['/', '?', '#']) && !is_port
}

/// The domain in `names` that is the host of `url` or a parent of it. A redirect from that domain would be a loop.
pub fn leads_back_to<'u>(url: &'u str, names: &BTreeSet<DomainName>) -> Option<&'u str> {
    let (_, authority, _) = split_url(url.trim())?;
    let host = authority.split(':').next().unwrap_or_default();
    let mut below = Some(host.strip_suffix('.').unwrap_or(host));
    while let Some(name) = below {
        if DomainName::parse_listed(name, |_| true).is_ok_and(|name| names.contains(&name)) {
            return Some(name);
        }
        below = name.split_once('.').map(|(_, above)| above);
    }
    None
}

/// [`check_forwarding_url`] for an order of `names`. A redirect to one of them is refused, because it would be a loop.
///
/// # Errors
/// One [`Finding`] that says what to do.
pub fn check_redirect(url: &str, names: &BTreeSet<DomainName>, field: &str) -> Result<String, Finding> {
    let url = check_forwarding_url(url, field)?;
    let Some(domain) = leads_back_to(&url, names) else {
        return Ok(url);
    };
    let message = format!(
        "{domain} is one of the domains being ordered: its redirect would lead to itself. Give another address."
    );
    Err(Finding::new("redirect_to_itself", field, message))
}

/// Whether `url` is `http(s)://public.host[:port][/…]`.
///
/// # Errors
/// The first [`UrlProblem`].
pub fn check_public_url(url: &str) -> Result<(), UrlProblem> {
    if url.len() > MAX_URL_LENGTH {
        return Err(UrlProblem::TooLong);
    }
    // Browsers treat a backslash as a slash, so two parsers could see different hosts.
    if !url.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        return Err(UrlProblem::BadCharacter);
    }
    let (_, authority, _) = split_url(url).ok_or(UrlProblem::BadScheme)?;
    if has(authority, '@') {
        return Err(UrlProblem::Credentials);
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    check_host(host)?;
    // Digits only (RFC 3986, 3.2.3): the number parser would also accept a plus sign.
    let is_port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|number| number > 0);
    if port.is_none_or(is_port) { Ok(()) } else { Err(UrlProblem::BadPort) }
}

/// Splits a URL into scheme, host with port, and the rest from the first `/`, `?` or `#`. `None` for other schemes than
/// `http` and `https`.
fn split_url(url: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    if !known || rest.is_empty() {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end)?;
    Some((scheme, authority, rest))
}

/// Checks that the host is a dotted name under a public top-level domain. IP addresses in every notation (`127.1`,
/// `0x7f.1`, `2130706433`, `[::1]`) fail because of their last label or their brackets.
fn check_host(host: &str) -> Result<(), UrlProblem> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let (_, tld) = host.rsplit_once('.').ok_or(UrlProblem::NotPublic)?;
    if host.len() <= MAX_NAME_LENGTH && is_public_tld(tld) && host.split('.').all(is_label) {
        Ok(())
    } else {
        Err(UrlProblem::NotPublic)
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= MAX_LABEL_LENGTH
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_public_tld(tld: &str) -> bool {
    let alphabetic = tld.len() >= 2 && tld.bytes().all(|b| b.is_ascii_lowercase());
    (alphabetic || tld.starts_with("xn--")) && !PRIVATE_TLDS.contains(&tld)
}
