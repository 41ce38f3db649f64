//! `/v1/bundles`: the partner's order sizes, stored upstream.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::id::Id;
use crate::http::page::{DEFAULT_PER_PAGE, MAX_PER_PAGE};
use crate::http::query::Parameters;
use crate::http::reply;
use crate::order_proxy::bundle_bodies::{BundleChange, BundleNew, MAX_NAME, MAX_VOLUME};
use crate::order_proxy::proxy::Proxy;
use crate::session::Partner;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde_json::{Map, Value};
use shared::ids::BundleId;

/// What the status of a bundle can be.
pub(super) const STATUSES: &str = "status must be active or archived.";

/// Which bundles to list.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameters")]
pub(super) struct BundleFilters {
    /// Only bundles with this status: `active` or `archived`.
    #[schemars(extend("enum" = ["active", "archived"]))]
    status: Option<String>,
    /// Maximum rows per page; a page may have fewer.
    #[schemars(range(min = 1, max = MAX_PER_PAGE), extend("default" = DEFAULT_PER_PAGE))]
    per_page: Option<u32>,
    /// Value of `page_token` in `links.next`, unchanged.
    page_token: Option<String>,
}

pub(super) async fn list(
    State(proxy): State<Proxy>,
    _: Partner,
    mut parameters: Parameters<BundleFilters>,
) -> Result<Response, Failure> {
    let status = parameters.take("status");
    if status.as_deref().is_some_and(|word| !matches!(word, "active" | "archived")) {
        parameters.add_finding("status", "status_unknown", STATUSES);
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
    body: JsonObject<BundleNew>,
) -> Result<Response, Failure> {
    let bundle = read(body.fields, true)?;
    let made = proxy.upstream.create_bundle(&bundle, proxy.clock.now()).await.map_err(Failure::partner)?;
    Ok(reply::data(StatusCode::CREATED, made))
}

pub(super) async fn show(State(proxy): State<Proxy>, _: Partner, Id(id): Id) -> Result<Response, Failure> {
    let bundle = proxy.upstream.bundle_shown(&id_of(id)?).await.map_err(Failure::partner)?;
    Ok(reply::data(StatusCode::OK, bundle))
}

pub(super) async fn change(
    State(proxy): State<Proxy>,
    _: Partner,
    Id(id): Id,
    body: JsonObject<BundleChange>,
) -> Result<Response, Failure> {
    let id = id_of(id)?;
    let change = read(body.fields, false)?;
    let bundle = proxy.upstream.change_bundle(&id, &change).await.map_err(Failure::partner)?;
    Ok(reply::data(StatusCode::OK, bundle))
}

pub(super) async fn delete(State(proxy): State<Proxy>, _: Partner, Id(id): Id) -> Result<Response, Failure> {
    let gone = proxy.upstream.delete_bundle(&id_of(id)?).await.map_err(Failure::partner)?;
    Ok(reply::data(StatusCode::OK, gone))
}

fn id_of(id: String) -> Result<BundleId, Failure> {
    BundleId::parse(id).ok_or(Failure::BundleNotFound)
}

/// The body to send upstream: only the given fields, normalised. `new`: name and volume are required.
pub(super) fn read(body: Map<String, Value>, new: bool) -> Result<Map<String, Value>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let mut bundle = Map::new();
    let name = if new { fields.required_string("name") } else { fields.optional_string("name") };
    if let Some(name) = name.map(|name| name.trim().to_owned()) {
        if !(1..=MAX_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            fields.add_finding("name", "name_invalid", "name must have 1 to 200 characters on one line.");
        }
        bundle.insert("name".to_owned(), name.into());
    }
    let volume =
        if new { fields.required("monthly_sending_volume") } else { fields.optional("monthly_sending_volume") };
    if let Some(volume) = volume {
        match volume.as_u64().filter(|volume| (1..=MAX_VOLUME).contains(volume)) {
            Some(volume) => drop(bundle.insert("monthly_sending_volume".to_owned(), volume.into())),
            None => fields.add_finding(
                "monthly_sending_volume",
                "out_of_range",
                "monthly_sending_volume must be a whole number from 1 to 1,000,000,000.",
            ),
        }
    }
    read_split(&mut fields, &mut bundle);
    if let Some(weekends) = fields.optional("send_on_weekends") {
        if !weekends.is_boolean() {
            fields.add_finding("send_on_weekends", "wrong_type", "send_on_weekends must be true or false.");
        }
        bundle.insert("send_on_weekends".to_owned(), weekends);
    }
    if let Some(inboxes) = fields.optional("google_inboxes_per_domain") {
        if !matches!(inboxes.as_u64(), Some(2 | 3)) {
            fields.add_finding(
                "google_inboxes_per_domain",
                "out_of_range",
                "google_inboxes_per_domain must be 2 or 3.",
            );
        }
        bundle.insert("google_inboxes_per_domain".to_owned(), inboxes);
    }
    if !new && bundle.is_empty() && fields.is_clean() {
        fields.add_finding("name", "nothing_to_change", "At least one field is required.");
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
        let message =
            "google_percent and microsoft_percent must be whole numbers that add up to 100. Give both, or neither.";
        fields.add_finding("google_percent", "percents_invalid", message);
    }
    for (key, value) in ["google_percent", "microsoft_percent"].into_iter().zip(given) {
        if let Some(value) = value {
            bundle.insert(key.to_owned(), value);
        }
    }
}
