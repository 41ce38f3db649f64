//! The default result of each domain name: the table of names in the README.

use crate::names::Name;
use crate::outcome::{DomainOutcome, Provider};

/// The reason why a domain cannot be registered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reason {
    Taken,
    Premium,
    Invalid,
    Errored,
    Stale,
}

impl Reason {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Premium => "premium",
            Self::Invalid => "invalid",
            Self::Errored => "errored",
            Self::Stale => "stale",
        }
    }
}

/// A domain that can be registered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Offer {
    pub(crate) price_cents: u64,
    pub(crate) renewal_price_cents: u64,
    pub(crate) usable_for: Vec<Provider>,
}

/// The result for one name, without the account's own domains. A stale name has no offer here; [`offer`] has the
/// current one.
pub(crate) fn lookup(name: &Name, outcome: &DomainOutcome) -> Result<Offer, Reason> {
    match outcome {
        DomainOutcome::ByName => by_name(name),
        DomainOutcome::Taken => Err(Reason::Taken),
        DomainOutcome::Premium => Err(Reason::Premium),
        DomainOutcome::Invalid => Err(Reason::Invalid),
        DomainOutcome::Errored => Err(Reason::Errored),
        DomainOutcome::Stale => Err(Reason::Stale),
        DomainOutcome::Available { price_cents, renewal_price_cents, usable_for } => {
            let usual = offer(name);
            Ok(Offer {
                price_cents: price_cents.unwrap_or(usual.price_cents),
                renewal_price_cents: renewal_price_cents.unwrap_or(usual.renewal_price_cents),
                usable_for: usable_for.clone().unwrap_or(usual.usable_for),
            })
        }
    }
}

/// Price and providers of the name if it can be registered.
pub(crate) fn offer(name: &Name) -> Offer {
    let (price_cents, renewal_price_cents) = match name.suffix.as_str() {
        "com" => (1300, 1500),
        "net" => (1400, 1600),
        "org" => (1200, 1400),
        "co" => (2800, 3200),
        "io" => (3900, 4500),
        _ => (1900, 2200),
    };
    Offer { price_cents, renewal_price_cents, usable_for: uses(name) }
}

/// The providers that the name supports, owned or not.
pub(crate) fn uses(name: &Name) -> Vec<Provider> {
    let google_only = name.suffix == "io" || says(&name.label, "googleonly") || name.label.starts_with("google-only-");
    if google_only { vec![Provider::Google] } else { vec![Provider::Google, Provider::Microsoft] }
}

/// Whether an order with this name fails.
pub(crate) fn fails(domain: &str) -> bool {
    domain.starts_with("fail-")
}

fn by_name(name: &Name) -> Result<Offer, Reason> {
    // Names this short are all registered.
    const SOLD_OUT: usize = 4;
    for (word, reason) in
        [("taken", Reason::Taken), ("premium", Reason::Premium), ("errored", Reason::Errored), ("stale", Reason::Stale)]
    {
        if says(&name.label, word) {
            return Err(reason);
        }
    }
    // The documented sample of a taken name: docs/upstream.md#availability.
    if name.domain == "team-acme.com" || name.label.len() <= SOLD_OUT {
        return Err(Reason::Taken);
    }
    Ok(offer(name))
}

/// Whether a label starts with a keyword or has it between hyphens.
fn says(label: &str, word: &str) -> bool {
    label.starts_with(word) || label.split('-').any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::{Reason, lookup};
    use crate::names::parse;
    use crate::outcome::{DomainOutcome, Provider};

    fn answer(domain: &str) -> Result<(u64, usize), Reason> {
        let name = parse(domain).expect("a name");
        lookup(&name, &DomainOutcome::ByName).map(|offer| (offer.price_cents, offer.usable_for.len()))
    }

    #[test]
    fn documented_samples_are_answered_as_documented() {
        assert_eq!(answer("acme-mail.com"), Ok((1300, 2)));
        assert_eq!(answer("team-acme.com"), Err(Reason::Taken));
        assert_eq!(answer("premium-acme.com"), Err(Reason::Premium));
    }

    #[test]
    fn name_keywords_match_between_hyphens_only() {
        assert_eq!(answer("shop-taken-now.com"), Err(Reason::Taken));
        assert_eq!(answer("mistaken.com"), Ok((1300, 2)));
        assert_eq!(answer("acme-errored.net"), Err(Reason::Errored));
        assert_eq!(answer("stale-acme.org"), Err(Reason::Stale));
        assert_eq!(answer("abcd.com"), Err(Reason::Taken));
    }

    #[test]
    fn some_names_support_google_only() {
        assert_eq!(answer("acme-mail.io"), Ok((3900, 1)));
        assert_eq!(answer("google-only-acme.com"), Ok((1300, 1)));
        assert_eq!(answer("googleonly-acme.com"), Ok((1300, 1)));
    }

    #[test]
    fn scripted_price_keeps_the_providers_of_the_name() {
        let name = parse("acme-mail.io").expect("a name");
        let offer = lookup(&name, &DomainOutcome::priced(100, 200)).expect("an offer");
        assert_eq!((offer.price_cents, offer.usable_for), (100, vec![Provider::Google]));
    }
}
