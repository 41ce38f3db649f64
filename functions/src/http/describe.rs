//! What a route's description is made of: bodies, parameters, answers and refusals, each read from a Rust type or
//! value.

use crate::failure::{Failure, Refused};
use crate::http::example::Example;
use crate::http::page::{Links, Meta};
use crate::http::tidy::{without_null, without_width};
use aide::generate::{GenContext, in_context};
use aide::openapi::{
    Example as NamedExample, Header, HeaderStyle, MediaType, Operation, Parameter, ParameterData,
    ParameterSchemaOrContent, ReferenceOr, RequestBody, Response, Responses, SchemaObject, StatusCode as Status,
};
use aide::operation::{ParamLocation, add_parameters, parameters_from_schema};
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

/// The header that every answer has.
pub const REQUEST_ID: &str = "Checkout-Request-Id";

const JSON: &str = "application/json";

/// Adds to the description of a route.
pub trait Describe: Sized {
    /// Answers with `{"data": T}`.
    #[must_use]
    fn answer<T: Example>(self, status: StatusCode, description: &str) -> Self;

    /// Answers with a page of the rows at `path`.
    #[must_use]
    fn page<T: Example>(self, path: &'static str) -> Self;

    /// Answers under `status` also as CSV, for those who ask for it.
    #[must_use]
    fn also_csv(self, status: StatusCode) -> Self;

    /// Answers without a body.
    #[must_use]
    fn empty(self, status: StatusCode, description: &str) -> Self;

    /// Answers under `status` have a header more.
    #[must_use]
    fn with_header(self, status: StatusCode, name: &str, description: &str) -> Self;

    /// Takes a header.
    #[must_use]
    fn takes_header(self, name: &str, required: bool, description: &str) -> Self;

    /// Declares a body that the handler reads itself.
    #[must_use]
    fn takes<T: Example>(self) -> Self;

    /// Refuses in these ways, beside those of its extractors. Status, code and body are those that the failure has when
    /// it is answered.
    #[must_use]
    fn refuses(self, failures: impl IntoIterator<Item = Failure>) -> Self;

    /// Says more of a status under which it refuses.
    #[must_use]
    fn refusal_means(self, status: StatusCode, description: &str) -> Self;
}

impl Describe for TransformOperation<'_> {
    fn answer<T: Example>(mut self, status: StatusCode, description: &str) -> Self {
        let schema = in_context(|ctx| {
            let data = ctx.schema.subschema_for::<T>();
            json_schema!({"type": "object", "properties": {"data": data}, "required": ["data"]})
        });
        answers(self.inner_mut(), status, description, schema, json!({ "data": T::example() }));
        self
    }

    fn page<T: Example>(mut self, path: &'static str) -> Self {
        let schema = in_context(|ctx| {
            let row = ctx.schema.subschema_for::<T>();
            let links = ctx.schema.subschema_for::<Links>();
            let meta = ctx.schema.subschema_for::<Meta>();
            json_schema!({
                "type": "object",
                "properties": {"data": {"type": "array", "items": row}, "links": links, "meta": meta},
                "required": ["data", "links", "meta"],
            })
        });
        let (links, meta) = (Links::of_one_page(path), Meta::of_one_row(path));
        let example = json!({"data": [T::example()], "links": links, "meta": meta});
        answers(self.inner_mut(), StatusCode::OK, "A page of results.", schema, example);
        self
    }

    fn also_csv(mut self, status: StatusCode) -> Self {
        let media = MediaType { schema: Some(object(json_schema!({"type": "string"}))), ..MediaType::default() };
        change(self.inner_mut(), status, |response| drop(response.content.insert("text/csv".to_owned(), media)));
        self
    }

    fn empty(mut self, status: StatusCode, description: &str) -> Self {
        change(self.inner_mut(), status, |response| description.clone_into(&mut response.description));
        self
    }

    fn with_header(mut self, status: StatusCode, name: &str, description: &str) -> Self {
        let header = ReferenceOr::Item(text_header(description));
        change(self.inner_mut(), status, |response| drop(response.headers.insert(name.to_owned(), header)));
        self
    }

    fn takes_header(mut self, name: &str, required: bool, description: &str) -> Self {
        let parameter_data = ParameterData {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            required,
            deprecated: None,
            format: text(),
            example: None,
            examples: Default::default(),
            explode: None,
            extensions: Default::default(),
        };
        let parameter = Parameter::Header { parameter_data, style: HeaderStyle::Simple };
        self.inner_mut().parameters.push(ReferenceOr::Item(parameter));
        self
    }

    fn takes<T: Example>(mut self) -> Self {
        in_context(|ctx| takes_body::<T>(ctx, self.inner_mut()));
        self
    }

    fn refuses(mut self, failures: impl IntoIterator<Item = Failure>) -> Self {
        in_context(|ctx| {
            for failure in failures {
                can_refuse(ctx, self.inner_mut(), &failure);
            }
        });
        self
    }

    fn refusal_means(mut self, status: StatusCode, description: &str) -> Self {
        change(self.inner_mut(), status, |response| description.clone_into(&mut response.description));
        self
    }
}

/// An operation takes a JSON object of the form `T`.
pub fn takes_body<T: Example>(ctx: &mut GenContext, operation: &mut Operation) {
    let media = MediaType {
        schema: Some(object(read_schema::<T>(ctx))),
        example: Some(json!(T::example())),
        ..MediaType::default()
    };
    let content = [(JSON.to_owned(), media)].into_iter().collect();
    let body = RequestBody { content, required: true, ..RequestBody::default() };
    operation.request_body = Some(ReferenceOr::Item(body));
}

/// An operation takes the properties of `T` in its query.
pub fn takes_query<T: JsonSchema>(ctx: &mut GenContext, operation: &mut Operation) {
    takes_parameters::<T>(ctx, operation, ParamLocation::Query);
}

/// An operation takes the properties of `T` in its path.
pub fn takes_path<T: JsonSchema>(ctx: &mut GenContext, operation: &mut Operation) {
    takes_parameters::<T>(ctx, operation, ParamLocation::Path);
}

fn takes_parameters<T: JsonSchema>(ctx: &mut GenContext, operation: &mut Operation, place: ParamLocation) {
    // The parameters themselves are documented, not an object of them.
    let settings = ctx.schema.settings().clone().for_deserialize().with(|settings| settings.inline_subschemas = true);
    let schema = T::json_schema(&mut settings.into_generator());
    let mut parameters = parameters_from_schema(ctx, schema, place);
    for parameter in &mut parameters {
        if let ParameterSchemaOrContent::Schema(schema) = &mut parameter.parameter_data_mut().format {
            // Stated once, beside the name.
            schema.json_schema.remove("description");
            without_null(&mut schema.json_schema);
            without_width(&mut schema.json_schema);
        }
    }
    add_parameters(ctx, operation, parameters);
}

/// An operation can end in `failure`, which is shown as it is answered.
pub fn can_refuse(ctx: &mut GenContext, operation: &mut Operation, failure: &Failure) {
    let (status, code, body) = failure.documented();
    let schema = object(ctx.schema.subschema_for::<Refused<'static>>());
    change(operation, status, |response| {
        if response.description.is_empty() {
            meaning(status).clone_into(&mut response.description);
        }
        let media = response.content.entry(JSON.to_owned()).or_default();
        media.schema = Some(schema);
        let example = NamedExample { value: Some(body), ..NamedExample::default() };
        media.examples.entry(code).or_insert(ReferenceOr::Item(example));
    });
}

/// What a refusal under `status` means, when the route does not say more.
const fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "Invalid request; see details.findings.",
        StatusCode::UNAUTHORIZED => "The credentials are missing or wrong.",
        StatusCode::FORBIDDEN => "Origin not allowed, or insufficient permissions.",
        StatusCode::NOT_FOUND => "Not found, or it belongs to another customer.",
        StatusCode::CONFLICT => "Conflict with the current state.",
        StatusCode::PAYLOAD_TOO_LARGE => "The body is too large.",
        StatusCode::TOO_MANY_REQUESTS => "Too many requests; retry_after_seconds says when to try again.",
        StatusCode::BAD_GATEWAY => "The request to upstream failed.",
        StatusCode::SERVICE_UNAVAILABLE => "The table is unavailable, or new orders are stopped.",
        StatusCode::GATEWAY_TIMEOUT => "The request to upstream timed out.",
        _ => "Internal error; quote the Checkout-Request-Id when you report it.",
    }
}

fn answers(operation: &mut Operation, status: StatusCode, description: &str, schema: Schema, example: Value) {
    let media = MediaType { schema: Some(object(schema)), example: Some(example), ..MediaType::default() };
    change(operation, status, |response| {
        description.clone_into(&mut response.description);
        response.content.insert(JSON.to_owned(), media);
    });
}

/// Changes the response under `status`, which is made when it is not there yet.
fn change(operation: &mut Operation, status: StatusCode, change: impl FnOnce(&mut Response)) {
    let responses = &mut operation.responses.get_or_insert_with(Responses::default).responses;
    let entry = responses.entry(Status::Code(status.as_u16())).or_insert_with(|| {
        let reference = format!("#/components/headers/{REQUEST_ID}");
        let header = ReferenceOr::Reference { reference, summary: None, description: None };
        let headers = [(REQUEST_ID.to_owned(), header)].into_iter().collect();
        ReferenceOr::Item(Response { headers, ..Response::default() })
    });
    if let ReferenceOr::Item(response) = entry {
        change(response);
    }
}

/// A header of an answer, as text.
pub fn text_header(description: &str) -> Header {
    Header {
        description: Some(description.to_owned()),
        style: HeaderStyle::Simple,
        required: true,
        deprecated: None,
        format: text(),
        example: None,
        examples: Default::default(),
        extensions: Default::default(),
    }
}

fn text() -> ParameterSchemaOrContent {
    ParameterSchemaOrContent::Schema(object(json_schema!({"type": "string"})))
}

/// The schema of something that is sent to us: what may be left out of it is optional.
fn read_schema<T: JsonSchema>(ctx: &mut GenContext) -> Schema {
    let mut generator = ctx.schema.settings().clone().for_deserialize().into_generator();
    let schema = generator.subschema_for::<T>();
    ctx.schema.definitions_mut().extend(generator.take_definitions(true));
    schema
}

fn object(json_schema: Schema) -> SchemaObject {
    SchemaObject { json_schema, external_docs: None, example: None }
}
