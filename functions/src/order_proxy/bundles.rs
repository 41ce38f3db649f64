//! `/v1/bundles`: the partner's order sizes, kept upstream.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::query::Parameters;
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::session::Partner;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::ids::BundleId;

/// Characters of a bundle's name: upstream names no limit, this is a line on a page.
const MAX_NAME: usize = 200;
/// E-mails a month: far above any sender, far below overflow upstream.
const MAX_VOLUME: u64 = 1_000_000_000;

pub(super) async fn list(
    State(proxy): State<Proxy>,
    _: Partner,
    mut parameters: Parameters,
) -> Result<Response, Failure> {
    let status = parameters.take("status");
    if status.as_deref().is_some_and(|word| !matches!(word, "active" | "archived")) {
        parameters.blame("status", "status_unknown", "The status of a bundle is active or archived.");
    }
    let per_page = parameters.per_page();
    let token = parameters.take("page_token");
    parameters.finish()?;
    let count = per_page.to_string();
    let mut query = vec![("per_page", count.as_str())];
    query.extend(status.as_deref().map(|status| ("status", status)));
    query.extend(token.as_deref().map(|token| ("page_token", token)));
    let page = proxy.upstream.bundles(&query).await.map_err(Failure::partner)?;
    let filters: Vec<(&str, &str)> = status.as_deref().map(|status| ("status", status)).into_iter().collect();
    Ok(reply::page("/v1/bundles", &filters, per_page, &page.rows, page.next.as_deref()))
}

pub(super) async fn create(
    State(proxy): State<Proxy>,
    _: Partner,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let bundle = read(body, true)?;
    let made = proxy.upstream.create_bundle(&bundle, proxy.clock.now()).await.map_err(Failure::partner)?;
    Ok(reply::data(StatusCode::CREATED, made))
}

pub(super) async fn show(State(proxy): State<Proxy>, _: Partner, Path(id): Path<String>) -> Result<Response, Failure> {
    let bundle = proxy.upstream.bundle_shown(&id_of(id)?).await.map_err(Failure::partner)?;
    Ok(reply::data(StatusCode::OK, bundle))
}

pub(super) async fn change(
    State(proxy): State<Proxy>,
    _: Partner,
    Path(id): Path<String>,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let id = id_of(id)?;
    let change = read(body, false)?;
    let bundle = proxy.upstream.change_bundle(&id, &change).await.map_err(Failure::partner)?;
    Ok(reply::data(StatusCode::OK, bundle))
}

pub(super) async fn delete(
    State(proxy): State<Proxy>,
    _: Partner,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let gone = proxy.upstream.delete_bundle(&id_of(id)?).await.map_err(Failure::partner)?;
    Ok(reply::data(StatusCode::OK, gone))
}

fn id_of(id: String) -> Result<BundleId, Failure> {
    BundleId::parse(id).ok_or(Failure::BundleNotFound)
}

/// What is sent upstream: only what was given, in its one form. `new`: name and volume must be there.
fn read(body: Map<String, Value>, new: bool) -> Result<Map<String, Value>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let mut bundle = Map::new();
    let name = if new { fields.required_string("name") } else { fields.optional_string("name") };
    if let Some(name) = name.map(|name| name.trim().to_owned()) {
        if !(1..=MAX_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            fields.blame("name", "name_invalid", "A name has 1 to 200 characters on one line.");
        }
        bundle.insert("name".to_owned(), name.into());
    }
    let volume =
        if new { fields.required("monthly_sending_volume") } else { fields.optional("monthly_sending_volume") };
    if let Some(volume) = volume {
        match volume.as_u64().filter(|volume| (1..=MAX_VOLUME).contains(volume)) {
            Some(volume) => drop(bundle.insert("monthly_sending_volume".to_owned(), volume.into())),
            None => fields.blame(
                "monthly_sending_volume",
                "out_of_range",
                "The volume is a whole number of e-mails a month, from 1 to 1,000,000,000.",
            ),
        }
    }
    read_split(&mut fields, &mut bundle);
    if let Some(weekends) = fields.optional("send_on_weekends") {
        if !weekends.is_boolean() {
            fields.blame("send_on_weekends", "wrong_type", "send_on_weekends must be true or false.");
        }
        bundle.insert("send_on_weekends".to_owned(), weekends);
    }
    if let Some(inboxes) = fields.optional("google_inboxes_per_domain") {
        if !matches!(inboxes.as_u64(), Some(2 | 3)) {
            fields.blame("google_inboxes_per_domain", "out_of_range", "A Google domain has 2 or 3 inboxes.");
        }
        bundle.insert("google_inboxes_per_domain".to_owned(), inboxes);
    }
    if !new && bundle.is_empty() && fields.is_clean() {
        fields.blame("name", "nothing_to_change", "Give at least one field to change.");
    }
    fields.finish();
    refuse_if_any(findings)?;
    Ok(bundle)
}

/// Both percents, adding up to 100; or both `null`, which means the recommended split.
fn read_split(fields: &mut Fields<'_>, bundle: &mut Map<String, Value>) {
    let given = [fields.take("google_percent"), fields.take("microsoft_percent")];
    let percent = |value: &Value| value.as_u64().filter(|percent| *percent <= 100);
    let good = match &given {
        [None, None] | [Some(Value::Null), Some(Value::Null)] => true,
        [Some(google), Some(microsoft)] => percent(google).zip(percent(microsoft)).is_some_and(|(g, m)| g + m == 100),
        _ => false,
    };
    if !good {
        let message = "Give google_percent and microsoft_percent as whole numbers that add up to 100, or neither.";
        fields.blame("google_percent", "percents_invalid", message);
    }
    for (key, value) in ["google_percent", "microsoft_percent"].into_iter().zip(given) {
        if let Some(value) = value {
            bundle.insert(key.to_owned(), value);
        }
    }
}
