//! Inbox addresses of an order: address, domain and provider, and nothing else.
//!
//! It is unknown where a full order has its inboxes (docs/upstream.md#full-order), so every list under a key that may mean
//! them is read.

use crate::store::StoreError;
use crate::store::dynamo::item::json_text;
use crate::store::pack::{Packed, pack, unpack};
use serde::Deserialize;
use serde_bytes::ByteBuf;
use serde_json::Value;
use shared::answers::InboxView;
use std::collections::{BTreeMap, BTreeSet};

/// Keys of lists of inboxes.
const LISTS: [&str; 8] = [
    "inboxes",
    "mailboxes",
    "accounts",
    "email_accounts",
    "emails",
    "google_inboxes",
    "microsoft_inboxes",
    "provisioned_inboxes",
];
/// Keys of an inbox's address.
const ADDRESSES: [&str; 4] = ["email", "address", "email_address", "inbox"];
/// Characters of a provider's name.
const LONGEST_PROVIDER: usize = 64;

/// The inboxes that `entity` lists, by address; empty when it lists none.
pub(crate) fn find(entity: &Value) -> Vec<InboxView> {
    let mut found = BTreeMap::new();
    walk(entity, None, false, &mut found);
    found.into_values().collect()
}

fn walk(value: &Value, provider: Option<&str>, in_list: bool, found: &mut BTreeMap<String, InboxView>) {
    match value {
        Value::String(text) if in_list => keep(text, provider, found),
        Value::Array(list) => list.iter().for_each(|entry| walk(entry, provider, in_list, found)),
        Value::Object(object) => {
            let provider = object.get("provider").and_then(Value::as_str).or(provider);
            let addresses = ADDRESSES.iter().filter_map(|key| object.get(*key).and_then(Value::as_str));
            if let Some(address) = addresses.filter(|_| in_list).find(|text| is_address(text)) {
                keep(address, provider, found);
            }
            for (key, value) in object {
                if value.is_array() || value.is_object() {
                    walk(value, provider, is_list(key), found);
                }
            }
        }
        _ => {}
    }
}

fn is_list(key: &str) -> bool {
    LISTS.iter().any(|list| list.eq_ignore_ascii_case(key))
}

fn keep(address: &str, provider: Option<&str>, found: &mut BTreeMap<String, InboxView>) {
    let address = address.trim().to_lowercase();
    let Some((_, domain)) = address.rsplit_once('@').filter(|_| is_address(&address)) else {
        return;
    };
    let provider = provider.filter(|word| word.len() <= LONGEST_PROVIDER).map(str::to_owned);
    let inbox = InboxView { domain: domain.to_owned(), provider, address: address.clone() };
    found.insert(address, inbox);
}

/// Whether `text` looks like an e-mail address: one `@`, a dot behind it, no blank; at most RFC 5321's 254 characters.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let parts = text.split_once('@');
    let plain = text.len() <= 254 && !text.contains(char::is_whitespace) && !text.contains(char::is_control);
    plain && parts.is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !host.contains('@'))
}

/// The item of the inboxes of an order, or of one domain.
#[derive(Debug, Deserialize)]
pub(crate) struct InboxesItem {
    /// Packed by [`packed`].
    addresses: ByteBuf,
    version: i64,
    #[serde(default)]
    truncated: bool,
}

/// Domain, provider, and the local parts of the addresses.
type Group<Text> = (Text, Option<Text>, Vec<Text>);

/// Packed `inboxes`. The names of people repeat in every domain, so each domain has its local parts beside it: 10,000
/// inboxes, as many as the largest order has, take far less than an item.
pub(crate) fn packed(inboxes: &[InboxView]) -> Result<Packed, StoreError> {
    let mut groups: BTreeMap<(&str, Option<&str>), Vec<&str>> = BTreeMap::new();
    for inbox in inboxes {
        let local = inbox.address.rsplit_once('@').map_or(inbox.address.as_str(), |(local, _)| local);
        groups.entry((inbox.domain.as_str(), inbox.provider.as_deref())).or_default().push(local);
    }
    let groups: Vec<Group<&str>> =
        groups.into_iter().map(|((domain, provider), locals)| (domain, provider, locals)).collect();
    json_text(&groups).map(|json| pack(&json))
}

fn unpacked(item: &InboxesItem) -> Vec<InboxView> {
    let json = unpack(&item.addresses);
    let groups: Vec<Group<String>> = json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    let of_group = |(domain, provider, locals): Group<String>| {
        locals.into_iter().map(move |local| InboxView {
            address: format!("{local}@{domain}"),
            domain: domain.clone(),
            provider: provider.clone(),
        })
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// The inboxes of an order: those of the newest full order, and for a domain with a newer statement of its own, those of
/// that statement. `true`: there are more than are stored.
pub(crate) fn merge(whole: Option<&InboxesItem>, of_domains: &[(String, InboxesItem)]) -> (Vec<InboxView>, bool) {
    let mut inboxes = whole.map(unpacked).unwrap_or_default();
    let mut cut = whole.is_some_and(|item| item.truncated);
    let since = whole.map_or(i64::MIN, |item| item.version);
    let known: BTreeSet<String> = inboxes.iter().map(|inbox| inbox.domain.clone()).collect();
    let newer = of_domains.iter().filter(|(name, item)| item.version > since || !known.contains(name));
    for (name, item) in newer {
        inboxes.retain(|inbox| inbox.domain != *name);
        inboxes.extend(unpacked(item));
        cut |= item.truncated;
    }
    inboxes.sort_by(|a, b| (&a.domain, &a.address).cmp(&(&b.domain, &b.address)));
    inboxes.dedup_by(|a, b| a.address == b.address);
    (inboxes, cut)
}

#[cfg(test)]
mod tests {
    use super::{InboxesItem, find, merge, packed};
    use crate::store::pack::MAX_PACKED;
    use serde_json::json;
    use shared::answers::InboxView;

    #[test]
    fn inboxes_are_found_in_any_list() {
        let order = json!({"email": "client@example.com", "provider": "google",
            "inboxes": [{"email": "Sam@Acme.com", "password": "x", "provider": "microsoft"}, "lee@acme.com", "none"],
            "domains": [{"domain": "getacme.com", "mailboxes": [{"address": "sam@getacme.com", "display_name": "Sam"}]}],
            "users": [{"email": "person@example.com"}]});
        let found: Vec<_> = find(&order)
            .into_iter()
            .map(|inbox| (inbox.address, inbox.domain, inbox.provider.unwrap_or_default()))
            .collect();
        let inbox =
            |address: &str, domain: &str, provider: &str| (address.to_owned(), domain.to_owned(), provider.to_owned());
        assert_eq!(
            found,
            [
                inbox("lee@acme.com", "acme.com", "google"),
                inbox("sam@acme.com", "acme.com", "microsoft"),
                inbox("sam@getacme.com", "getacme.com", "google"),
            ]
        );
    }
    #[test]
    fn inboxes_of_the_largest_order_fit_into_one_item() {
        let inbox = |domain: usize, person: usize| {
            let domain = format!("{:0>63}.com", format!("acme-{domain}"));
            let local = format!("{:a>64}", format!("person.{person}"));
            InboxView { address: format!("{local}@{domain}"), domain, provider: Some("microsoft".to_owned()) }
        };
        let all: Vec<InboxView> =
            (0..1_000).flat_map(|domain| (0..10).map(move |person| inbox(domain, person))).collect();
        let kept = packed(&all).expect("JSON");
        assert!(!kept.truncated && kept.bytes.len() < MAX_PACKED, "{} bytes", kept.bytes.len());
        let item = InboxesItem { addresses: kept.bytes.into(), version: 1, truncated: kept.truncated };
        let (read, cut) = merge(Some(&item), &[]);
        let mut expected = all;
        expected.sort_by(|a, b| (&a.domain, &a.address).cmp(&(&b.domain, &b.address)));
        assert!(!cut && read == expected, "{}", read.len());
    }
}
