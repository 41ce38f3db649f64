//! What a session carries for the partner and for messages to its customer: a reference, metadata, a link to the order,
//! and a language.

use crate::fields::Fields;
use crate::forwarding_url::MAX_URL_LENGTH;
use crate::origin::normalise_origin;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Most characters of a reference, and of a key or a value of metadata.
pub const MAX_LABEL: usize = 128;
/// Most pairs of metadata.
pub const MAX_PAIRS: usize = 10;
/// Where the order's id goes in a link.
pub const ID_PLACEHOLDER: &str = "{id}";
/// Most characters of a language tag (RFC 5646, 4.4.1 advises at least 35).
const MAX_LANGUAGE: usize = 35;

/// What a session carries beside its permissions; as JSON, without what it does not carry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// The partner's own name of the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The partner's own notes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Where the customer sees the order: an `https` address with `{id}` in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_link: Option<String>,
    /// The customer's language, such as `pt-BR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

impl Labels {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes them out of `fields`; problems are added to the findings.
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let reference = fields.optional_string("reference");
        if reference.as_deref().is_some_and(|text| !is_label(text)) {
            fields.add_finding("reference", "label_invalid", NOT_A_LABEL);
        }
        let metadata = fields.optional("metadata").map(|value| read_metadata(fields, value)).unwrap_or_default();
        let order_link = fields.optional_string("order_link");
        if order_link.as_deref().is_some_and(|link| !is_order_link(link)) {
            let message = "order_link must be an https address with {id} in its path, its query or behind its #, such as \
                           https://app.acme.com/orders/{id}.";
            fields.add_finding("order_link", "order_link_invalid", message);
        }
        let locale = fields.optional_string("locale");
        if locale.as_deref().is_some_and(|tag| !is_language(tag)) {
            fields.add_finding("locale", "locale_invalid", "locale must be a language tag, such as de or pt-BR.");
        }
        Self { reference, metadata, order_link, locale }
    }
}

const NOT_A_LABEL: &str = "The value must have 1 to 128 characters, without control characters.";

fn is_label(text: &str) -> bool {
    (1..=MAX_LABEL).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn read_metadata(fields: &mut Fields<'_>, value: Value) -> BTreeMap<String, String> {
    let Value::Object(pairs) = value else {
        fields.add_finding("metadata", "wrong_type", "metadata must be an object of strings.");
        return BTreeMap::new();
    };
    if pairs.len() > MAX_PAIRS {
        fields.add_finding("metadata", "out_of_range", "metadata must have at most 10 pairs.");
        return BTreeMap::new();
    }
    let mut metadata = BTreeMap::new();
    for (key, value) in pairs {
        // A key is the sender's text: it is shown shortened, so that an answer cannot be made huge.
        let path = format!("metadata.{}", key.chars().take(64).collect::<String>());
        match value {
            Value::String(text) if is_label(&key) && is_label(&text) => {
                metadata.insert(key, text);
            }
            Value::String(_) => fields.add_finding(&path, "label_invalid", NOT_A_LABEL),
            _ => fields.add_finding(&path, "wrong_type", format!("{path} must be a string.")),
        }
    }
    metadata
}

/// Whether `link` is an address over HTTPS that takes the order's id behind its host.
pub fn is_order_link(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((host, behind)) = rest.split_at_checked(end) else {
        return false;
    };
    let is_plain = |character: char| character.is_ascii_graphic() && !matches!(character, '\\' | '"' | '<' | '>' | '`');
    link.len() <= MAX_URL_LENGTH
        && link.chars().all(is_plain)
        && behind.contains(ID_PLACEHOLDER)
        && normalise_origin(&format!("https://{host}")).is_some()
}

/// Whether `tag` has the form of a language tag: subtags of up to eight letters and digits, the first one of letters.
fn is_language(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let is_first = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_next = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    tag.len() <= MAX_LANGUAGE && subtags.next().is_some_and(is_first) && subtags.all(is_next)
}

#[cfg(test)]
mod tests {
    use super::{is_language, is_order_link};

    #[test]
    fn order_links_are_https_with_the_id_behind_the_host() {
        for link in
            ["https://app.acme.com/orders/{id}", "https://acme.com?order={id}", "https://acme.com:8443/#/{id}/a"]
        {
            assert!(is_order_link(link), "{link}");
        }
        for link in [
            "http://acme.com/{id}",
            "https://acme.com/orders",
            "https://{id}.acme.com/",
            "https:///{id}",
            "https://me:pw@acme.com/{id}",
            "https://acme.com/ {id}",
            "https://acme.com/ü/{id}",
            "javascript:alert('{id}')",
            "",
        ] {
            assert!(!is_order_link(link), "{link}");
        }
    }

    #[test]
    fn language_tags_have_the_form_of_bcp_47() {
        for tag in ["de", "pt-BR", "zh-Hant-TW", "es-419"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "d", "de_DE", "de-", "-de", "12", "deutschland", "de-<b>"] {
            assert!(!is_language(tag), "{tag}");
        }
    }
}
