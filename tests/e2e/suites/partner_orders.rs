//! The partner's API for orders: lists, full orders, and events.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use crate::table::{items_of, text};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;

impl Harness {
    pub(crate) async fn place_for(&self, session: &str, customer: &str) -> String {
        let mut claims = self.claims(session);
        claims["sub"] = json!(customer);
        let names: Vec<String> = (0..4).map(|n| format!("{}-{n}.com", session.replace('_', "-"))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.place(&self.sign(&claims), &draft(&names), 201).await.data()["id"].as_str().unwrap().to_owned()
    }

    /// Every id of a list, page by page.
    async fn walk(&self, path: &str) -> Vec<String> {
        let mut path = path.to_owned();
        let mut ids = Vec::new();
        for _ in 0..50 {
            let page = self.as_partner("GET", &path, None, 200).await.json();
            ids.extend(page["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            match page["links"]["next"].as_str() {
                Some(next) => next.clone_into(&mut path),
                None => return ids,
            }
        }
        panic!("the list has no end");
    }
}

#[tokio::test]
async fn orders_are_listed_newest_first_across_months() {
    let harness = Harness::start().await;
    let mut placed = Vec::new();
    // Across the end of a month, with a month without orders in between.
    for (index, days) in [0, 1, 20, 45, 1, 0].into_iter().enumerate() {
        harness.advance(days * DAY + 60).await;
        let customer = if index % 2 == 0 { CUSTOMER } else { "other@example.com" };
        placed.push(harness.place_for(&format!("ses_{index}"), customer).await);
    }
    placed.reverse();
    for per_page in [1, 2, 4, 100] {
        assert_eq!(harness.walk(&format!("/v1/orders?per_page={per_page}")).await, placed, "{per_page} a page");
        let of_one = format!("/v1/orders?customer={CUSTOMER}&per_page={per_page}");
        let own: Vec<String> = placed.iter().skip(1).step_by(2).cloned().collect();
        assert_eq!(harness.walk(&of_one).await, own, "{per_page} a page");
    }
    harness.advance(6).await;
    assert_eq!(harness.walk("/v1/orders?status=completed").await, placed);
    assert!(harness.walk("/v1/orders?status=in_progress&per_page=2").await.is_empty());
    assert!(harness.walk("/v1/orders?customer=nobody@example.com").await.is_empty());
    let page = harness.as_partner("GET", "/v1/orders?per_page=1", None, 200).await.json();
    let row = &page["data"][0];
    let costs = json!({"total_cents": 6_700, "currency": "usd"});
    assert_eq!(
        *row,
        json!({"id": placed[0], "customer": "other@example.com", "status": "completed", "final": true, "domain_count": 4,
               "costs": costs, "cost": costs, "charge": costs, "margin_cents": 0, "reference": null, "metadata": {},
               "created_at": row["created_at"],
               "updated_at": row["updated_at"], "renews_at": row["renews_at"]})
    );
    assert_eq!(page["links"]["first"], "/v1/orders?per_page=1");
}

#[tokio::test]
async fn event_list_is_partner_only_and_parses_queries_strictly() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    assert_eq!(harness.send(Call::get("/v1/events").bearer(&token), 401).await.code(), "partner_key_wrong");
    for path in ["/v1/orders", "/v1/events"] {
        harness.send(Call::get(path), 401).await;
    }
    for (customer, hint) in [("a+b@example.com", "%2B"), ("nobody", "usr_"), ("a%20b@example.com", "%2B")] {
        let refused = harness.as_partner("GET", &format!("/v1/orders?customer={customer}"), None, 400).await;
        assert_eq!(refused.findings(), ["customer customer_invalid"]);
        assert!(refused.text.contains(hint), "{}", refused.text);
    }
    harness.as_partner("GET", "/v1/orders?customer=a%2Bb@example.com", None, 200).await;
    for list in ["/v1/orders?customer=", "/v1/orders?status=", "/v1/events?type=", "/v1/orders?page_token="] {
        let name = list.split(['?', '=']).nth(1).unwrap();
        let refused = harness.as_partner("GET", list, None, 400).await;
        assert_eq!(refused.findings(), [format!("{name} empty_parameter")]);
    }
    let query = "/v1/orders?per_page=101&page_token=none&limit=5";
    let refused = harness.as_partner("GET", query, None, 400).await;
    assert_eq!(
        refused.findings(),
        ["per_page out_of_range", "page_token page_token_invalid", "limit unknown_parameter"]
    );
    for (query, finding) in [
        ("/v1/orders?status=Completed", "status word_invalid"),
        ("/v1/orders?status=%00", "status word_invalid"),
        ("/v1/events?type=%ff", "type word_invalid"),
        ("/v1/events?from=2026-05-08T12:00:00+02:00", "from time_invalid"),
    ] {
        let refused = harness.as_partner("GET", query, None, 400).await;
        assert_eq!(refused.findings(), [finding]);
        assert_eq!(refused.text.contains("%2B"), query.contains('+'), "{}", refused.text);
    }
    let refused = harness.as_partner("GET", "/v1/events?from=yesterday&to=2026-05-01", None, 400).await;
    assert_eq!(refused.findings(), ["from time_invalid", "to out_of_range"]);
}

#[tokio::test]
async fn page_token_is_bound_to_its_list_and_filters() {
    let harness = Harness::start().await;
    for session in ["ses_1", "ses_2", "ses_3"] {
        harness.place_for(session, CUSTOMER).await;
    }
    let next = |page: &Value| {
        let link = page["links"]["next"].as_str().unwrap().to_owned();
        link.split("page_token=").nth(1).unwrap().split('&').next().unwrap().to_owned()
    };
    let all = next(&harness.as_partner("GET", "/v1/orders?per_page=1", None, 200).await.json());
    let one = format!("/v1/orders?per_page=1&customer={CUSTOMER}");
    let of_one = next(&harness.as_partner("GET", &one, None, 200).await.json());
    harness.as_partner("GET", &format!("/v1/orders?page_token={all}"), None, 200).await;
    harness.as_partner("GET", &format!("{one}&page_token={of_one}"), None, 200).await;
    // A token of the right list with a position at which no page ends.
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(&all).unwrap()).unwrap();
    let forge = |from: &str, to: &str| {
        assert!(text.contains(from), "{text}");
        URL_SAFE_NO_PAD.encode(text.replace(from, to))
    };
    let of_customer = format!("/v1/orders?customer={CUSTOMER}&");
    for (path, token) in [
        ("/v1/orders?", &of_one),
        ("/v1/orders?status=in_progress&", &all),
        ("/v1/events?", &all),
        (of_customer.as_str(), &all),
        ("/v1/orders?customer=someone@example.com&", &of_one),
        ("/v1/orders?", &forge("ORDER#", "SESSION#")),
        ("/v1/orders?", &forge("ORDERS#2026", "ORDERS#20x6")),
        ("/v1/orders?", &forge("\"at\":\"2026", "\"at\":\"about 2026")),
        ("/v1/orders?", &URL_SAFE_NO_PAD.encode(b"{}")),
    ] {
        let refused = harness.as_partner("GET", &format!("{path}page_token={token}"), None, 400).await;
        assert_eq!(refused.findings(), ["page_token page_token_invalid"], "{path}{token}");
    }
}

#[tokio::test]
async fn partner_sees_full_order_without_personal_data() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    harness.stack.sandbox.forget_received();
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["customer"], &view["full"]["status"]), (&json!(CUSTOMER), &json!("completed")));
    assert_eq!(view["full"]["costs"]["line_items"].as_array().unwrap().len(), 3);
    assert!(harness.stack.sandbox.received().is_empty(), "the event contained it");
    let text = view["full"].to_string();
    assert!(!text.contains("Sam") && !text.contains(CUSTOMER) && !text.contains("usr_"), "{text}");
    let view = harness.order(&token, &id).await;
    assert!(view.get("full").is_none() && view.get("customer").is_none());
}

#[tokio::test]
async fn unlisted_fields_are_not_stored_in_any_spelling() {
    let harness = Harness::start().await;
    let id = harness.place_for("ses_1", CUSTOMER).await;
    harness.advance(6).await;
    let inbox =
        json!({"email": "sam@ses-1-0.com", "display_name": "Sam Lee", "smtp_password": "hunter2", "status": "live"});
    let order = json!({"id": id, "status": "failed", "email": CUSTOMER, "domains": {"registered": ["ses-1-0.com"]},
        "inboxes": [inbox], "access_token": "hunter2", "full_name": "Sam Lee", "recovery": {"phone": "hunter2"},
        "history": [{"status": "failed", "User": "usr_1", "by": {"role": "owner"}, "reason": "Sam asked for it",
                     "error": {"First_Name": "Sam", "PASSWORD": "hunter2", "code": "no_funds", "note": "hunter2"}}]});
    harness.deliver_event("evt_deep", "order.failed", "2026-05-08T12:09:00Z", &order).await;
    let full = json!({"id": id, "status": "failed", "domains": {"registered": ["ses-1-0.com"]},
        "history": [{"status": "failed", "error": {"code": "no_funds"}}]});
    let view = harness.partner_view(&id).await;
    assert_eq!(view["full"], full);
    assert_eq!(view["inboxes"], json!([{"address": "sam@ses-1-0.com", "domain": "ses-1-0.com"}]));
    let kept = items_of(&harness.stack, "EVENT#evt_deep").await;
    let kept: Value = serde_json::from_str(text(&kept[0], "entity")).unwrap();
    let with_people = json!({"id": id, "status": "failed", "email": CUSTOMER, "domains": {"registered": ["ses-1-0.com"]},
        "inboxes": [{"email": "sam@ses-1-0.com", "status": "live"}],
        "history": [{"status": "failed", "User": "usr_1", "reason": "Sam asked for it",
                     "error": {"First_Name": "Sam", "code": "no_funds"}}]});
    assert_eq!(kept, with_people, "an event keeps its people for as long as personal data is kept");
    let everything = format!("{:?}", crate::table::scan(&harness.stack).await);
    for word in ["hunter2", "display_name", "full_name", "access_token", "smtp_password", "phone"] {
        assert!(!everything.contains(word), "{word}");
    }
}

#[tokio::test]
async fn thin_final_event_makes_the_reconciler_fetch_the_order() {
    let harness = Harness::start().await;
    harness.stack.sandbox.set_webhook_url(None);
    // Ordered outside of our API: the event is the only source.
    let order = json!({"user": "direct@example.com", "google_licenses": 2, "microsoft_licenses": 0,
        "google_inboxes_per_domain": 2, "domains": ["direct-acme.com"],
        "sequencer": {"provider": "smartlead", "client_id": 1, "login_email": "x@example.com", "login_password": "y"},
        "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}]});
    let id = harness.beside("/orders", &order).await["id"].as_str().unwrap().to_owned();
    harness.advance(10).await;
    harness
        .deliver_event("evt_thin", "order.completed", "2026-05-08T12:00:06Z", &json!({"id": id, "status": "completed"}))
        .await;
    harness.stack.sandbox.forget_received();
    assert_eq!(harness.stack.reconciler.run().await.unwrap().orders, 1);
    assert_eq!(harness.walk("/v1/orders?customer=direct@example.com").await, [id.as_str()]);
    assert_eq!(harness.partner_view(&id).await["full"]["domains"]["registered"], json!(["direct-acme.com"]));
    assert_eq!(harness.upstream_calls("GET").len(), 1);
    harness.advance(DAY).await;
    assert_eq!(harness.stack.reconciler.run().await.unwrap().orders, 0, "what has ended is left alone");
}

#[tokio::test]
async fn missing_full_order_is_fetched_when_the_partner_reads() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.set_webhook_url(None);
    let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    harness
        .deliver_event("evt_thin", "order.completed", "2026-05-08T12:00:06Z", &json!({"id": id, "status": "completed"}))
        .await;
    harness.stack.sandbox.forget_received();
    for _ in 0..3 {
        assert_eq!(harness.partner_view(&id).await["full"]["status"], "completed");
    }
    assert_eq!(harness.upstream_calls("GET"), [format!("/orders/{id}")], "once");
}

#[tokio::test]
async fn events_are_listed_oldest_first_unchanged() {
    let harness = Harness::start().await;
    let first = harness.place_for("ses_1", CUSTOMER).await;
    harness.advance(6).await;
    harness.advance(2 * DAY).await;
    harness.place_for("ses_2", CUSTOMER).await;
    harness.advance(6).await;
    let sent: Vec<String> = harness.stack.sandbox.events().iter().map(|event| event.id.clone()).collect();
    let from = "/v1/events?from=2026-05-08&to=2026-06-01";
    for per_page in [3, 100] {
        let mut listed = harness.walk(&format!("{from}&per_page={per_page}")).await;
        let page = harness.as_partner("GET", &format!("{from}&per_page={per_page}"), None, 200).await.json();
        assert_eq!(page["meta"]["per_page"], per_page);
        // Events of the same second are ordered by id.
        let mut sent = sent.clone();
        assert_eq!(listed.len(), 12);
        listed.sort_unstable();
        sent.sort_unstable();
        assert_eq!(listed, sent);
    }
    let of_type = harness.as_partner("GET", &format!("{from}&type=order.completed"), None, 200).await.data();
    let of_type = of_type.as_array().unwrap();
    assert_eq!(of_type.len(), 2);
    assert_eq!(of_type[0]["data"]["id"], json!(first));
    assert_eq!(
        (&of_type[0]["type"], &of_type[0]["created_at"], &of_type[0]["environment"]),
        (&json!("order.completed"), &json!("2026-05-08T12:00:06Z"), &json!("test"))
    );
    assert!(harness.walk("/v1/events?from=2026-05-09T00:00:00Z&to=2026-05-10").await.is_empty());
    let within = harness.walk("/v1/events?from=2026-05-08T12:00:06Z&to=2026-05-08T12:00:07Z").await;
    assert_eq!(within.len(), 1, "the end of the first order alone");
}

#[tokio::test]
async fn pending_actions_name_who_must_do_what() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let mut body = draft(&FOUR);
    body["personas"][0]["profile_picture_url"] = json!("https://cdn.acme.com/unreachable.jpg");
    let id = harness.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    let action = harness.order(&token, &id).await["pending_actions"][0].clone();
    assert_eq!((&action["type"], &action["who"]), (&json!("google_profile_picture"), &json!("customer")));
    assert!(action["what_to_do"].as_str().unwrap().starts_with("Make the picture reachable"), "{action}");
}
