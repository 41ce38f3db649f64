//! Responses and errors in upstream's envelopes.

use serde_json::{Map, Value, json};

/// The result of a handler.
pub(crate) type Answer = Result<Reply, Refusal>;

/// A response body with its status.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Reply {
    /// 200 and `{"data": …}`.
    pub(crate) fn ok(data: Value) -> Self {
        Self::with_status(200, data)
    }

    /// 201 and `{"data": …}`.
    pub(crate) fn created(data: Value) -> Self {
        Self::with_status(201, data)
    }

    /// 202 and `{"data": …}`.
    pub(crate) fn accepted(data: Value) -> Self {
        Self::with_status(202, data)
    }

    fn with_status(status: u16, data: Value) -> Self {
        let body = Value::Object(Map::from_iter([("data".to_owned(), data)]));
        Self { status, body }
    }
}

/// An error response.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
    field: Option<String>,
    details: Option<Value>,
}

impl Refusal {
    /// A 400 with its own code.
    pub(crate) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into(), field: None, details: None }
    }

    /// A missing or invalid field.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::bad("invalid_request", message).field(field)
    }

    pub(crate) fn field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    pub(crate) fn details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    pub(crate) fn unauthorized() -> Self {
        let message = "Send a known key as Authorization: Bearer pk_test_… or pk_live_…";
        Self { status: 401, code: "unauthorized", ..Self::bad("", message) }
    }

    pub(crate) fn forbidden() -> Self {
        let message = "This key may not do that; use a key with the preset full";
        Self { status: 403, code: "forbidden", ..Self::bad("", message) }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self { status: 404, code: "not_found", ..Self::bad("", message) }
    }

    /// A record that does not exist in this account.
    pub(crate) fn no_record(kind: &str, id: &str) -> Self {
        Self::not_found(format!("No {kind} {id} in this account; check the id and the key"))
    }

    /// Upstream does not document its response to this.
    pub(crate) fn too_large() -> Self {
        Self { status: 413, ..Self::bad("invalid_request", "Send a body of at most 1 MiB") }
    }

    pub(crate) fn rate_limited(limit: u32, seconds: i64) -> Self {
        let message = format!("More than {limit} requests a minute; wait and send again");
        Self { status: 429, code: "rate_limited", ..Self::bad("", message) }
            .details(json!({"retry_after_seconds": seconds}))
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let mut error = json!({"code": refusal.code, "message": refusal.message});
        if let Some(fields) = error.as_object_mut() {
            if let Some(field) = refusal.field {
                fields.insert("field".to_owned(), field.into());
            }
            if let Some(details) = refusal.details {
                fields.insert("details".to_owned(), details);
            }
        }
        Self { status: refusal.status, body: json!({"error": error}) }
    }
}
