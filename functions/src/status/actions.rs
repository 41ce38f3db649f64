//! What has to be done before an order goes on, in words, and who can do it.

use shared::answers::PendingAction;

/// The same action with who and what. Upstream's list of types is open: an unknown one is the partner's to look into.
pub(super) fn advised(action: PendingAction) -> PendingAction {
    let domain = action.domain.as_deref().unwrap_or("the domain");
    let reason = action.reason.as_deref().unwrap_or_default();
    let words = [action.kind.as_str(), reason];
    let about = |part: &str| words.iter().any(|word| word.contains(part));
    let (who, what) = if about("profile_picture") {
        let what = "Make the picture reachable for everybody at its web address, as an image and without a login. \
                    It is looked at again by itself.";
        ("customer", what.to_owned())
    } else if about("nameserver") || about("dns") {
        let what = format!("Set the nameservers of {domain} at its registrar as shown at its import.");
        ("customer", what)
    } else {
        ("partner", "Look at the order in Peeker's portal, or ask Peeker with the order's id.".to_owned())
    };
    PendingAction { who: Some(who.to_owned()), what_to_do: Some(what), ..action }
}

#[cfg(test)]
mod tests {
    use super::advised;
    use shared::answers::PendingAction;

    fn who(kind: &str, reason: Option<&str>) -> String {
        let (kind, reason) = (kind.to_owned(), reason.map(str::to_owned));
        let (id, domain, message) = (None, Some("acme.com".to_owned()), None);
        let action = PendingAction { id, kind, reason, domain, message, who: None, what_to_do: None };
        let advised = advised(action);
        assert!(advised.what_to_do.is_some_and(|what| what.len() > 20));
        advised.who.unwrap_or_default()
    }

    #[test]
    fn pictures_and_nameservers_are_the_customers_and_the_unknown_is_the_partners() {
        assert_eq!(who("google_profile_picture", Some("profile_picture_not_accessible")), "customer");
        assert_eq!(who("nameservers_not_switched", None), "customer");
        assert_eq!(who("domain_setup", Some("dns_lookup_failed")), "customer");
        assert_eq!(who("something_new", Some("later_word")), "partner");
    }
}
