//! Refusals as they are documented: each one is made by the code that makes it when a request is answered.

use crate::failure::Failure;
use crate::http::fields::refuse_if_any;
use crate::order_proxy::claims;
use crate::order_proxy::imports;
use crate::order_proxy::orders;
use crate::upstream::UpstreamError;
use crate::upstream::plan::PlanError;
use crate::upstream::transport::TransportError;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use shared::availability::AvailabilityRow;
use shared::domain_name::DomainName;
use shared::draft::OrderDraft;
use shared::plan::RequiredDomains;
use shared::problem::{Finding, Problem};
use shared::root_domain;

/// Upstream's request id, as an answer shows it.
const REQUEST_ID: &str = "req_9f2c";

/// What reading these bodies ends in.
pub(super) fn of_readings<T>(
    read: impl Fn(Map<String, Value>) -> Result<T, Failure>,
    bodies: impl IntoIterator<Item = Value>,
) -> impl Iterator<Item = Failure> {
    bodies.into_iter().filter_map(move |body| match body {
        Value::Object(fields) => read(fields).err(),
        _ => None,
    })
}

/// What is wrong with names.
pub(super) fn names() -> impl Iterator<Item = Failure> {
    let long = format!("{}.com", "a".repeat(64));
    let longer = format!("{}com", "a.".repeat(130));
    let given = [
        "",
        &longer,
        "https://acme.com",
        "sam@acme.com",
        "10.0.0.1",
        "acmé.com",
        "acme",
        "acme..com",
        &long,
        "ac_me.com",
        "-acme.com",
        "acme.1a",
        "shop.acme.com",
        "co.uk",
    ];
    let findings = given.map(|text| root_domain::read(text).err().map(|problem| problem.at("domains[0]")));
    each(findings.into_iter().flatten())
}

/// What is wrong with picks, people and redirects.
pub(super) fn wrong_orders() -> impl Iterator<Item = Failure> {
    let person = |first: &str| json!({"first_name": first, "last_name": "Lee", "profile_picture_url": null});
    let body = json!({
        "domains": ["acme-mail.com", "acme-mail.com", {"domain": "acme-team.com", "forwarding_url": "https://acme-mail.com"}],
        "personas": [
            person(""), person("Sam@"), person(&"a".repeat(65)),
            {"first_name": "Sam", "last_name": "Lee", "profile_picture_url": "sam.png"},
        ],
    });
    let people = json!({"domains": [], "personas": vec![person("Sam"); 11]});
    let nobody = json!({"domains": [], "personas": []});
    let urls =
        ["https://acme .com", "ftp://acme.com", "https://u:p@acme.com", "http://localhost", "https://acme.com:0"];
    let long = format!("https://acme.com/{}", "a".repeat(2048));
    let redirects = urls
        .map(str::to_owned)
        .into_iter()
        .chain([long])
        .map(|url| json!({"domains": [], "personas": [], "forwarding_url": url}));
    let required = RequiredDomains::new(1, 1);
    let of_form = [body, people, nobody].into_iter().chain(redirects).flat_map(move |body| {
        let (draft, mut findings) = draft(body);
        findings.extend(draft.check_form(&required, root_domain::read));
        findings
    });
    names().chain(each(of_form)).chain(each(unavailable()))
}

/// What upstream's rows can be refused for.
fn unavailable() -> impl Iterator<Item = Finding> {
    const NAME: &str = "acme-mail.com";
    let words = ["taken", "stale", "not_connected", "in_use"]
        .map(|reason| json!({"domain": NAME, "available": false, "reason": reason}));
    let usable = [json!([]), json!(["google"]), json!(["microsoft"])]
        .map(|usable_for| json!({"domain": NAME, "available": true, "price_cents": 1300, "usable_for": usable_for}));
    let rows = words.into_iter().chain(usable);
    rows.flat_map(|row| {
        let rows: Vec<AvailabilityRow> = AvailabilityRow::lenient(&row).into_iter().collect();
        let (draft, _) = draft(json!({"domains": [NAME], "personas": []}));
        [RequiredDomains::new(1, 0), RequiredDomains::new(0, 1)]
            .into_iter()
            .flat_map(move |required| draft.check(&required, &rows, root_domain::read).err().unwrap_or_default())
            .filter(|finding| finding.field.starts_with("domains"))
            .collect::<Vec<Finding>>()
    })
}

fn draft(body: Value) -> (OrderDraft, Vec<Finding>) {
    let (submitted, findings) = match body {
        Value::Object(fields) => orders::read(fields),
        _ => orders::read(Map::new()),
    };
    (submitted.draft, findings)
}

/// A name that is not in the import.
pub(super) fn not_in_import() -> Failure {
    one(imports::not_in_import("acme-team.com", 0))
}

/// A name without a claim of the customer.
pub(super) fn not_claimed() -> Failure {
    DomainName::parse("acme-team.com").map_or(Failure::ImportNotFound, |name| one(claims::not_claimed(&name, 0)))
}

/// Errors of a plan that is read from upstream.
pub(super) fn plan() -> [Failure; 2] {
    [PlanError::Unavailable, PlanError::TooLarge].map(Failure::from)
}

/// What happens to calls upstream.
pub(super) fn of_upstream() -> impl Iterator<Item = Failure> {
    errors().chain([UpstreamError::BudgetSpent]).map(Failure::from)
}

/// The same for requests of the partner, which get upstream's own errors.
pub(super) fn of_partners_upstream(own: impl IntoIterator<Item = StatusCode>) -> impl Iterator<Item = Failure> {
    let own = own.into_iter().map(|status| match status {
        StatusCode::NOT_FOUND => upstreams_own(status, "not_found"),
        StatusCode::CONFLICT => upstreams_own(status, "order_shape_conflict"),
        _ => upstreams_own(status, "invalid_request"),
    });
    errors().chain(own).map(Failure::partner)
}

fn errors() -> impl Iterator<Item = UpstreamError> {
    let request_id = Some(REQUEST_ID.to_owned());
    let (failed, unreadable) = (StatusCode::BAD_GATEWAY, StatusCode::OK);
    [
        UpstreamError::Busy { retry_after: 5 },
        UpstreamError::Failed { status: failed, request_id: request_id.clone() },
        UpstreamError::Unreadable { status: unreadable, request_id },
        UpstreamError::Misconfigured("not shown"),
        UpstreamError::NoAnswer(TransportError::TimedOut("not shown".into())),
    ]
    .into_iter()
}

/// An error with upstream's own code and message.
pub(super) fn upstreams_own(status: StatusCode, code: &'static str) -> UpstreamError {
    UpstreamError::Refused {
        status,
        problem: Box::new(Problem::new(code, "What is wrong, in upstream's words.").at("domains[0]")),
        names: Vec::new(),
        is_documented: true,
        request_id: Some(REQUEST_ID.to_owned()),
    }
}

fn each(findings: impl Iterator<Item = Finding>) -> impl Iterator<Item = Failure> {
    findings.map(one)
}

fn one(finding: Finding) -> Failure {
    match refuse_if_any(vec![finding]) {
        Err(failure) => failure,
        Ok(()) => Failure::Internal("a finding is no refusal".into()),
    }
}
