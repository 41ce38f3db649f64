//! Claims on owned domains: who has one, when it moves, how many there may be, and how they end.

use crate::client::{Bench, CUSTOMER, Call, FOUR, Reply, draft};
use crate::imports::{DAY, OTHER, statuses};
use crate::table::scan;
use e2e::StackConfig;
use sandbox::{Drop, Fault, ImportReading};
use serde_json::{Value, json};

/// A stack in which nameservers are set when a test says so.
pub(crate) async fn by_hand() -> Bench {
    Bench::with(StackConfig { import_switch: None, ..StackConfig::paused() }).await
}

pub(crate) fn reason(view: &Value) -> &str {
    view["domains"][0]["reason"].as_str().unwrap_or_default()
}

pub(crate) fn id(view: &Value) -> String {
    view["id"].as_str().unwrap().to_owned()
}

impl Bench {
    async fn release(&self, token: &str, id: &str, names: &[&str], status: u16) -> Reply {
        let path = format!("/v1/domains/import/{id}/release");
        self.send(Call::post(&path).bearer(token).json(&json!({ "domains": names })), status).await
    }

    pub(crate) async fn row(&self, token: &str, name: &str) -> Value {
        self.ask(token, &[name], 200).await.data()["domains"][0].clone()
    }
}

#[tokio::test]
async fn a_clock_that_is_ahead_of_upstreams_does_not_make_a_job_or_a_row_look_old() {
    for import_reading in [ImportReading::Connected, ImportReading::Prepared] {
        let config = StackConfig { clock_ahead: 100, import_switch: None, import_reading, ..StackConfig::paused() };
        let bench = Bench::with(config).await;
        let token = bench.session("ses_1");
        let import = bench.bring(&token, &["owned-a.com"], 202).await.data();
        assert_eq!(reason(&import), "", "{import_reading:?}: {import}");
        assert!(bench.stack.sandbox.switch_nameservers(&id(&import)));
        bench.advance(60).await;
        assert_eq!(bench.import(&token, &id(&import)).await["status"], "completed", "{import_reading:?}");
    }
}

#[tokio::test]
async fn a_claim_that_ended_moves_in_another_job_and_the_loser_sees_it() {
    let bench = by_hand().await;
    let first = bench.bring(&bench.session_of("ses_1", OTHER), &["owned-a.com"], 202).await.data();
    bench.advance(8 * DAY).await;
    let second = bench.bring(&bench.session("ses_2"), &["owned-a.com", "owned-b.com"], 202).await.data();
    assert_ne!(first["id"], second["id"]);
    let loser = bench.session_of("ses_3", OTHER);
    let view = bench.import(&loser, &id(&first)).await;
    assert_eq!((reason(&view), &view["status"]), ("claim_expired", &json!("failed")));
    assert_eq!(view["nameserver_groups"], json!([]));
    // What happens in the first job counts neither for the customer that lost the claim nor for the one that has it.
    assert!(bench.stack.sandbox.switch_nameservers(&id(&first)));
    bench.advance(60).await;
    let winner = bench.session("ses_4");
    assert_eq!(reason(&bench.import(&loser, &id(&first)).await), "claim_expired");
    assert_eq!(bench.row(&loser, "owned-a.com").await["reason"], "taken");
    assert_eq!(bench.import(&winner, &id(&second)).await["status"], "action_required");
    let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
    assert_eq!(bench.place(&winner, &draft(&mix), 400).await.findings(), ["domains[0] domain_not_connected"]);
    assert_eq!(bench.place(&loser, &draft(&mix), 400).await.findings(), ["domains[0] domain_unavailable"]);
    assert!(bench.stack.sandbox.switch_nameservers(&id(&second)));
    bench.advance(60).await;
    bench.place(&bench.session("ses_5"), &draft(&mix), 201).await;
}

#[tokio::test]
async fn two_customers_who_ask_at_once_never_share_a_job() {
    let bench = by_hand().await;
    let (one, two) = (bench.session("ses_1"), bench.session_of("ses_2", OTHER));
    let call = |token: &str| Call::post("/v1/domains/import").bearer(token).json(&json!({"domains": ["owned-a.com"]}));
    let (a, b) = tokio::join!(bench.exchange(call(&one)), bench.exchange(call(&two)));
    let mut ids = [&a, &b].map(|reply| reply.data()["id"].clone());
    ids.sort_by_key(Value::is_null);
    assert!(ids[0].is_string() && ids[1].is_null(), "{} {}", a.text, b.text);
}

#[tokio::test]
async fn asking_again_does_not_move_the_end_of_a_claim() {
    let bench = by_hand().await;
    let squatter = |n: u32| bench.session_of(&format!("ses_{n}"), OTHER);
    let first = bench.bring(&squatter(1), &["owned-a.com"], 202).await.data();
    for n in 2..8 {
        bench.advance(DAY).await;
        bench.bring(&squatter(n), &["owned-a.com"], 202).await;
        // Releasing and asking again does not move it either.
        bench.release(&squatter(n), &id(&first), &["owned-a.com"], 200).await;
        bench.bring(&squatter(n), &["owned-a.com"], 202).await;
    }
    bench.advance(DAY).await;
    bench.bring(&squatter(9), &["owned-a.com"], 202).await;
    let view = bench.bring(&bench.session("ses_x"), &["owned-a.com", "owned-b.com"], 202).await.data();
    assert_eq!(statuses(&view).iter().filter(|(_, status)| status == "failed").count(), 0, "{view}");
    assert_eq!(reason(&bench.import(&squatter(10), &id(&first)).await), "claim_expired");
}

#[tokio::test]
async fn a_name_that_was_claimed_and_never_connected_can_be_bought_after_a_week() {
    let bench = by_hand().await;
    bench.bring(&bench.session_of("ses_1", OTHER), &["free-name.com", "other-name.com"], 202).await;
    let row = |session: &'static str| {
        // Upstream does not know that an import is running.
        let rows = json!({"data": {"domains": [{"domain": "free-name.com", "available": true, "price_cents": 1300,
            "renewal_price_cents": 1500, "currency": "USD", "usable_for": ["google"], "premium": false}]}});
        let body = Some(rows.to_string());
        bench.stack.sandbox.fail_next(Fault { body, ..Fault::on("POST", "/domains/availability") });
        let bench = &bench;
        async move { bench.row(&bench.session(session), "free-name.com").await }
    };
    assert_eq!(row("ses_2").await["reason"], "taken", "whatever upstream says");
    bench.stack.sandbox.clear_faults();
    bench.advance(8 * DAY).await;
    assert_eq!(row("ses_3").await["available"], true);
}

#[tokio::test]
async fn what_another_customer_has_is_taken_at_each_step_whatever_upstream_says() {
    let bench = by_hand().await;
    bench.bring_connected(&bench.session_of("ses_1", OTHER), &["owned-a.com"]).await;
    bench.bring(&bench.session_of("ses_2", OTHER), &["claimed-a.com"], 202).await;
    for name in ["owned-a.com", "claimed-a.com"] {
        let mix = [name, FOUR[0], FOUR[1], FOUR[2]];
        let free = |name: &str| {
            json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
                   "currency": "USD", "usable_for": ["google", "microsoft"], "premium": false})
        };
        let body = Some(json!({"data": {"domains": mix.map(free)}}).to_string());
        bench.stack.sandbox.fail_next(Fault { body, times: 20, ..Fault::on("POST", "/domains/availability") });
        let token = bench.session(&format!("ses_of_{}", name.len()));
        assert_eq!(bench.row(&token, name).await["reason"], "taken", "{name}");
        let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix }));
        assert_eq!(bench.send(quote, 400).await.findings(), ["domains[0] domain_unavailable"], "{name}");
        let order = bench.place(&token, &draft(&mix), 400).await;
        assert_eq!(order.findings(), ["domains[0] domain_unavailable"], "{name}");
        bench.stack.sandbox.clear_faults();
    }
    assert_eq!(bench.orders_sent(), 0);
}

#[tokio::test]
async fn a_customer_has_at_most_one_full_import_of_open_claims() {
    let bench = by_hand().await;
    let names =
        |from: usize, count: usize| -> Vec<String> { (from..from + count).map(|n| format!("own-{n}.com")).collect() };
    let squatter = bench.session_of("ses_1", OTHER);
    let bring = async |token: &str, names: Vec<String>| {
        let call = Call::post("/v1/domains/import").bearer(token).json(&json!({ "domains": names }));
        bench.exchange(call).await
    };
    let first = bring(&squatter, names(0, 499)).await;
    assert_eq!(first.status, 202, "{}", first.text);
    bench.stack.sandbox.forget_received();
    let second = bring(&squatter, names(1_000, 2)).await;
    assert_eq!((second.status, second.code().as_str()), (409, "too_many_open_claims"));
    let error = second.error();
    assert_eq!((&error["field"], &error["details"]), (&json!("domains"), &json!({"limit": 500, "open_count": 499})));
    assert!(!bench.upstream_calls("POST").iter().any(|path| path.starts_with("/domains/import")));
    // Several at once are counted one after another.
    let many = (0..4).map(|n| bring(&squatter, names(2_000 + n, 1)));
    let many = futures::future::join_all(many).await;
    let taken = many.iter().filter(|reply| reply.status == 202).count();
    assert_eq!(taken, 1, "{many:?}");
    // Another customer is not concerned, and after a week they keep nobody away.
    assert_eq!(bring(&bench.session("ses_2"), names(1_000, 2)).await.status, 202);
    let id = first.data()["id"].as_str().unwrap().to_owned();
    bench.release(&squatter, &id, &["own-0.com", "own-1.com", "own-2.com"], 202).await;
    assert_eq!(bring(&squatter, names(3_000, 2)).await.status, 202);
    bench.advance(8 * DAY).await;
    assert_eq!(bring(&bench.session_of("ses_3", OTHER), names(4_000, 400)).await.status, 202);
}

#[tokio::test]
async fn a_plan_of_more_domains_than_one_import_may_have_as_many_open_claims() {
    let bench = by_hand().await;
    let mut claims = bench.claims("ses_1");
    claims["plan"] = json!({"google_licenses": 1_200, "microsoft_licenses": 0});
    let token = bench.sign(&claims);
    for from in [0, 400] {
        let names: Vec<String> = (from..from + 300).map(|n| format!("own-{n}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        bench.bring(&token, &names, 202).await;
    }
    assert_eq!(bench.bring(&token, &["one-more.com"], 409).await.code(), "too_many_open_claims");
}

#[tokio::test]
async fn released_domains_are_free_at_once_and_connected_ones_stay() {
    let bench = by_hand().await;
    let token = bench.session("ses_1");
    let first = id(&bench.bring(&token, &["owned-a.com", "owned-b.com"], 202).await.data());
    bench
        .send(
            Call::post(&format!("/v1/domains/import/{first}/release"))
                .bearer(&bench.session_of("ses_2", OTHER))
                .json(&json!({"domains": ["owned-a.com"]})),
            404,
        )
        .await;
    let view = bench.release(&token, &first, &["owned-a.com", "Owned-A.com", "owned-a.com"], 202).await.data();
    assert_eq!(reason(&view), "released");
    assert_eq!(statuses(&view)[1], ("owned-b.com".to_owned(), "in_progress".to_owned()));
    let other = bench.session_of("ses_3", OTHER);
    let theirs = bench.bring(&other, &["owned-a.com"], 202).await.data();
    assert_eq!(reason(&bench.import(&token, &first).await), "released");
    bench.release(&token, &first, &["owned-b.com"], 200).await;
    let view = bench.import(&token, &first).await;
    assert!(statuses(&view).iter().all(|(_, status)| status == "failed"), "{view}");
    let connected = bench.bring_connected(&token, &["owned-c.com"]).await;
    let view = bench.release(&token, &connected, &["owned-c.com"], 200).await.data();
    assert_eq!(statuses(&view), [("owned-c.com".to_owned(), "completed".to_owned())]);
    assert!(bench.stack.sandbox.switch_nameservers(&id(&theirs)));
    bench.advance(60).await;
    assert_eq!(bench.import(&other, &id(&theirs)).await["status"], "completed");
    assert_eq!(bench.release(&token, &connected, &[], 400).await.findings(), ["domains out_of_range"]);
}

#[tokio::test]
async fn an_import_that_upstream_did_not_take_claims_nothing() {
    let bench = by_hand().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(Fault { status: Some(400), times: 2, ..Fault::on("POST", "/domains/import") });
    let refused = Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com"]}));
    assert!(bench.exchange(refused).await.status >= 400);
    bench.stack.sandbox.clear_faults();
    bench.bring(&bench.session_of("ses_2", OTHER), &["owned-a.com"], 202).await;
}

#[tokio::test]
async fn a_job_that_the_partner_started_by_itself_is_given_to_no_customer() {
    let bench = by_hand().await;
    let job = bench.beside("/domains/import", &json!({"domains": ["partners-own.com"]})).await;
    bench.advance(DAY).await;
    let view = bench.bring(&bench.session("ses_1"), &["partners-own.com"], 200).await.data();
    assert_eq!((reason(&view), &view["id"]), ("taken", &Value::Null));
    assert!(bench.stack.sandbox.switch_nameservers(&id(&job)));
    bench.advance(60).await;
    let row = bench.row(&bench.session("ses_2"), "partners-own.com").await;
    assert_eq!((&row["available"], &row["owned"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn an_import_whose_answer_was_lost_goes_on_when_it_is_asked_again() {
    let bench = by_hand().await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), times: 2, ..Fault::on("POST", "/domains/import") });
    assert_eq!(bench.bring(&bench.session("ses_1"), &["owned-a.com"], 202).await.data()["id"], Value::Null);
    bench.stack.sandbox.clear_faults();
    bench.advance(600).await;
    assert_eq!(reason(&bench.bring(&bench.session_of("ses_2", OTHER), &["owned-a.com"], 200).await.data()), "taken");
    let view = bench.bring(&bench.session("ses_3"), &["owned-a.com"], 202).await.data();
    assert!(bench.stack.sandbox.switch_nameservers(&id(&view)));
    bench.advance(60).await;
    assert_eq!(bench.import(&bench.session("ses_4"), &id(&view)).await["status"], "completed");
}

#[tokio::test]
async fn a_customer_that_lost_a_claim_is_erased_with_its_imports() {
    let bench = by_hand().await;
    bench.bring(&bench.session_of("ses_1", OTHER), &["owned-a.com"], 202).await;
    bench.bring(&bench.session_of("ses_2", OTHER), &["owned-c.com"], 202).await;
    bench.advance(8 * DAY).await;
    bench.bring(&bench.session("ses_3"), &["owned-a.com", "owned-b.com"], 202).await;
    bench.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": OTHER})), 200).await;
    let held: Vec<String> = scan(&bench.stack).await.iter().map(|item| format!("{item:?}")).collect();
    let held: Vec<&String> = held.iter().filter(|item| item.contains(OTHER)).collect();
    assert!(held.is_empty(), "{held:?}");
}

#[tokio::test]
async fn one_customer_in_upper_and_lower_case_is_one_customer() {
    let bench = by_hand().await;
    let first = bench.bring(&bench.session_of("ses_1", "Client@Example.com"), &["owned-a.com"], 202).await.data();
    let again = bench.bring(&bench.session_of("ses_2", CUSTOMER), &["owned-a.com"], 202).await.data();
    assert_eq!(again["id"], first["id"]);
    assert!(bench.stack.sandbox.switch_nameservers(&id(&first)));
    bench.advance(60).await;
    let other_case = bench.session_of("ses_3", "CLIENT@example.COM");
    assert_eq!(bench.import(&other_case, &id(&first)).await["status"], "completed");
    assert_eq!(bench.row(&other_case, "owned-a.com").await["owned"], true);
}
