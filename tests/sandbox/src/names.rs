//! Root domain names: parsing and validation.

/// Common second-level suffixes under which names are registered. The emulator only needs to distinguish `acme.co.uk`
/// from `mail.acme.com`.
const DEEP_SUFFIXES: [&str; 11] =
    ["co.uk", "org.uk", "me.uk", "com.au", "net.au", "co.nz", "co.za", "com.br", "co.in", "com.pl", "oslo.no"];

/// A syntactically valid root domain, in lower case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Name {
    pub(crate) domain: String,
    pub(crate) label: String,
    pub(crate) suffix: String,
}

/// The reason why a text is not a root domain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NameFault {
    /// A well-formed subdomain.
    NotRoot,
    /// An invalid domain name.
    Invalid,
}

/// Parses a name; upper case is folded.
pub(crate) fn parse(raw: &str) -> Result<Name, NameFault> {
    let domain = raw.to_ascii_lowercase();
    if domain.len() > 253 || !domain.split('.').all(well_formed) {
        return Err(NameFault::Invalid);
    }
    let (label, suffix) = domain.split_once('.').ok_or(NameFault::Invalid)?;
    let top = suffix.rsplit('.').next().unwrap_or_default();
    let letters = top.bytes().all(|byte| byte.is_ascii_lowercase());
    if top.len() < 2 || !(letters || top.starts_with("xn--")) {
        return Err(NameFault::Invalid);
    }
    if suffix.contains('.') && !DEEP_SUFFIXES.contains(&suffix) {
        return Err(NameFault::NotRoot);
    }
    if DEEP_SUFFIXES.contains(&domain.as_str()) {
        return Err(NameFault::Invalid);
    }
    Ok(Name { label: label.to_owned(), suffix: suffix.to_owned(), domain })
}

fn well_formed(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::{NameFault, parse};

    #[test]
    fn root_domains_are_parsed_and_normalized() {
        assert_eq!(parse("Acme-Mail.COM").map(|name| name.domain).as_deref(), Ok("acme-mail.com"));
        assert_eq!(parse("acme.co.uk").map(|name| name.suffix).as_deref(), Ok("co.uk"));
    }

    #[test]
    fn other_names_are_refused_with_a_reason() {
        assert_eq!(parse("mail.acme.com"), Err(NameFault::NotRoot));
        for bad in
            ["", "acme", "acme mail.com", "-acme.com", "acme-.com", "10.0.0.1", "a..com", "ä.com", "co.uk", "acme.com."]
        {
            assert_eq!(parse(bad), Err(NameFault::Invalid), "{bad}");
        }
    }
}
