//! What the partner does with orders: lists them, reads them in full, and reads the events again.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use crate::table::{items_of, text};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;

impl Bench {
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
async fn all_orders_are_listed_newest_first_over_months_and_pages() {
    let bench = Bench::start().await;
    let mut placed = Vec::new();
    // Over the end of a month, with a month of silence in between.
    for (index, days) in [0, 1, 20, 45, 1, 0].into_iter().enumerate() {
        bench.advance(days * DAY + 60).await;
        let customer = if index % 2 == 0 { CUSTOMER } else { "other@example.com" };
        placed.push(bench.place_for(&format!("ses_{index}"), customer).await);
    }
    placed.reverse();
    for per_page in [1, 2, 4, 100] {
        assert_eq!(bench.walk(&format!("/v1/orders?per_page={per_page}")).await, placed, "{per_page} a page");
        let of_one = format!("/v1/orders?customer={CUSTOMER}&per_page={per_page}");
        let own: Vec<String> = placed.iter().skip(1).step_by(2).cloned().collect();
        assert_eq!(bench.walk(&of_one).await, own, "{per_page} a page");
    }
    bench.advance(6).await;
    assert_eq!(bench.walk("/v1/orders?status=completed").await, placed);
    assert!(bench.walk("/v1/orders?status=in_progress&per_page=2").await.is_empty());
    assert!(bench.walk("/v1/orders?customer=nobody@example.com").await.is_empty());
    let page = bench.as_partner("GET", "/v1/orders?per_page=1", None, 200).await.json();
    let row = &page["data"][0];
    assert_eq!(
        *row,
        json!({"id": placed[0], "customer": "other@example.com", "status": "completed", "final": true, "domain_count": 4,
               "costs": {"total_cents": 6_700, "currency": "usd"}, "created_at": row["created_at"],
               "updated_at": row["updated_at"], "renews_at": row["renews_at"]})
    );
    assert_eq!(page["links"]["first"], "/v1/orders?per_page=1");
}

#[tokio::test]
async fn events_are_the_partners_alone_and_lists_read_their_query_strictly() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    assert_eq!(bench.send(Call::get("/v1/events").bearer(&token), 401).await.code(), "partner_key_wrong");
    for path in ["/v1/orders", "/v1/events"] {
        bench.send(Call::get(path), 401).await;
    }
    for (customer, hint) in [("a+b@example.com", "%2B"), ("nobody", "usr_"), ("a%20b@example.com", "%2B")] {
        let refused = bench.as_partner("GET", &format!("/v1/orders?customer={customer}"), None, 400).await;
        assert_eq!(refused.findings(), ["customer customer_invalid"]);
        assert!(refused.text.contains(hint), "{}", refused.text);
    }
    bench.as_partner("GET", "/v1/orders?customer=a%2Bb@example.com", None, 200).await;
    for list in ["/v1/orders?customer=", "/v1/orders?status=", "/v1/events?type=", "/v1/orders?page_token="] {
        let name = list.split(['?', '=']).nth(1).unwrap();
        let refused = bench.as_partner("GET", list, None, 400).await;
        assert_eq!(refused.findings(), [format!("{name} empty_parameter")]);
    }
    let query = "/v1/orders?per_page=101&page_token=none&limit=5";
    let refused = bench.as_partner("GET", query, None, 400).await;
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
        let refused = bench.as_partner("GET", query, None, 400).await;
        assert_eq!(refused.findings(), [finding]);
        assert_eq!(refused.text.contains("%2B"), query.contains('+'), "{}", refused.text);
    }
    let refused = bench.as_partner("GET", "/v1/events?from=yesterday&to=2026-05-01", None, 400).await;
    assert_eq!(refused.findings(), ["from time_invalid", "to out_of_range"]);
}

#[tokio::test]
async fn a_page_token_belongs_to_its_list_and_its_filters() {
    let bench = Bench::start().await;
    for session in ["ses_1", "ses_2", "ses_3"] {
        bench.place_for(session, CUSTOMER).await;
    }
    let next = |page: &Value| {
        let link = page["links"]["next"].as_str().unwrap().to_owned();
        link.split("page_token=").nth(1).unwrap().split('&').next().unwrap().to_owned()
    };
    let all = next(&bench.as_partner("GET", "/v1/orders?per_page=1", None, 200).await.json());
    let one = format!("/v1/orders?per_page=1&customer={CUSTOMER}");
    let of_one = next(&bench.as_partner("GET", &one, None, 200).await.json());
    bench.as_partner("GET", &format!("/v1/orders?page_token={all}"), None, 200).await;
    bench.as_partner("GET", &format!("{one}&page_token={of_one}"), None, 200).await;
    // A token with the right list and a mark that no page ends at.
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
        let refused = bench.as_partner("GET", &format!("{path}page_token={token}"), None, 400).await;
        assert_eq!(refused.findings(), ["page_token page_token_invalid"], "{path}{token}");
    }
}

#[tokio::test]
async fn the_partner_reads_the_full_order_without_people_and_the_customer_what_concerns_it() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    bench.stack.sandbox.forget_received();
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["customer"], &view["full"]["status"]), (&json!(CUSTOMER), &json!("completed")));
    assert_eq!(view["full"]["costs"]["line_items"].as_array().unwrap().len(), 3);
    assert!(bench.stack.sandbox.received().is_empty(), "the event brought it");
    let text = view["full"].to_string();
    assert!(!text.contains("Sam") && !text.contains(CUSTOMER) && !text.contains("usr_"), "{text}");
    let view = bench.order(&token, &id).await;
    assert!(view.get("full").is_none() && view.get("customer").is_none());
}

#[tokio::test]
async fn what_is_not_listed_is_not_kept_at_any_depth_in_any_spelling() {
    let bench = Bench::start().await;
    let id = bench.place_for("ses_1", CUSTOMER).await;
    bench.advance(6).await;
    let inbox =
        json!({"email": "sam@ses-1-0.com", "display_name": "Sam Lee", "smtp_password": "hunter2", "status": "live"});
    let order = json!({"id": id, "status": "failed", "email": CUSTOMER, "domains": {"registered": ["ses-1-0.com"]},
        "inboxes": [inbox], "access_token": "hunter2", "full_name": "Sam Lee", "recovery": {"phone": "hunter2"},
        "history": [{"status": "failed", "User": "usr_1", "by": {"role": "owner"}, "reason": "Sam asked for it",
                     "error": {"First_Name": "Sam", "PASSWORD": "hunter2", "code": "no_funds", "note": "hunter2"}}]});
    bench.tell("evt_deep", "order.failed", "2026-05-08T12:09:00Z", &order).await;
    let full = json!({"id": id, "status": "failed", "domains": {"registered": ["ses-1-0.com"]},
        "history": [{"status": "failed", "error": {"code": "no_funds"}}]});
    let view = bench.partner_view(&id).await;
    assert_eq!(view["full"], full);
    assert_eq!(view["inboxes"], json!([{"address": "sam@ses-1-0.com", "domain": "ses-1-0.com"}]));
    let kept = items_of(&bench.stack, "EVENT#evt_deep").await;
    let kept: Value = serde_json::from_str(text(&kept[0], "entity")).unwrap();
    let with_people = json!({"id": id, "status": "failed", "email": CUSTOMER, "domains": {"registered": ["ses-1-0.com"]},
        "inboxes": [{"email": "sam@ses-1-0.com", "status": "live"}],
        "history": [{"status": "failed", "User": "usr_1", "reason": "Sam asked for it",
                     "error": {"First_Name": "Sam", "code": "no_funds"}}]});
    assert_eq!(kept, with_people, "an event keeps its people for as long as personal data is kept");
    let everything = format!("{:?}", crate::table::scan(&bench.stack).await);
    for word in ["hunter2", "display_name", "full_name", "access_token", "smtp_password", "phone"] {
        assert!(!everything.contains(word), "{word}");
    }
}

#[tokio::test]
async fn a_thin_event_of_the_end_makes_the_reconciler_fetch_the_order() {
    let bench = Bench::start().await;
    bench.stack.sandbox.set_webhook_url(None);
    // Ordered past us: nothing is known here but what the event says.
    let order = json!({"user": "direct@example.com", "google_licenses": 2, "microsoft_licenses": 0,
        "google_inboxes_per_domain": 2, "domains": ["direct-acme.com"],
        "sequencer": {"provider": "smartlead", "client_id": 1, "login_email": "x@example.com", "login_password": "y"},
        "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}]});
    let id = bench.beside("/orders", &order).await["id"].as_str().unwrap().to_owned();
    bench.advance(10).await;
    bench.tell("evt_thin", "order.completed", "2026-05-08T12:00:06Z", &json!({"id": id, "status": "completed"})).await;
    bench.stack.sandbox.forget_received();
    assert_eq!(bench.stack.reconciler.run().await.unwrap().orders, 1);
    assert_eq!(bench.walk("/v1/orders?customer=direct@example.com").await, [id.as_str()]);
    assert_eq!(bench.partner_view(&id).await["full"]["domains"]["registered"], json!(["direct-acme.com"]));
    assert_eq!(bench.upstream_calls("GET").len(), 1);
    bench.advance(DAY).await;
    assert_eq!(bench.stack.reconciler.run().await.unwrap().orders, 0, "what has ended is left alone");
}

#[tokio::test]
async fn a_full_order_that_nobody_brought_is_fetched_when_the_partner_looks() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.set_webhook_url(None);
    let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    bench.tell("evt_thin", "order.completed", "2026-05-08T12:00:06Z", &json!({"id": id, "status": "completed"})).await;
    bench.stack.sandbox.forget_received();
    for _ in 0..3 {
        assert_eq!(bench.partner_view(&id).await["full"]["status"], "completed");
    }
    assert_eq!(bench.upstream_calls("GET"), [format!("/orders/{id}")], "once");
}

#[tokio::test]
async fn events_are_listed_oldest_first_as_upstream_sent_them() {
    let bench = Bench::start().await;
    let first = bench.place_for("ses_1", CUSTOMER).await;
    bench.advance(6).await;
    bench.advance(2 * DAY).await;
    bench.place_for("ses_2", CUSTOMER).await;
    bench.advance(6).await;
    let sent: Vec<String> = bench.stack.sandbox.events().iter().map(|event| event.id.clone()).collect();
    let from = "/v1/events?from=2026-05-08&to=2026-06-01";
    for per_page in [3, 100] {
        let mut listed = bench.walk(&format!("{from}&per_page={per_page}")).await;
        let page = bench.as_partner("GET", &format!("{from}&per_page={per_page}"), None, 200).await.json();
        assert_eq!(page["meta"]["per_page"], per_page);
        // Within a second the ids decide.
        let mut sent = sent.clone();
        assert_eq!(listed.len(), 12);
        listed.sort_unstable();
        sent.sort_unstable();
        assert_eq!(listed, sent);
    }
    let of_type = bench.as_partner("GET", &format!("{from}&type=order.completed"), None, 200).await.data();
    let of_type = of_type.as_array().unwrap();
    assert_eq!(of_type.len(), 2);
    assert_eq!(of_type[0]["data"]["id"], json!(first));
    assert_eq!(
        (&of_type[0]["type"], &of_type[0]["created_at"], &of_type[0]["environment"]),
        (&json!("order.completed"), &json!("2026-05-08T12:00:06Z"), &json!("test"))
    );
    assert!(bench.walk("/v1/events?from=2026-05-09T00:00:00Z&to=2026-05-10").await.is_empty());
    let within = bench.walk("/v1/events?from=2026-05-08T12:00:06Z&to=2026-05-08T12:00:07Z").await;
    assert_eq!(within.len(), 1, "the end of the first order alone");
}

#[tokio::test]
async fn what_an_order_waits_for_says_who_can_do_what() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let mut body = draft(&FOUR);
    body["personas"][0]["profile_picture_url"] = json!("https://cdn.acme.com/unreachable.jpg");
    let id = bench.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    let action = bench.order(&token, &id).await["pending_actions"][0].clone();
    assert_eq!((&action["type"], &action["who"]), (&json!("google_profile_picture"), &json!("customer")));
    assert!(action["what_to_do"].as_str().unwrap().starts_with("Make the picture reachable"), "{action}");
}
