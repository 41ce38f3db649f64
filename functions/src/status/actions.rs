//! The pending actions of an order as sentences, and who can complete them.

use crate::model::amount_text::may_name_amount;
use crate::model::pending_action::{WAITS, advised, of_domain};
use shared::answers::{DomainView, PendingAction};

/// Whether one of `domains` has pending actions.
pub(super) fn is_needed(domains: &[DomainView]) -> bool {
    domains.iter().any(|row| row.status == WAITS)
}

/// Upstream's actions with who and what, and one for each domain that waits and that upstream names no action for.
pub(super) fn advised_all(found: Vec<PendingAction>, domains: &[DomainView]) -> Vec<PendingAction> {
    let named = |domain: &str| found.iter().any(|action| action.domain.as_deref() == Some(domain));
    let waiting = domains.iter().filter(|row| row.status == WAITS && !named(&row.domain));
    let derived: Vec<PendingAction> = waiting.map(|row| of_domain(&row.domain)).collect();
    found.into_iter().chain(derived).map(advised).collect()
}

/// The same action without the person it is about, and without upstream's message, which may contain their name.
pub(super) fn without_people(action: PendingAction) -> PendingAction {
    PendingAction { person: None, message: None, ..action }
}

/// The same action without a message of upstream's that may name an amount.
pub(super) fn without_amounts(action: PendingAction) -> PendingAction {
    let message = action.message.filter(|message| !may_name_amount(message));
    PendingAction { message, ..action }
}

#[cfg(test)]
mod tests {
    use super::{advised_all, is_needed};
    use crate::model::pending_action::of_domain;
    use shared::answers::{DomainView, PendingAction, Person};

    fn advice(kind: &str, reason: Option<&str>, person: Option<Person>) -> (String, String) {
        let (kind, reason) = (kind.to_owned(), reason.map(str::to_owned));
        let action = PendingAction { kind, reason, person, ..of_domain("acme.com") };
        let advised = advised_all(vec![action], &[]).pop();
        advised
            .map(|action| (action.who.unwrap_or_default(), action.what_to_do.unwrap_or_default()))
            .unwrap_or_default()
    }

    #[test]
    fn known_actions_go_to_the_customer_others_to_the_partner() {
        for (kind, reason, who) in [
            ("google_profile_picture", Some("profile_picture_not_accessible"), "customer"),
            ("nameservers_not_switched", None, "customer"),
            ("domain_setup", Some("dns_lookup_failed"), "customer"),
            ("something_new", Some("later_word"), "partner"),
            ("unknown", None, "partner"),
        ] {
            let (found, what) = advice(kind, reason, None);
            assert_eq!(found, who, "{kind}");
            assert!(what.contains("acme.com"), "{what}");
        }
    }

    #[test]
    fn picture_action_names_person_and_domain() {
        let person =
            |first: &str, last: &str| Some(Person { first_name: first.to_owned(), last_name: last.to_owned() });
        let what = |person| advice("google_profile_picture", None, person).1;
        assert!(what(person("Sam", "Lee")).contains("without a login: the one of Sam Lee for acme.com. It"));
        assert!(what(person("Sam", "")).contains("without a login: the one of Sam for acme.com. It"));
        assert!(what(None).contains("without a login: the one for acme.com. It"));
    }

    #[test]
    fn waiting_domain_gets_an_action_if_upstream_lists_none() {
        let row = |domain: &str, status: &str| DomainView {
            domain: domain.to_owned(),
            status: status.to_owned(),
            provider: None,
        };
        let domains =
            [row("acme.com", "action_required"), row("acme.net", "connected"), row("acme.org", "action_required")];
        assert!(is_needed(&domains) && !is_needed(&[row("acme.net", "connected")]));
        let all = advised_all(vec![of_domain("acme.com")], &domains);
        let named: Vec<_> = all.iter().map(|action| action.domain.as_deref().unwrap_or_default()).collect();
        assert_eq!(named, ["acme.com", "acme.org"]);
        assert!(all.iter().all(|action| action.who.as_deref() == Some("customer")), "{all:?}");
        assert!(all.iter().all(|action| action.what_to_do.as_ref().is_some_and(|what| what.contains("nameservers"))));
    }
}
