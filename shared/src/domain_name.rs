//! What a well-formed, registrable-looking domain name is, and why a string is not one.

use crate::finding::Finding;
use crate::second_level::{is_ending, is_host, is_unsure};
use crate::unicode::plain;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Octets of a whole name (RFC 1035, 2.3.4, written without the root dot).
pub const MAX_NAME_LENGTH: usize = 253;
/// Bytes of what may be a name in whatever spelling: 253 full-width letters, and white space around them. Reading it is
/// slow, so that longer ones are too long as they are.
pub const MAX_NAME_BYTES: usize = 4_096;
/// Octets of one label (RFC 1035, 2.3.4).
pub const MAX_LABEL_LENGTH: usize = 63;

/// A root domain in its one spelling: lower case, ASCII, no dot at the end.
///
/// ```
/// use shared::domain_name::{DomainName, NameProblem};
/// assert_eq!(DomainName::parse(" Acme-Mail.COM. ").unwrap().as_str(), "acme-mail.com");
/// assert_eq!(DomainName::parse("mail.acme.com"), Err(NameProblem::Subdomain));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DomainName(String);

/// Reads a name: [`DomainName::parse`], or the same with the public suffix list.
pub type ReadName = fn(&str) -> Result<DomainName, NameProblem>;

/// Why a string is not a [`DomainName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameProblem {
    /// Nothing was given.
    Empty,
    /// More than [`MAX_NAME_LENGTH`] characters.
    TooLong,
    /// A web address, not a name.
    Url,
    /// An e-mail address.
    Email,
    /// A number address.
    IpAddress,
    /// Letters beyond ASCII, or their `xn--` form.
    Idn,
    /// No dot, so no top-level domain.
    NoTld,
    /// Two dots in a row, or one at the start.
    EmptyLabel,
    /// A part with more than [`MAX_LABEL_LENGTH`] characters.
    LabelTooLong,
    /// Something that is no letter, digit or hyphen.
    BadCharacter,
    /// A hyphen at the edge of a part, or in its third and fourth place.
    BadHyphen,
    /// A top-level domain that is not made of letters.
    BadTld,
    /// A name below a root domain.
    Subdomain,
    /// An ending below which names are sold, such as `co.uk`.
    PublicEnding,
}

impl NameProblem {
    /// Every problem, in the order in which they are declared: `problem as usize` is its place.
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

    /// The stable word.
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

    /// What to do about it, in words.
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

    /// This problem as a finding at `field`.
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
    /// Reads one name, folding upper case, full-width letters, white space around it and one dot at the end, and leaving
    /// out invisible characters. A name is taken of which only the public suffix list knows whether it is a root domain,
    /// such as `acme.oslo.no`: the server has the list, and decides.
    ///
    /// # Errors
    /// The first [`NameProblem`] in the order in which a person would correct them.
    pub fn parse(input: &str) -> Result<Self, NameProblem> {
        Self::parse_listed(input, may_be_root)
    }

    /// The same for who has the public suffix list: `is_root` decides about a name that looks as if it were below a root
    /// domain.
    ///
    /// # Errors
    /// As [`DomainName::parse`].
    pub fn parse_listed(input: &str, is_root: impl FnOnce(&str) -> bool) -> Result<Self, NameProblem> {
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
        name.split('.').try_for_each(check_label)?;
        match check_levels(&name) {
            Err(NameProblem::Subdomain) if is_root(&name) => {}
            checked => checked?,
        }
        Ok(Self(name))
    }

    /// The name in its one spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name ends in one of `tlds` (given without their dot). An empty list offers everything.
    pub fn is_under_one_of(&self, tlds: &[String]) -> bool {
        tlds.is_empty() || tlds.iter().any(|tld| self.suffix() == tld.as_str())
    }

    /// What follows the first dot: `com`, `co.uk`.
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

/// Reads a name back that was written by who had read it: whether it is a root domain was decided then, perhaps with the
/// public suffix list. For `#[serde(deserialize_with)]`.
///
/// # Errors
/// The [`NameProblem`] of a text that is no name.
pub fn read_back<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DomainName, D::Error> {
    let text = String::deserialize(deserializer)?;
    DomainName::parse_listed(&text, |_| true).map_err(serde::de::Error::custom)
}

/// Tells apart what people paste in place of a name, so that the answer can say what it is.
fn check_kind(name: &str) -> Result<(), NameProblem> {
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

/// Dotted decimal in any count of parts (browsers accept `127.1`), or anything in the shape of IPv6.
fn is_ip_address(name: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let numeric = name.contains('.') && name.split('.').all(is_number);
    numeric || name.starts_with('[') || name.matches(':').count() >= 2
}

fn check_label(label: &str) -> Result<(), NameProblem> {
    let bytes = label.as_bytes();
    if bytes.is_empty() {
        return Err(NameProblem::EmptyLabel);
    }
    if !bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') {
        return Err(NameProblem::BadCharacter);
    }
    if bytes.len() > MAX_LABEL_LENGTH {
        return Err(NameProblem::LabelTooLong);
    }
    if label.starts_with("xn--") {
        return Err(NameProblem::Idn);
    }
    // RFC 5891, 4.2.3.1 keeps `--` in the third and fourth place for encodings such as `xn--`.
    let reserved = bytes.get(2..4) == Some(b"--".as_slice());
    if bytes.first() == Some(&b'-') || bytes.last() == Some(&b'-') || reserved {
        return Err(NameProblem::BadHyphen);
    }
    Ok(())
}

/// Whether the public suffix list may have `name`, which looks as if it were below a root domain. `www` is always below one.
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
    // One more label is fine only where the registry sells below its second level.
    match (labels.count(), is_ending(second, tld)) {
        (0, true) => Err(NameProblem::PublicEnding),
        (0, false) if is_host(name) => Err(NameProblem::PublicEnding),
        (0, false) | (1, true) => Ok(()),
        _ => Err(NameProblem::Subdomain),
    }
}
