//! Contradictions and gaps in upstream's documentation (docs/upstream.md#where-the-editions-differ): each test names
//! the heading that it covers. Endpoints that the functions never use are tested, too: no such call is sent.

mod bundles;
mod domains;
mod events;
mod orders;

use crate::client::{Call, FOUR, Harness, draft};
use sandbox::Fault;
use serde_json::{Value, json};

/// Scripts `body` as the next response to `path`, as in another edition.
pub(super) fn script(harness: &Harness, method: &str, path: &str, status: u16, body: &Value) {
    harness.stack.sandbox.fail_next(Fault {
        status: Some(status),
        body: Some(body.to_string()),
        ..Fault::on(method, path)
    });
}

pub(super) async fn sent_order(harness: &Harness) -> Value {
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await;
    let sent = harness.stack.sandbox.received().into_iter();
    sent.filter(|call| call.method == "POST" && call.path.ends_with("/orders")).map(|call| call.body).next().unwrap()
}

/// The paths of all upstream calls of a complete order: import, order, pending actions, cancel, bundles.
pub(super) async fn whole_life(harness: &Harness) -> Vec<String> {
    let token = harness.session("ses_1");
    harness.send(Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com"]})), 202).await;
    let mut body = draft(&FOUR);
    body["personas"][0]["profile_picture_url"] = json!("https://cdn.acme.com/unreachable.jpg");
    let id = harness.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(60).await;
    harness.order(&token, &id).await;
    harness.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&json!({"whole": true})), 200).await;
    harness.as_partner("GET", "/v1/bundles", None, 200).await;
    ["GET", "POST", "PATCH", "DELETE"].iter().flat_map(|method| harness.upstream_calls(method)).collect()
}

#[test]
fn every_difference_between_editions_has_a_test() {
    let page = include_str!("../../../../docs/upstream.md");
    let (_, table) = page.split_once("\n## Where the editions differ\n").unwrap();
    let subjects: Vec<&str> = table.split("](#").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(subjects.len() > 10, "{subjects:?}");
    let suites =
        [include_str!("bundles.rs"), include_str!("domains.rs"), include_str!("events.rs"), include_str!("orders.rs")];
    let tested = |subject: &&str| {
        let link = ["/// docs/upstream.md", subject].join("#");
        suites.iter().any(|suite| suite.lines().any(|line| line == link))
    };
    let missing: Vec<&str> = subjects.into_iter().filter(|subject| !tested(subject)).collect();
    assert!(missing.is_empty(), "no test in tests/e2e/suites/editions for {missing:?}");
}
