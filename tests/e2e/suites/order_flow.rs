//! The main flow: mint a session, look up domains, place one order, and wait until it is completed.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use serde_json::{Value, json};

async fn mint(harness: &Harness) -> Value {
    let body = json!({"customer": CUSTOMER, "plan": {"bundle_id": harness.stack.bundle_id()}});
    let call = Call::post("/v1/sessions").bearer(&harness.stack.values.partner_key).json(&body);
    harness.send(call, 201).await.data()
}

#[tokio::test]
async fn customer_orders_four_domains_until_completed() {
    let harness = Harness::start().await;
    let minted = mint(&harness).await;
    let token = minted["token"].as_str().unwrap();
    assert_eq!(minted["expires_at"], "2026-05-08T12:30:00Z");

    let session = harness.show_session(token).await;
    assert_eq!(
        session,
        json!({
            "id": minted["id"], "customer": CUSTOMER,
            "plan": {"name": "Starter: 5,000 emails a month",
                     "required_domains": {"google": 3, "microsoft": 1, "total": 4}},
            "limits": {"availability_names": 200, "personas": 10},
            "approval": "none", "pricing": {"show": "cost"},
            "tlds": ["com", "net", "org", "co", "io"], "order": null, "expires_at": "2026-05-08T12:30:00Z",
        })
    );

    let rows = harness.ask(token, &FOUR, 200).await.data();
    for (row, name) in rows["domains"].as_array().unwrap().iter().zip(FOUR) {
        assert_eq!(
            *row,
            json!({"domain": name, "available": true, "price_cents": 1300, "renewal_price_cents": 1500,
                   "currency": row["currency"], "usable_for": ["google", "microsoft"], "premium": false,
                   "checked": true})
        );
    }

    let receipt = harness.place(token, &draft(&FOUR), 201).await.data();
    let id = receipt["id"].as_str().unwrap();
    assert_eq!(receipt["status"], "in_progress");
    assert_eq!(receipt["domain_count"], 4);
    // Four registrations at 1300, three Google domains of two inboxes at 100, one Microsoft licence at 900.
    assert_eq!(receipt["costs"], json!({"total_cents": 6_700, "currency": "usd"}));
    assert_eq!(receipt["created_at"], "2026-05-08T12:00:00Z");
    let placed = harness.show_session(token).await["order"].clone();
    assert_eq!(placed, json!({"id": id, "status": "in_progress"}));

    let fresh = harness.order(token, id).await;
    assert_eq!(fresh["status"], "in_progress");
    assert_eq!(fresh["final"], false);

    harness.advance(6).await;
    let order = harness.order(token, id).await;
    assert_eq!(order["status"], "completed");
    assert_eq!(order["final"], true);
    assert_eq!(order["updated_at"], "2026-05-08T12:00:06Z");
    let domains = order["domains"].as_array().unwrap();
    let mut names: Vec<&str> = FOUR.to_vec();
    names.sort_unstable();
    let listed: Vec<&str> = domains.iter().map(|row| row["domain"].as_str().unwrap()).collect();
    assert_eq!(listed, names);
    assert!(domains.iter().all(|row| row["status"] == "connected"), "{domains:?}");
    let with = |provider: &str| domains.iter().filter(|row| row["provider"] == provider).count();
    assert_eq!((with("google"), with("microsoft")), (3, 1));
    let kinds: Vec<&str> =
        order["timeline"].as_array().unwrap().iter().map(|entry| entry["type"].as_str().unwrap()).collect();
    let connected = ["domain.connected"; 4];
    assert_eq!(kinds, [&["order.in_progress"][..], &connected, &["order.completed"]].concat());
}

#[tokio::test]
async fn upstream_order_combines_draft_and_session_claims() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("ses_1");
    claims["sequencer"] = json!({"client_id": 366_903});
    let token = harness.sign(&claims);
    let mut body = draft(&FOUR);
    body["domains"][1] = json!({"domain": " GetAcme.COM. ", "forwarding_url": "https://shop.acme.com"});
    body["personas"][0]["first_name"] = json!("  Sam   J. ");
    harness.place(&token, &body, 201).await;

    let sent = harness
        .stack
        .sandbox
        .received()
        .into_iter()
        .find(|call| call.method == "POST" && call.path.ends_with("/orders"));
    let sent = sent.unwrap();
    assert_eq!(sent.headers["authorization"], "Bearer pk_test_…");
    assert_eq!(sent.headers["content-type"], "application/json");
    let expected = json!({
        "user": CUSTOMER, "bundle_id": harness.stack.bundle_id(),
        "sequencer": {"provider": "smartlead", "client_id": 366_903},
        "forwarding_url": "https://acme.com",
        "domains": ["acme-mail.com", {"domain": "getacme.com", "forwarding_url": "https://shop.acme.com"},
                    "acme-hq.com", "tryacme.com"],
        "personas": [{"first_name": "Sam J.", "last_name": "Lee", "profile_picture_url": null}],
    });
    let mut body = sent.body;
    let sequencer = body["sequencer"].as_object_mut().unwrap();
    // The sandbox refuses orders without a login, and never shows it.
    assert!(sequencer.remove("login_email").is_some() && sequencer.remove("login_password").is_some());
    assert_eq!(body, expected);
}

#[tokio::test]
async fn second_post_returns_the_same_receipt() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let first = harness.place(&token, &draft(&FOUR), 201).await.data();
    let mut replay = first.clone();
    replay["replayed"] = json!(true);
    let again = harness.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!(replay, again);
    harness.advance(6).await;
    let later = harness.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!(replay, later, "the receipt has the status at the time of placing");
    assert_eq!(harness.orders_sent(), 1);
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 1);
}

#[tokio::test]
async fn second_tab_of_the_session_sees_the_order() {
    let harness = Harness::start().await;
    let first_tab = harness.session("ses_1");
    let mut claims = harness.claims("ses_1");
    claims["exp"] = json!(claims["exp"].as_i64().unwrap() + 60);
    let second_tab = harness.sign(&claims);
    let receipt = harness.place(&first_tab, &draft(&FOUR), 201).await.data();
    let session = harness.show_session(&second_tab).await;
    assert_eq!(session["order"], json!({"id": receipt["id"], "status": "in_progress"}));
    assert_eq!(harness.place(&second_tab, &draft(&FOUR), 201).await.data()["id"], receipt["id"]);
    let order = harness.order(&second_tab, receipt["id"].as_str().unwrap()).await;
    assert_eq!(order["id"], receipt["id"]);
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn two_sessions_of_one_customer_place_two_orders() {
    let harness = Harness::start().await;
    let first = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
    let others = ["beta-mail.com", "getbeta.com", "beta-hq.com", "trybeta.com"];
    let second = harness.place(&harness.session("ses_2"), &draft(&others), 201).await.data();
    assert_ne!(first["id"], second["id"]);
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 2);
}

#[tokio::test]
async fn custom_plan_is_ordered_by_its_licences() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("ses_1");
    claims["plan"] = json!({"google_licenses": 5, "microsoft_licenses": 1, "google_inboxes_per_domain": 2});
    let token = harness.sign(&claims);
    let session = harness.show_session(&token).await;
    assert_eq!(
        session["plan"],
        json!({"name": "5 Google inboxes and 1 Microsoft domain",
               "required_domains": {"google": 3, "microsoft": 1, "total": 4}})
    );
    let receipt = harness.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!(receipt["domain_count"], 4);
    assert_eq!(harness.stack.sandbox.orders()[0]["bundle_id"], Value::Null);
}

#[tokio::test]
async fn failed_order_is_reported_as_failed() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let names = ["fail-acme.com", "getacme.com", "acme-hq.com", "tryacme.com"];
    let id = harness.place(&token, &draft(&names), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    let order = harness.order(&token, &id).await;
    assert_eq!(order["status"], "failed");
    assert_eq!(order["final"], true);
    let rows = order["domains"].as_array().unwrap();
    let failed: Vec<&Value> = rows.iter().filter(|row| row["status"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{rows:?}");
    assert_eq!(failed[0]["domain"], "fail-acme.com");
}

#[tokio::test]
async fn order_over_the_session_limit_is_not_sent() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("ses_1");
    claims["max_total_cents"] = json!(5_199);
    let refused = harness.place(&harness.sign(&claims), &draft(&FOUR), 400).await;
    assert_eq!(refused.code(), "total_too_high");
    assert_eq!(refused.findings(), ["domains total_too_high"]);
    assert_eq!(harness.orders_sent(), 0);
}
