//! Whether a name may be ordered, and what it costs: the one decision that availability, quotes and orders share.

use crate::placement::owned::Ownership;
use shared::availability::AvailabilityRow;
use shared::domain_name::DomainName;
use shared::pricing::Pricing;

/// Which names are on offer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer<'o> {
    /// The stage's endings; empty: all that upstream sells.
    pub(super) tlds: &'o [String],
    /// The session's prices; `None`: every name has one.
    pub(super) list: Option<&'o Pricing>,
}

impl Offer<'_> {
    fn has(&self, name: &DomainName) -> bool {
        name.is_under_one_of(self.tlds) && self.list.is_none_or(|list| list.sells(name))
    }
}

/// The row of `name` for one customer. `upstream` is its row, if it was asked and has answered.
///
/// The first rule that fits decides:
///
/// 1. A domain that the customer owns, or has asked to import, is what our records say, whatever its ending: also that it
///    is on another order of the customer's.
/// 2. A domain that another customer owns or has claimed is taken, whatever upstream says.
/// 3. A name under an ending that is not on offer, or that has no price, cannot be ordered.
/// 4. Upstream decides about all others. A row that is available and has no price is not for sale: it is `errored`, so
///    that it is asked about again, and so is a name without a row.
pub(super) fn decide(
    name: &DomainName,
    offer: Offer<'_>,
    ownership: &Ownership,
    upstream: Option<&AvailabilityRow>,
) -> AvailabilityRow {
    if let Some(row) = without_upstream(name, offer, ownership) {
        return row;
    }
    match upstream {
        Some(row) if !row.available || row.price_cents.is_some() => {
            AvailabilityRow { domain: name.to_string(), owned: false, ..row.clone() }
        }
        _ => AvailabilityRow::unanswered(name.as_str()),
    }
}

/// Whether `name` has to be checked upstream.
pub(super) fn needs_upstream(name: &DomainName, offer: Offer<'_>, ownership: &Ownership) -> bool {
    without_upstream(name, offer, ownership).is_none()
}

/// The row of a name about which upstream has no say.
fn without_upstream(name: &DomainName, offer: Offer<'_>, ownership: &Ownership) -> Option<AvailabilityRow> {
    ownership.row(name).or_else(|| (!offer.has(name)).then(|| AvailabilityRow::tld_not_offered(name)))
}

#[cfg(test)]
mod tests {
    use super::{Offer, decide, needs_upstream};
    use crate::placement::owned::Ownership;
    use shared::availability::AvailabilityRow;
    use shared::domain_name::DomainName;

    /// Available at a price, available without one, taken, or stale.
    fn row(word: &str) -> Option<AvailabilityRow> {
        let free = AvailabilityRow {
            available: true,
            price_cents: Some(1_300),
            usable_for: vec!["google".to_owned()],
            reason: None,
            checked: true,
            ..AvailabilityRow::unanswered("acme.com")
        };
        let no = |reason: &str| AvailabilityRow {
            reason: Some(reason.to_owned()),
            ..AvailabilityRow::unanswered("acme.com")
        };
        match word {
            "free" => Some(free),
            "unpriced" => Some(AvailabilityRow { price_cents: None, ..free }),
            "" => None,
            reason => Some(no(reason)),
        }
    }

    #[test]
    fn decision_checks_ownership_then_offer_then_upstream() -> Result<(), String> {
        let mine = Ownership::Mine { usable_for: None };
        let (free, open, other) = (Ownership::Free, Ownership::MineNotConnected, Ownership::Other);
        let used = Ownership::MineInUse;
        let all: [String; 0] = [];
        let com = ["com".to_owned()];
        let net = ["net".to_owned()];
        // Owner, endings on offer, upstream's row → whether it may be ordered, its price, its reason.
        let table = [
            (&free, &com[..], "free", true, Some(1_300), ""),
            (&free, &all[..], "free", true, Some(1_300), ""),
            (&free, &net[..], "free", false, None, "tld_not_offered"),
            (&free, &com[..], "taken", false, None, "taken"),
            (&free, &com[..], "premium", false, None, "premium"),
            (&free, &com[..], "stale", false, None, "stale"),
            (&free, &com[..], "a_later_word", false, None, "a_later_word"),
            (&free, &com[..], "unpriced", false, None, "errored"),
            (&free, &com[..], "", false, None, "errored"),
            (&mine, &com[..], "taken", true, Some(0), ""),
            (&mine, &net[..], "", true, Some(0), ""),
            (&open, &com[..], "free", false, None, "not_connected"),
            (&used, &com[..], "free", false, None, "in_use"),
            (&used, &net[..], "taken", false, None, "in_use"),
            (&other, &com[..], "free", false, None, "taken"),
            (&other, &net[..], "free", false, None, "taken"),
        ];
        let name = DomainName::parse("acme.com").map_err(|problem| problem.message().to_owned())?;
        for (ownership, tlds, upstream, available, price, reason) in table {
            let place = format!("{ownership:?} {tlds:?} {upstream}");
            let offer = Offer { tlds, list: None };
            let decided = decide(&name, offer, ownership, row(upstream).as_ref());
            assert_eq!(
                (decided.available, decided.price_cents, decided.reason.as_deref().unwrap_or_default()),
                (available, price, reason),
                "{place}"
            );
            let upstream_decides = *ownership == Ownership::Free && reason != "tld_not_offered";
            assert_eq!(needs_upstream(&name, offer, ownership), upstream_decides, "{place}");
        }
        Ok(())
    }

    #[test]
    fn names_without_a_price_are_not_on_offer() -> Result<(), String> {
        let list = |text: &str| serde_json::from_str(text).map_err(|error| error.to_string());
        let com = list(r#"{"show": "retail", "currency": "usd", "domains": [{"tld": "com", "price_cents": 1900}]}"#)?;
        let hidden = list(r#"{"show": "none", "domains": [{"tld": "com", "price_cents": 1900}]}"#)?;
        let name = |text| DomainName::parse(text).map_err(|problem| problem.message().to_owned());
        let reason = |list, text, ownership| {
            let offer = Offer { tlds: &[], list: Some(list) };
            Ok::<_, String>(decide(&name(text)?, offer, ownership, row("free").as_ref()).reason)
        };
        let not_offered = Some("tld_not_offered".to_owned());
        assert_eq!(reason(&com, "acme.net", &Ownership::Free)?, not_offered);
        assert_eq!(reason(&com, "acme.com", &Ownership::Free)?, None);
        assert_eq!(reason(&com, "acme.net", &Ownership::Mine { usable_for: None })?, None);
        // Only prices that count decide what is sold.
        assert_eq!(reason(&hidden, "acme.net", &Ownership::Free)?, None);
        Ok(())
    }
}
