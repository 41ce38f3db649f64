//! Pending actions of an order: upstream's rows, whatever a row lacks, and for each who has to do what. Pure.

use serde_json::Value;
use shared::answers::{PendingAction, Person};

/// The status of an order or a domain with pending actions.
pub const WAITS: &str = "action_required";
/// Who has to do what only the customer can do.
pub const CUSTOMER: &str = "customer";
/// The type of an action that only the domain's status implies.
pub const DOMAIN_WAITS: &str = "domain_action_required";
/// Characters of a text that are passed on.
const MAX_TEXT: usize = 500;
/// Keys under which a row may have its person (docs/upstream.md#pending-actions).
const PERSON_KEYS: [&str; 3] = ["user", "persona", "person"];

/// A row; `None` if it is not an object, or is done.
pub fn read(row: &Value) -> Option<PendingAction> {
    let text = |key: &str| text_of(row, key);
    let is_done = text("status").is_some_and(|status| status == "resolved");
    (row.is_object() && !is_done).then(|| PendingAction {
        id: text("id"),
        kind: text("type").unwrap_or_else(|| "unknown".to_owned()),
        reason: text("reason"),
        domain: text("domain"),
        person: PERSON_KEYS.iter().find_map(|key| person_of(row.get(*key)?)),
        message: text("message"),
        who: None,
        what_to_do: None,
    })
}

fn person_of(person: &Value) -> Option<Person> {
    let name = |key: &str| text_of(person, key);
    let (first_name, last_name) = (name("first_name"), name("last_name"));
    (first_name.is_some() || last_name.is_some())
        .then(|| Person { first_name: first_name.unwrap_or_default(), last_name: last_name.unwrap_or_default() })
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    let text = value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())?;
    Some(text.chars().take(MAX_TEXT).collect())
}

/// The action of a domain that waits and that upstream names no action for.
pub fn of_domain(domain: &str) -> PendingAction {
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
pub fn advised(action: PendingAction) -> PendingAction {
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
        (CUSTOMER, what)
    } else if about("nameserver") || about("dns") {
        let what = format!("Set the nameservers of {domain} at its registrar as shown at its import.");
        (CUSTOMER, what)
    } else if about(DOMAIN_WAITS) {
        let what = format!(
            "If {domain} is your own domain, set its nameservers at its registrar as shown at its import. \
             Otherwise ask the shop, with the order's id."
        );
        (CUSTOMER, what)
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
    use super::read;
    use serde_json::{Value, json};

    #[test]
    fn incomplete_action_rows_are_kept_with_their_person() {
        for (row, expected) in [
            (
                json!({"id": "act_1", "type": "google_profile_picture", "status": "open", "domain": "acme.com",
                       "user": {"first_name": "Sam", "last_name": "Lee", "profile_picture_url": "https://x/s.jpg"}}),
                json!({"id": "act_1", "type": "google_profile_picture", "domain": "acme.com",
                       "person": {"first_name": "Sam", "last_name": "Lee"}}),
            ),
            (json!({}), json!({"type": "unknown"})),
            (json!({"type": 5, "reason": null, "later": {"words": []}}), json!({"type": "unknown"})),
            (json!({"type": "x", "persona": {"first_name": "Sam"}}), {
                json!({"type": "x", "person": {"first_name": "Sam", "last_name": ""}})
            }),
            (json!({"type": "x", "user": "usr_1", "domain": ["acme.com"]}), json!({"type": "x"})),
            (json!({"type": "x", "status": "resolved"}), Value::Null),
            (json!("act_1"), Value::Null),
        ] {
            assert_eq!(serde_json::to_value(read(&row)).unwrap_or_default(), expected, "{row}");
        }
    }
}
