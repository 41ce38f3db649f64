//! What a client sends: a constructor for each call of the order proxy.

use crate::protocol::json::Json;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Milliseconds after which a client gives up a call that only reads.
pub const READ_TIMEOUT: u32 = 20_000;
/// Milliseconds after which a client gives up an order or a quote: the server asks upstream meanwhile, more than once.
pub const ORDER_TIMEOUT: u32 = 60_000;
/// Names of one import in the address of a look at it: an address has to stay short, and the server finds the others by these.
pub const MAX_NAMES_IN_PATH: usize = 50;
/// What is escaped in a part of an address: what `encodeURIComponent` escapes (ECMA-262, 19.2.6.4).
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Calls of which the newest counts: a call gives up the earlier one of its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The session.
    Session,
    /// The order that is sent. It is never aborted, because the server may have begun; its answer is ignored at most.
    Place,
    /// The order on show.
    Order,
    /// The list of orders.
    Orders,
    /// An order of the list, compared with what was sent.
    Compare,
    /// The price of the picks.
    Quote,
    /// Names of the search.
    Names,
    /// Names that are picked.
    Picks,
    /// Names that the customer owns, and claims on them.
    Owned,
    /// An import.
    Import,
}

/// The method of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Sends a body.
    Post,
}

impl Method {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// One request, but for the endpoint and the session's token.
#[derive(Debug, Clone, PartialEq)]
pub struct Request<J> {
    /// The method of HTTP.
    pub method: Method,
    /// Path and query below the endpoint, such as `/v1/orders/ord_1`.
    pub path: String,
    /// The body, sent as `application/json`.
    pub body: Option<J>,
    /// The value of `If-None-Match`: an `ETag` that came before.
    pub if_none_match: Option<String>,
    /// Milliseconds after which the call counts as lost.
    pub timeout_ms: u32,
    /// Which earlier call it gives up.
    pub group: Group,
}

impl<J: Json> Request<J> {
    fn get(path: String, group: Group) -> Self {
        Self { method: Method::Get, path, body: None, if_none_match: None, timeout_ms: READ_TIMEOUT, group }
    }

    fn post(path: &str, body: J, group: Group) -> Self {
        let timeout_ms = match group {
            Group::Place | Group::Quote => ORDER_TIMEOUT,
            _ => READ_TIMEOUT,
        };
        let path = path.to_owned();
        Self { method: Method::Post, path, body: Some(body), if_none_match: None, timeout_ms, group }
    }

    /// `GET /v1/session`.
    pub fn session() -> Self {
        Self::get("/v1/session".to_owned(), Group::Session)
    }

    /// `POST /v1/domains/availability` about `names`, in `group`: names of a search, of picks, or owned ones.
    pub fn availability(names: &[String], group: Group) -> Self {
        Self::post("/v1/domains/availability", J::of_domains(names), group)
    }

    /// `POST /v1/quotes`.
    pub fn quote(names: &[String]) -> Self {
        Self::post("/v1/quotes", J::of_domains(names), Group::Quote)
    }

    /// `POST /v1/domains/import`.
    pub fn import(names: &[String]) -> Self {
        Self::post("/v1/domains/import", J::of_domains(names), Group::Import)
    }

    /// `GET /v1/domains/import/{id}`.
    pub fn look_at_import(id: &str) -> Self {
        Self::get(["/v1/domains/import/", &escaped(id)].concat(), Group::Import)
    }

    /// `GET /v1/domains/import?domains=…`, while the import has no id; of many names the first are sent.
    pub fn look_at_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<String> = names.into_iter().take(MAX_NAMES_IN_PATH).map(escaped).collect();
        Self::get(["/v1/domains/import?domains=", &names.join(",")].concat(), Group::Import)
    }

    /// `POST /v1/domains/import/{id}/release`, or by the names alone while the import has no id.
    pub fn release(id: Option<&str>, names: &[String]) -> Self {
        let path = match id {
            Some(id) => ["/v1/domains/import/", &escaped(id), "/release"].concat(),
            None => "/v1/domains/claims/release".to_owned(),
        };
        Self::post(&path, J::of_domains(names), Group::Import)
    }

    /// `GET /v1/domains/claims`.
    pub fn claims() -> Self {
        Self::get("/v1/domains/claims".to_owned(), Group::Owned)
    }

    /// `GET /v1/orders`; `query` is that of the next page, such as `?page_token=…`, and empty for the first one.
    pub fn orders(query: &str) -> Self {
        Self::get(["/v1/orders", query].concat(), Group::Orders)
    }

    /// `GET /v1/orders/{id}`.
    pub fn order(id: &str, etag: Option<&str>, group: Group) -> Self {
        let request = Self::get(["/v1/orders/", &escaped(id)].concat(), group);
        Self { if_none_match: etag.map(str::to_owned), ..request }
    }

    /// `POST /v1/orders` with a draft, and with the partner's approval of the amount when there is one.
    pub fn place(draft: &J, approval: Option<&str>) -> Self {
        let body = approval.map_or_else(|| draft.clone(), |approval| draft.with("approval", approval));
        Self::post("/v1/orders", body, Group::Place)
    }
}

/// `text` as a part of an address.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, PART).collect()
}

#[cfg(test)]
mod tests {
    use super::{Group, Method};
    use serde_json::{Value, json};

    type Request = super::Request<Value>;

    #[test]
    fn ids_and_names_are_escaped_in_paths() {
        assert_eq!(Request::order("ord_1/ä?", None, Group::Order).path, "/v1/orders/ord_1%2F%C3%A4%3F");
        assert_eq!(Request::look_at_names(["a.com", "b&c.com"]).path, "/v1/domains/import?domains=a.com,b%26c.com");
        assert_eq!(Request::look_at_import("-_.!~*'()a Z0").path, "/v1/domains/import/-_.!~*'()a%20Z0");
        assert_eq!(Request::look_at_names(vec!["a.com"; 500]).path.matches("a.com").count(), 50);
    }

    #[test]
    fn orders_and_quotes_have_longer_timeouts_than_reads() {
        let quote = Request::quote(&["a.com".to_owned()]);
        assert_eq!((quote.method, quote.timeout_ms), (Method::Post, 60_000));
        assert_eq!(Request::session().timeout_ms, 20_000);
        assert_eq!(Request::import(&[]).timeout_ms, 20_000);
    }

    #[test]
    fn order_body_has_the_draft_and_the_approval() {
        let draft = json!({"domains": [{"domain": "a.com"}], "note": {"kept": true}});
        assert_eq!(Request::place(&draft, None).body, Some(draft.clone()));
        let body = json!({"domains": [{"domain": "a.com"}], "note": {"kept": true}, "approval": "jwt"});
        assert_eq!(Request::place(&draft, Some("jwt")).body, Some(body));
        assert_eq!(Request::quote(&["a.com".to_owned()]).body, Some(json!({"domains": ["a.com"]})));
    }
}
