//! Domain names: parsing, normalization, and the reasons to refuse a string.

use crate::finding::Finding;
use crate::second_level::{is_ending, is_host, is_unsure};
use crate::unicode::{has, plain};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Octets of a whole name (RFC 1035, 2.3.4, written without the root dot).
pub const MAX_NAME_LENGTH: usize = 253;
/// Bytes of input that can still be a name: 253 full-width letters, and white space around them. Longer input is
/// refused as too long without normalization, which is slow.
pub const MAX_NAME_BYTES: usize = 4_096;
/// Octets of one label (RFC 1035, 2.3.4).
pub const MAX_LABEL_LENGTH: usize = 63;

/// A normalized root domain: lower case, ASCII, no trailing dot.
///
/// ```
/// use shared::domain_name::{DomainName, NameProblem};
/// assert_eq!(DomainName::parse(" Acme-Mail.COM. ").unwrap().as_str(), "acme-mail.com");
/// assert_eq!(DomainName::parse("mail.acme.com"), Err(NameProblem::Subdomain));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DomainName(String);

/// Parses a name: [`DomainName::parse`], or a variant that uses the public suffix list.
pub type ReadName = fn(&str) -> Result<DomainName, NameProblem>;

/// The reason why a string is not a [`DomainName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameProblem {
    /// The input is empty.
    Empty,
    /// More than [`MAX_NAME_LENGTH`] characters.
    TooLong,
    /// A URL instead of a name, such as `https://acme.com/x`.
    Url,
    /// An e-mail address, such as `sam@acme.com`.
    Email,
    /// An IP address.
    IpAddress,
    /// Non-ASCII letters, or a label with the prefix `xn--`.
    Idn,
    /// No dot, so no top-level domain.
    NoTld,
    /// An empty label: two dots in a row, or a leading dot.
    EmptyLabel,
    /// A label with more than [`MAX_LABEL_LENGTH`] characters.
    LabelTooLong,
    /// A character other than a letter, a digit or a hyphen.
    BadCharacter,
    /// A label that starts or ends with a hyphen, or has hyphens as its third and fourth characters.
    BadHyphen,
    /// A top-level domain with characters other than letters.
    BadTld,
    /// A subdomain of a registrable name, such as `mail.acme.com`.
    Subdomain,
    /// A public suffix, below which names are registered, such as `co.uk`.
    PublicEnding,
}

impl NameProblem {
    /// All problems in declaration order: `problem as usize` is the index.
    pub const ALL: [Self; 14] = [
        Self::Empty,
        Self::TooLong,
        Self::Url,
        Self::Email,
        Self::IpAddress,
        Self::Idn,
        Self::NoTld,
        Self::EmptyLabel,
        Self::LabelTooLong,
        Self::BadCharacter,
        Self::BadHyphen,
        Self::BadTld,
        Self::Subdomain,
        Self::PublicEnding,
    ];

    /// The stable error code, such as `domain_is_email`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "domain_empty",
            Self::TooLong => "domain_too_long",
            Self::Url => "domain_is_url",
            Self::Email => "domain_is_email",
            Self::IpAddress => "domain_is_ip_address",
            Self::Idn => "domain_idn_not_supported",
            Self::NoTld => "domain_without_tld",
            Self::EmptyLabel => "domain_empty_label",
            Self::LabelTooLong => "domain_label_too_long",
            Self::BadCharacter => "domain_bad_character",
            Self::BadHyphen => "domain_bad_hyphen",
            Self::BadTld => "domain_bad_tld",
            Self::Subdomain => "domain_is_subdomain",
            Self::PublicEnding => "domain_is_ending",
        }
    }

    /// The message for people. It says what to do.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Empty => "Type a domain name, such as acme-mail.com.",
            Self::TooLong => "A domain name has at most 253 characters.",
            Self::Url => "Give the domain name alone, without http:// or a path.",
            Self::Email => "Give the domain name alone: the part after the @.",
            Self::IpAddress => "Give a domain name, not an IP address.",
            Self::Idn => "Use the letters a to z, digits and hyphens: mail from other alphabets is often filtered.",
            Self::NoTld => "Add the ending, such as .com.",
            Self::EmptyLabel => "Remove the extra dot.",
            Self::LabelTooLong => "Each part between dots has at most 63 characters.",
            Self::BadCharacter => "Use only letters, digits and hyphens.",
            Self::BadHyphen => {
                "A hyphen cannot be at the start or end of a part, nor be both its third and fourth character."
            }
            Self::BadTld => "The ending after the last dot consists of letters, such as .com.",
            Self::Subdomain => "Give the root domain, such as acme.com. Names with more parts cannot be ordered here.",
            Self::PublicEnding => "This is an ending, not a domain. Put a name in front of it, such as acme.co.uk.",
        }
    }

    /// Converts the problem to a finding about `field`.
    pub fn at(self, field: impl Into<String>) -> Finding {
        Finding::new(self.code(), field, self.message())
    }
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for NameProblem {}

impl DomainName {
    /// Parses one name. Folds upper case and full-width letters, removes surrounding white space, one trailing dot and
    /// invisible characters. Accepts a name whose status only the full public suffix list can decide, such as
    /// `acme.oslo.no`; the server has the list and decides.
    ///
    /// # Errors
    /// The first [`NameProblem`], in the order in which a person would correct them.
    pub fn parse(input: &str) -> Result<Self, NameProblem> {
        Self::parse_listed(input, may_be_root)
    }

    /// [`DomainName::parse`] for callers with the public suffix list: `is_root` decides about a name that looks like a
    /// subdomain.
    ///
    /// # Errors
    /// As [`DomainName::parse`].
    pub fn parse_listed(input: &str, is_root: impl FnOnce(&str) -> bool) -> Result<Self, NameProblem> {
        let name = spelled(input)?;
        match check_levels(&name) {
            Err(NameProblem::Subdomain) if is_root(&name) => {}
            checked => checked?,
        }
        Ok(Self(name))
    }

    /// The one spelling of a name, for comparisons with names from elsewhere; what is no name stays as it is.
    ///
    /// ```
    /// use shared::domain_name::DomainName;
    /// assert_eq!(DomainName::spelling_of(" ACME.Com. "), "acme.com");
    /// assert_eq!(DomainName::spelling_of("not a name"), "not a name");
    /// ```
    pub fn spelling_of(name: &str) -> String {
        Self::parse_listed(name, |_| true).map_or_else(|_| name.to_owned(), |name| name.0)
    }

    /// The normalized name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name ends in one of `tlds` (without leading dots). An empty list allows every TLD.
    pub fn is_under_one_of(&self, tlds: &[String]) -> bool {
        tlds.is_empty() || tlds.iter().any(|tld| self.suffix() == tld.as_str())
    }

    /// The part after the first dot, such as `com` or `co.uk`.
    pub fn suffix(&self) -> &str {
        self.0.split_once('.').map_or("", |(_, suffix)| suffix)
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DomainName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Deserializes a stored name without the root check, which happened before it was stored, perhaps with the public
/// suffix list. For `#[serde(deserialize_with)]`.
///
/// # Errors
/// The [`NameProblem`] of an invalid name.
pub fn read_back<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DomainName, D::Error> {
    let text = String::deserialize(deserializer)?;
    DomainName::parse_listed(&text, |_| true).map_err(serde::de::Error::custom)
}

/// A name in its one spelling, whose labels are valid.
fn spelled(input: &str) -> Result<String, NameProblem> {
    if input.len() > MAX_NAME_BYTES {
        return Err(NameProblem::TooLong);
    }
    let input = plain(input);
    let trimmed = input.trim();
    let name = trimmed.strip_suffix('.').unwrap_or(trimmed);
    if name.is_empty() {
        return Err(if trimmed.is_empty() { NameProblem::Empty } else { NameProblem::EmptyLabel });
    }
    check_kind(name)?;
    if name.len() > MAX_NAME_LENGTH {
        return Err(NameProblem::TooLong);
    }
    let name = name.to_ascii_lowercase();
    name.as_bytes().split(|byte| *byte == b'.').try_for_each(check_label)?;
    Ok(name)
}

/// Detects URLs, e-mail addresses and IP addresses, so that the error can name them.
fn check_kind(name: &str) -> Result<(), NameProblem> {
    // Most names have only letters, digits, hyphens and dots, and end in a letter: so they are none of the three.
    let is_usual = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    if is_usual && !name.ends_with(|last: char| last.is_ascii_digit()) {
        return Ok(());
    }
    let has = |wanted: &[u8]| name.bytes().any(|byte| wanted.contains(&byte));
    if has(b"/?#") {
        return Err(NameProblem::Url);
    }
    if has(b"@") {
        return Err(NameProblem::Email);
    }
    if is_ip_address(name) {
        return Err(NameProblem::IpAddress);
    }
    if !name.is_ascii() {
        return Err(NameProblem::Idn);
    }
    Ok(())
}

/// Whether the input is dotted decimal with any number of parts (browsers accept `127.1`), or has the form of IPv6.
fn is_ip_address(name: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let numeric = has(name, '.') && name.split('.').all(is_number);
    numeric || name.starts_with('[') || name.matches(':').count() >= 2
}

fn check_label(bytes: &[u8]) -> Result<(), NameProblem> {
    if bytes.is_empty() {
        return Err(NameProblem::EmptyLabel);
    }
    if !bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') {
        return Err(NameProblem::BadCharacter);
    }
    if bytes.len() > MAX_LABEL_LENGTH {
        return Err(NameProblem::LabelTooLong);
    }
    if bytes.starts_with(b"xn--") {
        return Err(NameProblem::Idn);
    }
    // RFC 5891, 4.2.3.1 keeps `--` in the third and fourth place for encodings such as `xn--`.
    let reserved = bytes.get(2..4) == Some(b"--".as_slice());
    if bytes.first() == Some(&b'-') || bytes.last() == Some(&b'-') || reserved {
        return Err(NameProblem::BadHyphen);
    }
    Ok(())
}

/// Whether the public suffix list may classify `name` as a root domain although it looks like a subdomain. `www` is
/// always a subdomain.
fn may_be_root(name: &str) -> bool {
    let mut labels = name.rsplit('.');
    let (Some(tld), Some(second)) = (labels.next(), labels.next()) else {
        return false;
    };
    !name.starts_with("www.") && is_unsure(labels.count(), second, tld)
}

fn check_levels(name: &str) -> Result<(), NameProblem> {
    let mut labels = name.rsplit('.');
    let (Some(tld), Some(second)) = (labels.next(), labels.next()) else {
        return Err(NameProblem::NoTld);
    };
    if tld.len() < 2 || !tld.bytes().all(|b| b.is_ascii_lowercase()) {
        return Err(NameProblem::BadTld);
    }
    // A third label is allowed only under a second-level registry such as `co.uk`.
    match (labels.count(), is_ending(second, tld)) {
        (0, true) => Err(NameProblem::PublicEnding),
        (0, false) if is_host(name) => Err(NameProblem::PublicEnding),
        (0, false) | (1, true) => Ok(()),
        _ => Err(NameProblem::Subdomain),
    }
}
