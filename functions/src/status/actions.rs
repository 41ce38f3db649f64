//! What has to be done before an order goes on, in words, and who can do it.

use shared::answers::{DomainView, PendingAction, Person};

/// The status of a domain that waits for somebody.
const WAITS: &str = "action_required";
/// The type of an action that only the domain's status tells of.
const DOMAIN_WAITS: &str = "domain_action_required";

/// Whether one of `domains` waits for somebody.
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

/// The same action without whom it is about, and without upstream's words, which may name that person.
pub(super) fn without_people(action: PendingAction) -> PendingAction {
    PendingAction { person: None, message: None, ..action }
}

fn of_domain(domain: &str) -> PendingAction {
    PendingAction {
        id: None,
        kind: DOMAIN_WAITS.to_owned(),
        reason: None,
        domain: Some(domain.to_owned()),
        person: None,
        message: None,
        who: None,
        what_to_do: None,
    }
}

/// The same action with who and what. Upstream's list of types is open: an unknown one is the partner's to look into.
fn advised(action: PendingAction) -> PendingAction {
    let domain = action.domain.as_deref().unwrap_or("the domain");
    let reason = action.reason.as_deref().unwrap_or_default();
    let words = [action.kind.as_str(), reason];
    let about = |part: &str| words.iter().any(|word| word.contains(part));
    let (who, what) = if about("profile_picture") {
        let what = format!(
            "Make the picture reachable for everybody at its web address, as an image and without a login{}. \
             It is looked at again by itself.",
            picture_of(action.person.as_ref(), action.domain.as_deref())
        );
        ("customer", what)
    } else if about("nameserver") || about("dns") {
        let what = format!("Set the nameservers of {domain} at its registrar as shown at its import.");
        ("customer", what)
    } else if about(DOMAIN_WAITS) {
        let what = format!(
            "If {domain} is your own domain, set its nameservers at its registrar as shown at its import. \
             Otherwise ask the shop, with the order's id."
        );
        ("customer", what)
    } else {
        let about = action.domain.as_deref().map(|domain| format!(" for {domain}")).unwrap_or_default();
        let what = format!("Look at the order{about} in Peeker's portal, or ask Peeker with the order's id.");
        ("partner", what)
    };
    PendingAction { who: Some(who.to_owned()), what_to_do: Some(what), ..action }
}

/// `: the one of Sam Lee for acme.com`, as far as it is known.
fn picture_of(person: Option<&Person>, domain: Option<&str>) -> String {
    let name = person.map(|person| format!("{} {}", person.first_name, person.last_name));
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let of = name.map(|name| format!(" of {name}")).unwrap_or_default();
    let on = domain.map(|domain| format!(" for {domain}")).unwrap_or_default();
    if of.is_empty() && on.is_empty() { String::new() } else { format!(": the one{of}{on}") }
}

#[cfg(test)]
mod tests {
    use super::{advised_all, is_needed, of_domain};
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
    fn pictures_and_nameservers_are_the_customers_and_the_unknown_is_the_partners() {
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
    fn a_picture_is_named_by_its_person_and_its_domain() {
        let person =
            |first: &str, last: &str| Some(Person { first_name: first.to_owned(), last_name: last.to_owned() });
        let what = |person| advice("google_profile_picture", None, person).1;
        assert!(what(person("Sam", "Lee")).contains("without a login: the one of Sam Lee for acme.com. It"));
        assert!(what(person("Sam", "")).contains("without a login: the one of Sam for acme.com. It"));
        assert!(what(None).contains("without a login: the one for acme.com. It"));
    }

    #[test]
    fn a_domain_that_waits_has_an_action_unless_upstream_names_one() {
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
