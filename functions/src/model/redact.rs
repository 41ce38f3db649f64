//! The allow-list of upstream fields that may be stored: a key that is not listed is not stored, whatever its value.
//!
//! Credentials need no list: none of their keys is among those that may be stored.

use serde::{Serialize, Serializer};
use serde_json::Value;
use std::fmt;

/// Keys that may be kept of anything. Those of docs/upstream.md#full-order and its events, and words that name a state,
/// a time, a count, an amount or a domain.
const PLAIN: &[&str] = &[
    "active",
    "amount",
    "amount_cents",
    "attempt",
    "attempts",
    "available",
    "bundle",
    "bundle_id",
    "cancel_at",
    "cancellation",
    "cancellation_scheduled_at",
    "cancelled",
    "cancelled_at",
    "cancels_at",
    "category",
    "changes",
    "code",
    "completed",
    "completed_at",
    "connected",
    "connected_at",
    "cost",
    "cost_cents",
    "costs",
    "count",
    "created",
    "created_at",
    "currency",
    "data",
    "details",
    "domain",
    "domain_count",
    "domain_id",
    "domain_ids",
    "domain_import",
    "domain_names",
    "domains",
    "effective_at",
    "email_volume",
    "ended_at",
    "ends_at",
    "entity",
    "environment",
    "error",
    "errors",
    "event",
    "expires_at",
    "failed",
    "failed_at",
    "field",
    "finished_at",
    "forwarding",
    "forwarding_url",
    "from_domain",
    "google",
    "google_domains",
    "google_inboxes_per_domain",
    "google_licenses",
    "history",
    "id",
    "import",
    "import_id",
    "imported",
    "imported_at",
    "in_progress",
    "inbox_count",
    "inboxes_per_domain",
    "interval",
    "is_active",
    "is_final",
    "items",
    "job",
    "job_id",
    "kind",
    "licenses",
    "line_items",
    "microsoft",
    "microsoft_domains",
    "microsoft_inboxes_per_domain",
    "microsoft_licenses",
    "month",
    "monthly_emails",
    "name_servers",
    "nameserver_groups",
    "nameservers",
    "new_domain",
    "new_domain_id",
    "next_retry_at",
    "object",
    "occurred_at",
    "old_domain",
    "old_domain_id",
    "order",
    "order_id",
    "order_status",
    "orders",
    "original_domain",
    "pending",
    "pending_actions",
    "percent",
    "period",
    "placed_at",
    "plan",
    "premium",
    "previous_status",
    "price",
    "price_cents",
    "progress",
    "provider",
    "providers",
    "quantity",
    "reason",
    "reason_code",
    "redirect_url",
    "registered",
    "registered_at",
    "registrations",
    "removed",
    "renewal_price_cents",
    "renews_at",
    "replaced",
    "replacement",
    "replacement_domain",
    "requested_at",
    "required_domains",
    "resolved_at",
    "result",
    "results",
    "retry_after_seconds",
    "rows",
    "scheduled_at",
    "sequence",
    "stage",
    "started_at",
    "starts_at",
    "state",
    "status",
    "step",
    "steps",
    "subtotal_cents",
    "succeeded",
    "summary",
    "swap",
    "swap_id",
    "swaps",
    "tax_cents",
    "term",
    "tld",
    "to_domain",
    "total",
    "total_cents",
    "trial",
    "type",
    "unit_amount_cents",
    "unit_price_cents",
    "updated_at",
    "usable_for",
    "version",
    "volume",
    "warmup",
    "year",
    "years",
];

/// Keys with personal data that may be stored while an order needs them, so that its events can be redelivered.
const PEOPLE: &[&str] = &[
    "accounts",
    "address",
    "customer",
    "email",
    "email_accounts",
    "email_address",
    "first_name",
    "inboxes",
    "last_name",
    "mailboxes",
    "message",
    "people",
    "persona",
    "personas",
    "profile_picture_url",
    "user",
    "user_email",
    "user_id",
    "users",
];

/// Maximum characters of a text that is stored without personal data: the longest web address (2,048).
const LONGEST_WORD: usize = 2_048;

/// The part of a value that may be stored: its JSON lacks all other keys at every depth.
#[derive(Clone, Copy)]
pub struct Redacted<'v> {
    value: &'v Value,
    with_people: bool,
}

impl<'v> Redacted<'v> {
    /// The part of an order's event that may be stored while the order needs its personal data.
    pub fn with_people(value: &'v Value) -> Self {
        Self { value, with_people: true }
    }

    /// Data that may be stored without a time limit: it contains no personal data.
    pub fn without_people(value: &'v Value) -> Self {
        Self { value, with_people: false }
    }

    /// The outermost keys that are stored.
    pub fn keys(self) -> impl Iterator<Item = &'v str> {
        let object = self.value.as_object().into_iter().flatten();
        object.filter(move |(key, value)| self.keeps(key, value)).map(|(key, _)| key.as_str())
    }

    /// As JSON.
    pub fn json(self) -> String {
        // Only keys that are no text and numbers that are not finite cannot be written; JSON has neither.
        serde_json::to_string(&self).unwrap_or_default()
    }

    fn keeps(self, key: &str, value: &Value) -> bool {
        let lower = key.to_ascii_lowercase();
        let is = |of: &[&str]| of.binary_search(&lower.as_str()).is_ok();
        (is(PLAIN) || (self.with_people && is(PEOPLE))) && self.keeps_value(value)
    }

    /// Without people, a text is a word, an id, a time or a web address, and no sentence: those may name somebody.
    fn keeps_value(self, value: &Value) -> bool {
        match value {
            Value::String(text) if !self.with_people => is_plain_word(text),
            _ => true,
        }
    }
}

fn is_plain_word(text: &str) -> bool {
    let is_time = || text.bytes().all(|byte| byte.is_ascii_digit() || b" :+-.TZ".contains(&byte));
    text.len() <= LONGEST_WORD && !text.contains('@') && (!text.contains(char::is_whitespace) || is_time())
}

/// Shows only the stored fields.
impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.json())
    }
}

impl Serialize for Redacted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = |value| Redacted { value, ..*self };
        match self.value {
            Value::Object(object) => {
                let kept = object.iter().filter(|(key, value)| self.keeps(key, value));
                serializer.collect_map(kept.map(|(key, value)| (key, inner(value))))
            }
            Value::Array(list) => {
                serializer.collect_seq(list.iter().filter(|value| self.keeps_value(value)).map(inner))
            }
            plain if self.keeps_value(plain) => plain.serialize(serializer),
            _ => serializer.serialize_unit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PEOPLE, PLAIN, Redacted};
    use serde_json::{Value, json};

    fn of(kept: Redacted<'_>) -> Value {
        serde_json::from_str(&kept.json()).unwrap_or_default()
    }

    #[test]
    fn allow_lists_are_sorted() {
        assert!(PLAIN.is_sorted() && PEOPLE.is_sorted());
        assert!(!PLAIN.iter().any(|key| PEOPLE.contains(key)));
    }

    #[test]
    fn unlisted_keys_are_removed_at_any_depth() {
        let inbox =
            json!({"email": "sam@acme.com", "display_name": "Sam Lee", "smtp_password": "x", "provider": "google"});
        let order = json!({"id": "ord_1", "status": "completed", "Full_Name": "Sam Lee", "access_token": "x",
            "inboxes": [inbox], "domains": [{"domain": "acme.com", "app_password": "x", "inboxes": [inbox]}],
            "personas": [{"first_name": "Sam", "last_name": "Lee", "recovery_phone": "+1"}], "mood": "fine"});
        let kept_inbox = json!({"email": "sam@acme.com", "provider": "google"});
        let with_people = json!({"id": "ord_1", "status": "completed", "inboxes": [kept_inbox],
            "domains": [{"domain": "acme.com", "inboxes": [kept_inbox]}],
            "personas": [{"first_name": "Sam", "last_name": "Lee"}]});
        assert_eq!(of(Redacted::with_people(&order)), with_people);
        let without = json!({"id": "ord_1", "status": "completed", "domains": [{"domain": "acme.com"}]});
        assert_eq!(of(Redacted::without_people(&order)), without);
    }

    #[test]
    fn text_that_may_contain_personal_data_is_removed() {
        let entity = json!({"id": "swp_1", "reason": "Sam Lee asked", "error": {"code": "dns_failed", "details": "sam@acme.com"},
            "data": ["acme.com", "Sam Lee", 5, null], "created_at": "2026-05-08 12:00:00", "state": "rewound"});
        let kept = json!({"id": "swp_1", "error": {"code": "dns_failed"}, "data": ["acme.com", 5, null],
            "created_at": "2026-05-08 12:00:00", "state": "rewound"});
        assert_eq!(of(Redacted::without_people(&entity)), kept);
        assert_eq!(of(Redacted::without_people(&json!("Sam Lee"))), Value::Null);
    }
}
