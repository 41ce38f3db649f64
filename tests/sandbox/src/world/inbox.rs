//! The inboxes of an order, with addresses made from the names of the personas.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::persona::Persona;
use crate::outcome::Provider;
use crate::readings::InboxForm;

/// One inbox of an order.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(crate) struct Inbox {
    pub(crate) address: String,
    pub(crate) domain: String,
    pub(crate) provider: Provider,
}

/// The inboxes created for a domain: the plan's number on a Google domain, and one per persona on a Microsoft domain.
pub(crate) fn of_domain(domain: &str, provider: Provider, people: &[Persona], on_google: u64) -> Vec<Inbox> {
    let count = match provider {
        Provider::Google => usize::try_from(on_google).unwrap_or(usize::MAX).min(MOST),
        Provider::Microsoft => people.len(),
    };
    let inbox = |(index, person): (usize, &Persona)| {
        // A repeated persona gets a number.
        let number = match index / people.len().max(1) {
            0 => String::new(),
            round => (round + 1).to_string(),
        };
        let address = format!("{}{number}@{domain}", local_part(person));
        Inbox { address, domain: domain.to_owned(), provider }
    };
    let mut inboxes: Vec<Inbox> = people.iter().cycle().take(count).enumerate().map(inbox).collect();
    inboxes.sort_by(|a, b| a.address.cmp(&b.address));
    // Two personas with the same name share an inbox.
    inboxes.dedup();
    inboxes
}

/// Maximum number of inboxes of a domain; above any plan.
const MOST: usize = 10;

/// The local part, such as `sam.lee`: in docs/upstream.md#swaps Jane Doe has `jane.doe@`.
fn local_part(person: &Persona) -> String {
    let plain = |name: &str| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let parts = [plain(&person.first_name), plain(&person.last_name)];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "inbox".to_owned() } else { parts.join(".") }
}

/// The list in a full order; `None` if it has none.
pub(crate) fn list(inboxes: &[Inbox], form: InboxForm) -> Option<Value> {
    match form {
        InboxForm::Objects => Some(json!(inboxes)),
        InboxForm::Addresses => Some(inboxes.iter().map(|inbox| inbox.address.as_str()).collect()),
        InboxForm::Absent => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of_domain;
    use crate::outcome::Provider::{Google, Microsoft};
    use crate::world::Persona;

    fn addresses(names: &[(&str, &str)], provider: crate::outcome::Provider) -> Vec<String> {
        let person = |(first, last): &(&str, &str)| Persona {
            first_name: (*first).to_owned(),
            last_name: (*last).to_owned(),
            profile_picture_url: None,
        };
        let people: Vec<Persona> = names.iter().map(person).collect();
        of_domain("acme.com", provider, &people, 3).into_iter().map(|inbox| inbox.address).collect()
    }

    #[test]
    fn inbox_addresses_derive_from_persona_names() {
        assert_eq!(
            addresses(&[("Jane", "Doe"), ("Sam", "O'Lee")], Microsoft),
            ["jane.doe@acme.com", "sam.olee@acme.com"]
        );
        assert_eq!(
            addresses(&[("Sam", "Lee")], Google),
            ["sam.lee2@acme.com", "sam.lee3@acme.com", "sam.lee@acme.com"]
        );
        assert_eq!(addresses(&[("اسم", "")], Microsoft), ["inbox@acme.com"]);
    }
}
