//! docs/openapi.json: the routes of all functions as they describe themselves, and what they have in common. No
//! function calls it.

use crate::failure::Failure;
use crate::health::{self, Dependencies};
use crate::http::describe::{REQUEST_ID, can_refuse, text_header};
use crate::http::tidy::Tidy;
use crate::order_proxy::{self, Proxy};
use crate::session::access::{PARTNER_SCHEME, SESSION_SCHEME};
use crate::status::{self, StatusApi};
use crate::webhook::{self, Receiver};
use aide::axum::ApiRouter;
use aide::generate::in_context;
use aide::openapi::{
    Components, Example, Info, License, OpenApi, Operation, PathItem, ReferenceOr, SecurityScheme, Server, Tag,
};
use indexmap::IndexMap;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::PrettyFormatter;

const DESCRIPTION: &str = "Sells cold-email infrastructure from a partner's own page. Customers call with a session token, \
    the partner's backend with its key. Success is {\"data\": …}, failure {\"error\": {code, message, field?, details?, \
    retryable}}; every response has Checkout-Request-Id. Fields may be added; existing fields are not renamed.";

/// Tags, and what they say of the credentials.
const TAGS: [(&str, &str); 4] = [
    ("customer", "Authentication: a session token."),
    ("partner", "Authentication: the partner key."),
    ("upstream", "Authentication: upstream's signature."),
    ("anyone", "No authentication."),
];

/// The document, the same bytes each time.
pub fn document() -> String {
    let mut api = OpenApi {
        info: info(),
        servers: vec![Server { url: "/".to_owned(), ..Server::default() }],
        tags: TAGS.map(|(name, description)| tag(name, description)).to_vec(),
        components: Some(components()),
        ..OpenApi::default()
    };
    merge(&mut api, described::<Proxy>(order_proxy::list));
    merge(&mut api, described::<StatusApi>(status::list));
    merge(&mut api, described::<Receiver>(webhook::list));
    merge(&mut api, described::<Dependencies>(health::list));
    for item in items(&mut api) {
        for operation in operations(item) {
            sort_responses(operation);
        }
    }
    share_examples(&mut api);
    written(&api)
}

/// The document of one function's routes.
fn described<S: Clone + Send + Sync + 'static>(list: impl FnOnce(ApiRouter<S>) -> ApiRouter<S>) -> OpenApi {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(Tidy).with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    // State that the library keeps per thread, and resets with each router.
    in_context(|ctx| ctx.schema = SchemaGenerator::new(settings));
    let refusals = [Failure::OriginNotAllowed, Failure::Internal("a bug".into())];
    let routes = list(ApiRouter::new()).with_path_items(|mut item| {
        for operation in operations(item.inner_mut()) {
            in_context(|ctx| refusals.iter().for_each(|failure| can_refuse(ctx, operation, failure)));
        }
        item
    });
    let mut api = OpenApi::default();
    drop(routes.finish_api(&mut api));
    api
}

/// Adds paths and schemas. Two functions may have methods of one path.
fn merge(api: &mut OpenApi, other: OpenApi) {
    let paths = &mut api.paths.get_or_insert_default().paths;
    for (path, item) in other.paths.unwrap_or_default().paths {
        match (paths.get_mut(&path), item) {
            (Some(ReferenceOr::Item(known)), ReferenceOr::Item(item)) => known.merge_with(item),
            (_, item) => drop(paths.insert(path, item)),
        }
    }
    let schemas = other.components.unwrap_or_default().schemas;
    let known = &mut api.components.get_or_insert_default().schemas;
    known.extend(schemas);
    known.sort_unstable_keys();
}

fn items(api: &mut OpenApi) -> impl Iterator<Item = &mut PathItem> {
    api.paths.iter_mut().flat_map(|paths| paths.paths.values_mut()).filter_map(|item| match item {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { .. } => None,
    })
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn sort_responses(operation: &mut Operation) {
    if let Some(responses) = &mut operation.responses {
        responses.responses.sort_by(|a, _, b, _| a.to_string().cmp(&b.to_string()));
    }
}

/// Names each refusal once: a route refers to it, unless it shows it in another way.
fn share_examples(api: &mut OpenApi) {
    let mut shared: IndexMap<String, ReferenceOr<Example>> = IndexMap::new();
    for item in items(api) {
        for responses in operations(item).filter_map(|operation| operation.responses.as_mut()) {
            for response in responses.responses.values_mut() {
                let ReferenceOr::Item(response) = response else { continue };
                for (code, example) in response.content.values_mut().flat_map(|media| &mut media.examples) {
                    if shared.entry(code.clone()).or_insert_with(|| example.clone()) == example {
                        let reference = format!("#/components/examples/{code}");
                        *example = ReferenceOr::Reference { reference, summary: None, description: None };
                    }
                }
            }
        }
    }
    shared.sort_unstable_keys();
    api.components.get_or_insert_default().examples = shared;
}

fn info() -> Info {
    let license = License {
        name: env!("CARGO_PKG_LICENSE").to_owned(),
        identifier: Some(env!("CARGO_PKG_LICENSE").to_owned()),
        ..License::default()
    };
    Info {
        title: "peeker-checkout".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        license: Some(license),
        description: Some(DESCRIPTION.to_owned()),
        ..Info::default()
    }
}

fn tag(name: &str, description: &str) -> Tag {
    Tag { name: name.to_owned(), description: Some(description.to_owned()), ..Tag::default() }
}

fn components() -> Components {
    let bearer = |format: Option<&str>, description: &str| {
        ReferenceOr::Item(SecurityScheme::Http {
            scheme: "bearer".to_owned(),
            bearer_format: format.map(str::to_owned),
            description: Some(description.to_owned()),
            extensions: IndexMap::new(),
        })
    };
    let session = "A session token: HS256, minted by the partner or by POST /v1/sessions.";
    let schemes = [(SESSION_SCHEME, bearer(Some("JWT"), session)), (PARTNER_SCHEME, bearer(None, "The partner key."))];
    let header = text_header("Request id in our logs, `creq_…`. Quote it when you ask for support.");
    Components {
        security_schemes: schemes.map(|(name, scheme)| (name.to_owned(), scheme)).into_iter().collect(),
        headers: [(REQUEST_ID.to_owned(), ReferenceOr::Item(header))].into_iter().collect(),
        ..Components::default()
    }
}

/// The text of the document: indented by one blank, with one line break at the end.
fn written(api: &OpenApi) -> String {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" "));
    // All keys are texts, so it can always be written.
    let _ = api.serialize(&mut serializer);
    text.push(b'\n');
    String::from_utf8(text).unwrap_or_default()
}
