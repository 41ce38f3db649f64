//! Where upstream's documentation contradicts itself or is silent (docs/upstream.md#where-the-editions-differ): each
//! test names the heading that it covers. What the functions never use is tested too: no such call is sent.

mod bundles;
mod domains;
mod events;
mod orders;

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
fn each_difference_of_the_editions_has_a_test() {
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
