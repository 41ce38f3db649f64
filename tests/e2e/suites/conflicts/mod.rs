//! Where upstream's documentation contradicts itself or is silent: one test per row of the list of conflicts, by number.
//! What the functions never use is held to that: no call of it leaves.

mod rows_01_to_15;
mod rows_16_to_31;

use crate::client::{Bench, Call, FOUR, draft};
use sandbox::Fault;
use serde_json::{Value, json};

/// Answers the next call to `path` with `body`, as another edition would.
pub(super) fn script(bench: &Bench, method: &str, path: &str, status: u16, body: &Value) {
    bench.stack.sandbox.fail_next(Fault {
        status: Some(status),
        body: Some(body.to_string()),
        ..Fault::on(method, path)
    });
}

pub(super) async fn sent_order(bench: &Bench) -> Value {
    bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await;
    let sent = bench.stack.sandbox.received().into_iter();
    sent.filter(|call| call.method == "POST" && call.path.ends_with("/orders")).map(|call| call.body).next().unwrap()
}

/// The paths of every call that a whole life causes: import, order, pending actions, cancel, bundles.
pub(super) async fn whole_life(bench: &Bench) -> Vec<String> {
    let token = bench.session("ses_1");
    bench.send(Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com"]})), 202).await;
    let mut body = draft(&FOUR);
    body["personas"][0]["profile_picture_url"] = json!("https://cdn.acme.com/unreachable.jpg");
    let id = bench.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(60).await;
    bench.order(&token, &id).await;
    bench.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&json!({"whole": true})), 200).await;
    bench.as_partner("GET", "/v1/bundles", None, 200).await;
    ["GET", "POST", "PATCH", "DELETE"].iter().flat_map(|method| bench.upstream_calls(method)).collect()
}

#[test]
fn every_row_has_a_test() {
    let source = concat!(include_str!("rows_01_to_15.rs"), include_str!("rows_16_to_31.rs"));
    let mut rows: Vec<String> = (1..=31).map(|row| format!("async fn row_{row:02}_")).collect();
    rows.push("async fn row_25a_".to_owned());
    let missing: Vec<&String> = rows.iter().filter(|row| !source.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
