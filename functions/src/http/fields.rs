//! Reads a JSON body strictly and returns everything that is wrong with its shape together.

use crate::failure::Failure;
use crate::http::MAX_PUBLIC_BODY;
use crate::http::describe::{can_refuse, takes_body};
use crate::http::example::Example;
use crate::http::json;
use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{Operation, ReferenceOr};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
pub use shared::fields::Fields;
use shared::file_text;
use shared::problem::{Finding, Problem};
use std::marker::PhantomData;

/// A body as the documentation describes it. The handler reads its fields from [`JsonObject`].
pub trait Body: Example {
    /// Most bytes of it.
    const MAX_BYTES: usize = MAX_PUBLIC_BODY;
}

/// A body that is a JSON object, documented as a `B`.
#[derive(Debug)]
pub struct JsonObject<B> {
    /// The fields, of which nothing is known yet.
    pub fields: Map<String, Value>,
    body: PhantomData<fn() -> B>,
}

impl<S: Send + Sync, B: Body> FromRequest<S> for JsonObject<B> {
    type Rejection = Failure;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Failure> {
        DefaultBodyLimit::max(B::MAX_BYTES).apply(&mut request);
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        Ok(Self { fields: parse_object(&bytes)?, body: PhantomData })
    }
}

impl<B: Body> OperationInput for JsonObject<B> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        takes_body::<B>(ctx, operation);
        let unreadable = [b"".as_slice(), b"[]", br#"{"domains": [], "domains": []}"#];
        for failure in unreadable.into_iter().filter_map(|bytes| parse_object(bytes).err()) {
            can_refuse(ctx, operation, &failure);
        }
        for failure in [incomplete(), Failure::BodyTooLarge].into_iter().chain(misread()) {
            can_refuse(ctx, operation, &failure);
        }
    }
}

/// A body that may be left out, and is a JSON object otherwise, documented as a `B`.
#[derive(Debug)]
pub struct OptionalObject<B> {
    /// The fields; none without a body.
    pub fields: Map<String, Value>,
    body: PhantomData<fn() -> B>,
}

impl<S: Send + Sync, B: Body> FromRequest<S> for OptionalObject<B> {
    type Rejection = Failure;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Failure> {
        DefaultBodyLimit::max(B::MAX_BYTES).apply(&mut request);
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        let fields = if bytes.is_empty() { Map::new() } else { parse_object(&bytes)? };
        Ok(Self { fields, body: PhantomData })
    }
}

impl<B: Body> OperationInput for OptionalObject<B> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        JsonObject::<B>::operation_input(ctx, operation);
        if let Some(ReferenceOr::Item(body)) = &mut operation.request_body {
            body.required = false;
        }
    }
}

/// The refusals that every reading of fields can end in.
fn misread() -> impl Iterator<Item = Failure> {
    let bodies = [json!({}), json!({"domains": 1}), json!({"domains": [], "domain": null})];
    bodies.into_iter().filter_map(|body| {
        let mut findings = Vec::new();
        let mut fields = Fields::new(body.as_object().cloned().unwrap_or_default(), "", &mut findings);
        fields.required_array("domains");
        fields.finish();
        refuse_if_any(findings).err()
    })
}

/// The bytes of a body as an object.
///
/// # Errors
/// `400 not_json` with the place where it stops being JSON, `400 not_an_object`, or `400 duplicate_field`.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, Failure> {
    // Some editors and libraries write a byte order mark; RFC 8259, 8.1 lets a reader skip it.
    match json::read(file_text::without_mark(bytes)) {
        Ok((Value::Object(object), findings)) => refuse_if_any(findings).map(|()| object),
        Ok(_) => Err(Failure::bad_request("not_an_object", "The body must be a JSON object.")),
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            let message = match bytes.trim_ascii().is_empty() {
                true => "The body is empty. Send a JSON object.".to_owned(),
                false => format!("The body is not valid JSON ({place})."),
            };
            Err(Failure::bad_request("not_json", message))
        }
    }
}

/// A body that could not be read: too large, or cut off.
pub fn unreadable(rejection: BytesRejection) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { Failure::BodyTooLarge } else { incomplete() }
}

/// The refusal of a body that ends early.
pub fn incomplete() -> Failure {
    Failure::bad_request("body_incomplete", "The body is incomplete. Send the request again.")
}

/// Refuses when anything was found.
///
/// # Errors
/// `400` with all findings.
pub fn refuse_if_any(findings: Vec<Finding>) -> Result<(), Failure> {
    match Problem::from_findings(findings) {
        Some(problem) => Err(Failure::Invalid(Box::new(problem))),
        None => Ok(()),
    }
}
