//! Whether a name is one that a registry sells, by the public suffix list. Native code alone has the list: it
//! would weigh as much as the widget.

use crate::domain_name::{DomainName, NameProblem};

/// Why a name cannot be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootProblem {
    /// A name below a root domain.
    NotRoot,
    /// A name below an ending that no registry sells, such as `github.io`: nameservers cannot be set there.
    Registry,
    /// No name at all, or none that can carry mail here.
    Name(NameProblem),
}

impl RootProblem {
    /// The stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotRoot => "not_root_domain",
            Self::Registry => "registry_not_supported",
            Self::Name(problem) => problem.code(),
        }
    }

    /// The message: what to do.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotRoot => "Give the root domain, such as acme.com, not a name below it.",
            Self::Registry => "Domains under this ending cannot be used here yet. Choose another one, or ask the shop.",
            Self::Name(problem) => problem.message(),
        }
    }
}

/// Reads a name wherever one comes in: what [`DomainName`] takes, and what the list has beside it, such as
/// `acme.oslo.no`. What was imported can be read back by that.
///
/// # Errors
/// [`NameProblem`].
pub fn read(input: &str) -> Result<DomainName, NameProblem> {
    DomainName::parse_listed(input, is_sold)
}

/// Reads a root domain to be imported: the list alone decides.
///
/// # Errors
/// [`RootProblem`].
pub fn parse(input: &str) -> Result<DomainName, RootProblem> {
    let name = input.trim().trim_end_matches('.').to_ascii_lowercase();
    match read(input) {
        Ok(name) if is_registrable(name.as_str()) => Ok(name),
        // The browser's short list may take an ending for a name, or the reverse: the public suffix list knows.
        Ok(_) | Err(NameProblem::Subdomain | NameProblem::BadTld | NameProblem::NoTld) if is_ending(&name) => {
            Err(RootProblem::Name(NameProblem::PublicEnding))
        }
        Err(NameProblem::Subdomain) if is_registrable(&name) => Err(RootProblem::Registry),
        Ok(_) | Err(NameProblem::Subdomain) => Err(RootProblem::NotRoot),
        Err(problem) => Err(RootProblem::Name(problem)),
    }
}

/// An ending that the list names, such as `co.in`. Unknown endings of one label are not meant.
fn is_ending(name: &str) -> bool {
    psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == name)
}

/// One label below an ending that a registry sells under. The list has endings of companies beside those.
fn is_sold(name: &str) -> bool {
    let sells = psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Icann));
    sells && is_registrable(name)
}

/// Whether `ending` is one that a registry sells names under, written as names have it: `com`, `co.uk`.
pub fn is_sold_ending(ending: &str) -> bool {
    let name = format!("example.{ending}");
    is_sold(&name) && read(&name).is_ok_and(|name| name.suffix() == ending)
}

/// One label below a public suffix, no more and no less.
fn is_registrable(name: &str) -> bool {
    psl::domain_str(name) == Some(name)
}

#[cfg(test)]
mod tests {
    use super::{RootProblem, parse};
    use crate::domain_name::NameProblem;

    #[test]
    fn root_domain_is_one_label_below_a_public_suffix() {
        for (input, expected) in [
            ("acme-mail.com", "acme-mail.com"),
            (" Acme-Mail.COM. ", "acme-mail.com"),
            ("acme.co.uk", "acme.co.uk"),
            ("acme.ltd.uk", "acme.ltd.uk"),
            ("acme.com.au", "acme.com.au"),
            ("acme.com.pl", "acme.com.pl"),
            ("acme.org.nz", "acme.org.nz"),
            // Endings that only the list has.
            ("Acme.oslo.no", "acme.oslo.no"),
            ("acme.toyota.aichi.jp", "acme.toyota.aichi.jp"),
        ] {
            assert_eq!(parse(input).map(|name| name.to_string()), Ok(expected.to_owned()), "{input}");
        }
    }

    #[test]
    fn distinguishes_subdomains_suffixes_and_invalid_names() {
        for (input, expected) in [
            ("mail.acme.com", RootProblem::NotRoot),
            ("a.b.acme.co.uk", RootProblem::NotRoot),
            // Two labels that cannot be registered, some of which only the list contains.
            ("com.pl", RootProblem::Name(NameProblem::PublicEnding)),
            ("github.io", RootProblem::Name(NameProblem::PublicEnding)),
            ("co.in", RootProblem::Name(NameProblem::PublicEnding)),
            ("ltd.uk", RootProblem::Name(NameProblem::PublicEnding)),
            ("CO.UK.", RootProblem::Name(NameProblem::PublicEnding)),
            ("com", RootProblem::Name(NameProblem::PublicEnding)),
            ("mail.acme.ltd.uk", RootProblem::NotRoot),
            ("mail.acme.co.in", RootProblem::NotRoot),
            ("mail.acme.com.pl", RootProblem::NotRoot),
            // It looks like a registry's ending, but the list decides.
            ("mail.org.de", RootProblem::NotRoot),
            ("mail.acme.oslo.no", RootProblem::NotRoot),
            ("oslo.no", RootProblem::Name(NameProblem::PublicEnding)),
            ("acme.github.io", RootProblem::Registry),
            ("com.123", RootProblem::Name(NameProblem::BadTld)),
            ("https://acme.com/", RootProblem::Name(NameProblem::Url)),
            ("", RootProblem::Name(NameProblem::Empty)),
        ] {
            assert_eq!(parse(input), Err(expected), "{input}");
        }
    }
}
