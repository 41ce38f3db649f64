//! Claims on owned domains: their owner, when they move, their limit, and how they end.

use crate::client::{CUSTOMER, Call, FOUR, Harness, Reply, draft};
use crate::imports::{DAY, OTHER, statuses};
use crate::table::scan;
use e2e::StackConfig;
use sandbox::{Drop, Fault, ImportReading};
use serde_json::{Value, json};

/// A stack in which tests set the nameservers.
pub(crate) async fn by_hand() -> Harness {
    Harness::with(StackConfig { import_switch: None, ..StackConfig::paused() }).await
}

pub(crate) fn reason(view: &Value) -> &str {
    view["domains"][0]["reason"].as_str().unwrap_or_default()
}

pub(crate) fn id(view: &Value) -> String {
    view["id"].as_str().unwrap().to_owned()
}

impl Harness {
    async fn release(&self, token: &str, id: &str, names: &[&str], status: u16) -> Reply {
        let path = format!("/v1/domains/import/{id}/release");
        self.send(Call::post(&path).bearer(token).json(&json!({ "domains": names })), status).await
    }

    pub(crate) async fn row(&self, token: &str, name: &str) -> Value {
        self.ask(token, &[name], 200).await.data()["domains"][0].clone()
    }
}

#[tokio::test]
async fn clock_ahead_of_upstream_does_not_age_jobs_or_rows() {
    for import_reading in [ImportReading::Connected, ImportReading::Prepared] {
        let config = StackConfig { clock_ahead: 100, import_switch: None, import_reading, ..StackConfig::paused() };
        let harness = Harness::with(config).await;
        let token = harness.session("ses_1");
        let import = harness.start_import(&token, &["owned-a.com"], 202).await.data();
        assert_eq!(reason(&import), "", "{import_reading:?}: {import}");
        assert!(harness.stack.sandbox.switch_nameservers(&id(&import)));
        harness.advance(60).await;
        assert_eq!(harness.import(&token, &id(&import)).await["status"], "completed", "{import_reading:?}");
    }
}

#[tokio::test]
async fn expired_claim_moves_and_its_former_owner_sees_it() {
    let harness = by_hand().await;
    let first = harness.start_import(&harness.session_of("ses_1", OTHER), &["owned-a.com"], 202).await.data();
    harness.advance(8 * DAY).await;
    let second = harness.start_import(&harness.session("ses_2"), &["owned-a.com", "owned-b.com"], 202).await.data();
    assert_ne!(first["id"], second["id"]);
    let loser = harness.session_of("ses_3", OTHER);
    let view = harness.import(&loser, &id(&first)).await;
    assert_eq!((reason(&view), &view["status"]), ("claim_expired", &json!("failed")));
    assert_eq!(view["nameserver_groups"], json!([]));
    // Events of the first job count for neither customer.
    assert!(harness.stack.sandbox.switch_nameservers(&id(&first)));
    harness.advance(60).await;
    let winner = harness.session("ses_4");
    assert_eq!(reason(&harness.import(&loser, &id(&first)).await), "claim_expired");
    assert_eq!(harness.row(&loser, "owned-a.com").await["reason"], "taken");
    assert_eq!(harness.import(&winner, &id(&second)).await["status"], "action_required");
    let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
    assert_eq!(harness.place(&winner, &draft(&mix), 400).await.findings(), ["domains[0] domain_not_connected"]);
    assert_eq!(harness.place(&loser, &draft(&mix), 400).await.findings(), ["domains[0] domain_unavailable"]);
    assert!(harness.stack.sandbox.switch_nameservers(&id(&second)));
    harness.advance(60).await;
    harness.place(&harness.session("ses_5"), &draft(&mix), 201).await;
}

#[tokio::test]
async fn simultaneous_imports_of_two_customers_share_no_job() {
    let harness = by_hand().await;
    let (one, two) = (harness.session("ses_1"), harness.session_of("ses_2", OTHER));
    let call = |token: &str| Call::post("/v1/domains/import").bearer(token).json(&json!({"domains": ["owned-a.com"]}));
    let (a, b) = tokio::join!(harness.exchange(call(&one)), harness.exchange(call(&two)));
    let mut ids = [&a, &b].map(|reply| reply.data()["id"].clone());
    ids.sort_by_key(Value::is_null);
    assert!(ids[0].is_string() && ids[1].is_null(), "{} {}", a.text, b.text);
}

#[tokio::test]
async fn repeated_import_does_not_extend_a_claim() {
    let harness = by_hand().await;
    let squatter = |n: u32| harness.session_of(&format!("ses_{n}"), OTHER);
    let first = harness.start_import(&squatter(1), &["owned-a.com"], 202).await.data();
    for n in 2..8 {
        harness.advance(DAY).await;
        harness.start_import(&squatter(n), &["owned-a.com"], 202).await;
        // Releasing and importing again does not extend it either.
        harness.release(&squatter(n), &id(&first), &["owned-a.com"], 200).await;
        harness.start_import(&squatter(n), &["owned-a.com"], 202).await;
    }
    harness.advance(DAY).await;
    harness.start_import(&squatter(9), &["owned-a.com"], 202).await;
    let view = harness.start_import(&harness.session("ses_x"), &["owned-a.com", "owned-b.com"], 202).await.data();
    assert_eq!(statuses(&view).iter().filter(|(_, status)| status == "failed").count(), 0, "{view}");
    assert_eq!(reason(&harness.import(&squatter(10), &id(&first)).await), "claim_expired");
}

#[tokio::test]
async fn unconnected_claim_expires_after_a_week() {
    let harness = by_hand().await;
    harness.start_import(&harness.session_of("ses_1", OTHER), &["free-name.com", "other-name.com"], 202).await;
    let row = |session: &'static str| {
        // Upstream has no record of the running import.
        let rows = json!({"data": {"domains": [{"domain": "free-name.com", "available": true, "price_cents": 1300,
            "renewal_price_cents": 1500, "currency": "USD", "usable_for": ["google"], "premium": false}]}});
        let body = Some(rows.to_string());
        harness.stack.sandbox.fail_next(Fault { body, ..Fault::on("POST", "/domains/availability") });
        let harness = &harness;
        async move { harness.row(&harness.session(session), "free-name.com").await }
    };
    assert_eq!(row("ses_2").await["reason"], "taken", "whatever upstream says");
    harness.stack.sandbox.clear_faults();
    harness.advance(8 * DAY).await;
    assert_eq!(row("ses_3").await["available"], true);
}

#[tokio::test]
async fn domains_of_other_customers_are_taken_at_every_step() {
    let harness = by_hand().await;
    harness.import_connected(&harness.session_of("ses_1", OTHER), &["owned-a.com"]).await;
    harness.start_import(&harness.session_of("ses_2", OTHER), &["claimed-a.com"], 202).await;
    for name in ["owned-a.com", "claimed-a.com"] {
        let mix = [name, FOUR[0], FOUR[1], FOUR[2]];
        let free = |name: &str| {
            json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
                   "currency": "USD", "usable_for": ["google", "microsoft"], "premium": false})
        };
        let body = Some(json!({"data": {"domains": mix.map(free)}}).to_string());
        harness.stack.sandbox.fail_next(Fault { body, times: 20, ..Fault::on("POST", "/domains/availability") });
        let token = harness.session(&format!("ses_of_{}", name.len()));
        assert_eq!(harness.row(&token, name).await["reason"], "taken", "{name}");
        let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix }));
        assert_eq!(harness.send(quote, 400).await.findings(), ["domains[0] domain_unavailable"], "{name}");
        let order = harness.place(&token, &draft(&mix), 400).await;
        assert_eq!(order.findings(), ["domains[0] domain_unavailable"], "{name}");
        harness.stack.sandbox.clear_faults();
    }
    assert_eq!(harness.orders_sent(), 0);
}

#[tokio::test]
async fn open_claims_are_limited_to_one_full_import() {
    let harness = by_hand().await;
    let names =
        |from: usize, count: usize| -> Vec<String> { (from..from + count).map(|n| format!("own-{n}.com")).collect() };
    let squatter = harness.session_of("ses_1", OTHER);
    let start = async |token: &str, names: Vec<String>| {
        let call = Call::post("/v1/domains/import").bearer(token).json(&json!({ "domains": names }));
        harness.exchange(call).await
    };
    let first = start(&squatter, names(0, 499)).await;
    assert_eq!(first.status, 202, "{}", first.text);
    harness.stack.sandbox.forget_received();
    let second = start(&squatter, names(1_000, 2)).await;
    assert_eq!((second.status, second.code().as_str()), (409, "too_many_open_claims"));
    let error = second.error();
    assert_eq!((&error["field"], &error["details"]), (&json!("domains"), &json!({"limit": 500, "open_count": 499})));
    assert!(!harness.upstream_calls("POST").iter().any(|path| path.starts_with("/domains/import")));
    // Concurrent imports are counted in sequence.
    let many = (0..4).map(|n| start(&squatter, names(2_000 + n, 1)));
    let many = futures::future::join_all(many).await;
    let taken = many.iter().filter(|reply| reply.status == 202).count();
    assert_eq!(taken, 1, "{many:?}");
    // Other customers are not affected, and after a week the claims block no one.
    assert_eq!(start(&harness.session("ses_2"), names(1_000, 2)).await.status, 202);
    let id = first.data()["id"].as_str().unwrap().to_owned();
    harness.release(&squatter, &id, &["own-0.com", "own-1.com", "own-2.com"], 202).await;
    assert_eq!(start(&squatter, names(3_000, 2)).await.status, 202);
    harness.advance(8 * DAY).await;
    assert_eq!(start(&harness.session_of("ses_3", OTHER), names(4_000, 400)).await.status, 202);
}

#[tokio::test]
async fn large_plan_raises_the_limit_of_open_claims() {
    let harness = by_hand().await;
    let mut claims = harness.claims("ses_1");
    claims["plan"] = json!({"google_licenses": 1_200, "microsoft_licenses": 0});
    let token = harness.sign(&claims);
    for from in [0, 400] {
        let names: Vec<String> = (from..from + 300).map(|n| format!("own-{n}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        harness.start_import(&token, &names, 202).await;
    }
    assert_eq!(harness.start_import(&token, &["one-more.com"], 409).await.code(), "too_many_open_claims");
}

#[tokio::test]
async fn release_frees_open_claims_and_keeps_connected_ones() {
    let harness = by_hand().await;
    let token = harness.session("ses_1");
    let first = id(&harness.start_import(&token, &["owned-a.com", "owned-b.com"], 202).await.data());
    harness
        .send(
            Call::post(&format!("/v1/domains/import/{first}/release"))
                .bearer(&harness.session_of("ses_2", OTHER))
                .json(&json!({"domains": ["owned-a.com"]})),
            404,
        )
        .await;
    let view = harness.release(&token, &first, &["owned-a.com", "Owned-A.com", "owned-a.com"], 202).await.data();
    assert_eq!(reason(&view), "released");
    assert_eq!(statuses(&view)[1], ("owned-b.com".to_owned(), "in_progress".to_owned()));
    let other = harness.session_of("ses_3", OTHER);
    let theirs = harness.start_import(&other, &["owned-a.com"], 202).await.data();
    assert_eq!(reason(&harness.import(&token, &first).await), "released");
    harness.release(&token, &first, &["owned-b.com"], 200).await;
    let view = harness.import(&token, &first).await;
    assert!(statuses(&view).iter().all(|(_, status)| status == "failed"), "{view}");
    let connected = harness.import_connected(&token, &["owned-c.com"]).await;
    let view = harness.release(&token, &connected, &["owned-c.com"], 200).await.data();
    assert_eq!(statuses(&view), [("owned-c.com".to_owned(), "completed".to_owned())]);
    assert!(harness.stack.sandbox.switch_nameservers(&id(&theirs)));
    harness.advance(60).await;
    assert_eq!(harness.import(&other, &id(&theirs)).await["status"], "completed");
    assert_eq!(harness.release(&token, &connected, &[], 400).await.findings(), ["domains out_of_range"]);
}

#[tokio::test]
async fn refused_import_claims_nothing() {
    let harness = by_hand().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(Fault { status: Some(400), times: 2, ..Fault::on("POST", "/domains/import") });
    let refused = Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com"]}));
    assert!(harness.exchange(refused).await.status >= 400);
    harness.stack.sandbox.clear_faults();
    harness.start_import(&harness.session_of("ses_2", OTHER), &["owned-a.com"], 202).await;
}

#[tokio::test]
async fn import_job_of_the_partner_is_not_assigned_to_customers() {
    let harness = by_hand().await;
    let job = harness.beside("/domains/import", &json!({"domains": ["partners-own.com"]})).await;
    harness.advance(DAY).await;
    let view = harness.start_import(&harness.session("ses_1"), &["partners-own.com"], 200).await.data();
    assert_eq!((reason(&view), &view["id"]), ("taken", &Value::Null));
    assert!(harness.stack.sandbox.switch_nameservers(&id(&job)));
    harness.advance(60).await;
    let row = harness.row(&harness.session("ses_2"), "partners-own.com").await;
    assert_eq!((&row["available"], &row["owned"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn import_with_lost_response_continues_when_repeated() {
    let harness = by_hand().await;
    harness.stack.sandbox.fail_next(Fault {
        drop: Some(Drop::After),
        times: 2,
        ..Fault::on("POST", "/domains/import")
    });
    assert_eq!(harness.start_import(&harness.session("ses_1"), &["owned-a.com"], 202).await.data()["id"], Value::Null);
    harness.stack.sandbox.clear_faults();
    harness.advance(600).await;
    assert_eq!(
        reason(&harness.start_import(&harness.session_of("ses_2", OTHER), &["owned-a.com"], 200).await.data()),
        "taken"
    );
    let view = harness.start_import(&harness.session("ses_3"), &["owned-a.com"], 202).await.data();
    assert!(harness.stack.sandbox.switch_nameservers(&id(&view)));
    harness.advance(60).await;
    assert_eq!(harness.import(&harness.session("ses_4"), &id(&view)).await["status"], "completed");
}

#[tokio::test]
async fn forgetting_erases_imports_with_lost_claims() {
    let harness = by_hand().await;
    harness.start_import(&harness.session_of("ses_1", OTHER), &["owned-a.com"], 202).await;
    harness.start_import(&harness.session_of("ses_2", OTHER), &["owned-c.com"], 202).await;
    harness.advance(8 * DAY).await;
    harness.start_import(&harness.session("ses_3"), &["owned-a.com", "owned-b.com"], 202).await;
    harness.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": OTHER})), 200).await;
    let held: Vec<String> = scan(&harness.stack).await.iter().map(|item| format!("{item:?}")).collect();
    let held: Vec<&String> = held.iter().filter(|item| item.contains(OTHER)).collect();
    assert!(held.is_empty(), "{held:?}");
}

#[tokio::test]
async fn customer_ids_ignore_letter_case() {
    let harness = by_hand().await;
    let first =
        harness.start_import(&harness.session_of("ses_1", "Client@Example.com"), &["owned-a.com"], 202).await.data();
    let again = harness.start_import(&harness.session_of("ses_2", CUSTOMER), &["owned-a.com"], 202).await.data();
    assert_eq!(again["id"], first["id"]);
    assert!(harness.stack.sandbox.switch_nameservers(&id(&first)));
    harness.advance(60).await;
    let other_case = harness.session_of("ses_3", "CLIENT@example.COM");
    assert_eq!(harness.import(&other_case, &id(&first)).await["status"], "completed");
    assert_eq!(harness.row(&other_case, "owned-a.com").await["owned"], true);
}
