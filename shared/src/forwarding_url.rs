//! Where visitors of an ordered domain are sent: a public web address, and nothing else.

use crate::domain_name::{MAX_LABEL_LENGTH, MAX_NAME_LENGTH};
use crate::persona::MAX_URL_LENGTH;
use crate::problem::Finding;
use crate::text::{cut, each};

/// Why a string is not a public web address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlProblem {
    /// Longer than [`MAX_URL_LENGTH`].
    TooLong,
    /// White space, control characters, a backslash or letters beyond ASCII.
    BadCharacter,
    /// Anything but `http://` or `https://`.
    BadScheme,
    /// A user name or password in front of the host.
    Credentials,
    /// `localhost`, an IP address, or a name that does not resolve on the public internet.
    NotPublic,
    /// Something else than 1 to 65535 after the colon.
    BadPort,
}

impl UrlProblem {
    /// The stable word.
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

    /// What to do about it, in words.
    #[inline(never)]
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

/// Top-level names that never resolve publicly (RFC 2606, RFC 6761, RFC 6762, RFC 8375, RFC 9476).
const PRIVATE_TLDS: [&str; 12] = [
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
    "test",
];

/// Judges a forwarding URL and blames `field`.
///
/// # Errors
/// One [`Finding`] that says what to do.
pub fn check_forwarding_url(url: &str, field: &str) -> Result<String, Finding> {
    let url = url.trim();
    check_public_url(url).map_err(|problem| Finding::new(problem.code(), field, problem.message()))?;
    Ok(url.to_owned())
}

/// Whether `url` is `http(s)://public.host[:port][/…]`.
///
/// # Errors
/// The first [`UrlProblem`].
pub fn check_public_url(url: &str) -> Result<(), UrlProblem> {
    if url.len() > MAX_URL_LENGTH {
        return Err(UrlProblem::TooLong);
    }
    // A backslash is a slash to browsers, and would let the host differ between two readers.
    if !url.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        return Err(UrlProblem::BadCharacter);
    }
    let rest = strip_scheme(url).ok_or(UrlProblem::BadScheme)?;
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    if cut(authority, b'@').is_some() {
        return Err(UrlProblem::Credentials);
    }
    let (host, port) = match cut(authority, b':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    check_host(host)?;
    // Digits only (RFC 3986, 3.2.3): a parser of numbers would take a plus sign, too.
    let is_port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|number| number > 0);
    if port.is_none_or(is_port) { Ok(()) } else { Err(UrlProblem::BadPort) }
}

fn strip_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = cut(url, b':')?;
    let rest = rest.strip_prefix('/')?.strip_prefix('/')?;
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    (known && !rest.is_empty()).then_some(rest)
}

/// A host is public when it is a dotted name under a public top-level name. IP addresses in every notation
/// (`127.1`, `0x7f.1`, `2130706433`, `[::1]`) fail on their last label or on the brackets.
fn check_host(host: &str) -> Result<(), UrlProblem> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let mut tld = host.as_str();
    while let Some((_, after)) = cut(tld, b'.') {
        tld = after;
    }
    let has_dot = tld.len() < host.len();
    if has_dot && host.len() <= MAX_NAME_LENGTH && is_public_tld(tld) {
        each(&host, b'.', |label| if is_label(label) { Ok(()) } else { Err(UrlProblem::NotPublic) })
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
