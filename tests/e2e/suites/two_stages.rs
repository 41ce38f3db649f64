//! Two stages behind one webhook address: each environment's events reach its own stage, and no other.

use crate::client::{Bench, Call, FOUR, draft};
use crate::delivery::{Delivery, event};
use crate::log::Log;
use crate::table::{items_of, text};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use e2e::{Beside, LIVE_SECRET, StackConfig};
use functions::belonging::Foreign;
use functions::clock::Clock;
use functions::config::secrets_file;
use functions::needs::Need;
use functions::secrets::StageKind;
use functions::start;
use functions::vault::{REFRESH_PAUSE, Vault};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

const HOUR: u64 = 60 * 60;

/// The live stage beside `test`, whose test deliveries go to `address`. The one webhook address is the live stage's.
async fn live_beside(test: &Bench, address: &str) -> Bench {
    let beside = Beside {
        sandbox: test.stack.sandbox.clone(),
        test_stage: address.to_owned(),
        test_secret: test.stack.values.webhook_secret.clone(),
    };
    Bench::with(StackConfig { beside: Some(beside), ..StackConfig::paused() }).await
}

/// Places an order on the live stage, with a bundle of that world.
async fn place_live(live: &Bench, names: &[&str]) -> String {
    let bundle = json!({"name": "Live", "monthly_sending_volume": 5_000, "send_on_weekends": false});
    let bundle = live.as_partner("POST", "/v1/bundles", Some(&bundle), 201).await.data();
    let mut claims = live.claims("ses_live");
    claims["aud"] = json!("peeker-checkout/live");
    claims["plan"] = json!({"bundle_id": bundle["id"]});
    live.place(&live.sign(&claims), &draft(names), 201).await.data()["id"].as_str().unwrap().to_owned()
}

/// Environments of the events that `bench` has stored, each once.
async fn environments(bench: &Bench) -> Vec<String> {
    let mut found: Vec<String> =
        items_of(&bench.stack, "EVENT#").await.iter().map(|item| text(item, "environment").to_owned()).collect();
    found.sort();
    found.dedup();
    found
}

#[tokio::test]
async fn orders_of_both_environments_run_from_start_to_end_over_one_webhook_address() {
    let test = Bench::with(StackConfig { has_live_world: true, ..StackConfig::paused() }).await;
    let live = live_beside(&test, &test.stack.api).await;
    let of_test = test.place(&test.session("ses_test"), &draft(&FOUR), 201).await.data()["id"].clone();
    let of_test = of_test.as_str().unwrap();
    let of_live = place_live(&live, &["live-a.com", "live-b.com", "live-c.com", "live-d.com"]).await;
    test.advance(HOUR).await;
    assert_eq!(test.partner_view(of_test).await["status"], "completed");
    assert_eq!(live.partner_view(&of_live).await["status"], "completed");
    let events = test.stack.sandbox.events();
    assert!(events.len() >= 10 && events.iter().all(|event| event.delivered() && event.attempts.len() == 1));
    // Neither has heard of the other's.
    assert_eq!(
        (environments(&test).await, environments(&live).await),
        (vec!["test".to_owned()], vec!["live".to_owned()])
    );
    for (bench, id) in [(&test, of_live.as_str()), (&live, of_test)] {
        let call = Call::get(&format!("/v1/orders/{id}")).bearer(&bench.stack.values.partner_key);
        bench.send(call, 404).await;
    }
}

/// Another stage that notes what it is sent and answers as it is told.
#[derive(Clone)]
struct Other {
    heard: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answer: (u16, &'static str),
}

impl Other {
    /// Answers with `status` and `body`, at the address that is returned.
    async fn answering(status: u16, body: &'static str) -> (Self, String) {
        let other = Self { heard: Arc::default(), answer: (status, body) };
        let listener = e2e::listen(0).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/webhooks/peeker", post(hear)).with_state(other.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (other, address)
    }

    fn heard(&self) -> Vec<(HeaderMap, Bytes)> {
        self.heard.lock().unwrap().clone()
    }
}

async fn hear(State(other): State<Other>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    other.heard.lock().unwrap().push((headers, body));
    let (status, body) = other.answer;
    (
        StatusCode::from_u16(status).unwrap(),
        [(header::CONTENT_TYPE, "application/json"), (header::SET_COOKIE, "a=b")],
        body,
    )
}

/// A delivery of the test world, in a form that no parser would write.
fn of_test(test: &Bench) -> Delivery {
    let body = "{ \"id\":\"evt_1\" ,\"type\":\"order.completed\",\"created_at\":\"2026-05-08T12:00:00Z\",\"data\":{\"id\":\"ord_1\", \"note\":\"\\u00fc\"}}\n";
    test.signed("evt_1", body)
}

#[tokio::test]
async fn a_delivery_is_passed_on_byte_for_byte_and_the_answer_comes_back() {
    const REFUSAL: &str = r#"{"error":{"code":"webhook_stale","message":"Too old, it says.","retryable":false}}"#;
    let log = Log::start("peeker-checkout/two-stages");
    let test = Bench::start().await;
    for (status, body) in [(204, ""), (401, REFUSAL), (500, REFUSAL)] {
        let (other, address) = Other::answering(status, body).await;
        let live = live_beside(&test, &address).await;
        let delivery = of_test(&test).with("content-type", "application/json; charset=utf-8").and("cookie", "a=b");
        let reply = live.exchange(delivery.call()).await;
        assert_eq!((reply.status, reply.text.as_str()), (status, body));
        let (headers, heard) = other.heard().pop().unwrap();
        assert_eq!(heard, delivery.body);
        for (name, value) in delivery.headers.iter().filter(|(name, _)| name.starts_with("peeker-")) {
            assert_eq!(headers.get_all(*name).iter().collect::<Vec<_>>(), [value.as_str()], "{name}");
        }
        assert_eq!(headers["checkout-forwarded"], "1");
        assert!(!headers.contains_key("cookie") && !headers.contains_key("authorization"));
        assert!(items_of(&live.stack, "").await.is_empty(), "the live stage wrote something");
    }
    let counted = |outcome: &str| log.text().matches(&format!(r#""Outcome":"{outcome}""#)).count();
    assert_eq!((counted("taken"), counted("refused"), counted("unreachable")), (1, 2, 0));
}

#[tokio::test]
async fn how_old_a_delivery_may_be_is_for_its_own_stage_to_say() {
    let test = Bench::start().await;
    let (other, address) = Other::answering(204, "").await;
    let live = live_beside(&test, &address).await;
    let old = (test.stack.sandbox.now() - 3_600).to_string();
    let body = event("evt_1", "order.completed", "2026-05-08T11:00:00Z", &json!({"id": "ord_1"}));
    let old = Delivery::signed(&test.stack.values.webhook_secret, "evt_1", &old, &body);
    live.deliver(&old, 204).await;
    assert_eq!(other.heard().len(), 1);
}

#[tokio::test]
async fn nothing_is_passed_on_twice_and_strangers_pass_nothing_on() {
    let test = Bench::start().await;
    let (other, address) = Other::answering(204, "").await;
    let live = live_beside(&test, &address).await;
    let passed_on = |delivery: Delivery| delivery.and("checkout-forwarded", "1");
    assert_eq!(live.deliver(&passed_on(of_test(&test)), 400).await.code(), "webhook_forwarded_twice");
    let now = test.stack.sandbox.now().to_string();
    let body = event("evt_2", "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_2"}));
    let forged = Delivery::signed("whsec_of_a_stranger", "evt_2", &now, &body);
    assert_eq!(live.deliver(&passed_on(forged.clone()), 401).await.code(), "webhook_signature");
    assert_eq!(live.deliver(&forged, 401).await.code(), "webhook_signature");
    assert!(other.heard().is_empty(), "something was passed on");
    // What is this stage's own is taken, whoever brings it.
    live.deliver(&passed_on(Delivery::signed(LIVE_SECRET, "evt_2", &now, &body)), 204).await;
    assert_eq!(environments(&live).await, ["live"]);
}

#[tokio::test]
async fn a_stage_that_names_itself_as_the_other_one_refuses_and_does_not_go_round() {
    let test = Bench::start().await;
    let port = e2e::listen(0).await.unwrap().local_addr().unwrap().port();
    let beside = Beside {
        sandbox: test.stack.sandbox.clone(),
        test_stage: format!("http://127.0.0.1:{port}"),
        test_secret: test.stack.values.webhook_secret.clone(),
    };
    let live = Bench::with(StackConfig { beside: Some(beside), api_port: port, ..StackConfig::paused() }).await;
    assert_eq!(live.deliver(&of_test(&test), 400).await.code(), "webhook_forwarded_twice");
}

#[tokio::test]
async fn a_stage_that_cannot_be_reached_is_a_503_so_that_the_delivery_comes_again() {
    let test = Bench::start().await;
    let live = live_beside(&test, "http://127.0.0.1:9").await;
    let reply = live.deliver(&of_test(&test), 503).await;
    assert_eq!((reply.code().as_str(), &reply.error()["retryable"]), ("other_stage_unreachable", &json!(true)));
    assert!(items_of(&live.stack, "").await.is_empty());
}

#[tokio::test]
async fn a_stage_that_does_not_answer_is_waited_for_for_eight_seconds() {
    let test = Bench::start().await;
    // It takes the connection, and says nothing.
    let silent = e2e::listen(0).await.unwrap();
    let live = live_beside(&test, &format!("http://{}", silent.local_addr().unwrap())).await;
    let delivery = of_test(&test);
    let waiting = async {
        let (_connection, _) = silent.accept().await.unwrap();
        // From here on only time passes, and a clock that stands still jumps to the next moment that is waited for.
        tokio::time::pause();
        std::future::pending::<()>().await;
    };
    let begun = tokio::time::Instant::now();
    tokio::select! {
        reply = live.deliver(&delivery, 503) => assert_eq!(reply.code(), "other_stage_unreachable"),
        () = waiting => {}
    }
    let waited = begun.elapsed().as_secs();
    assert!((7..=9).contains(&waited), "{waited} s");
}

/// What the start of a live stage's webhook says to these settings.
async fn told(settings: &[(&str, &str)]) -> Result<(), Vec<String>> {
    let given: BTreeMap<&str, &str> = [
        ("STAGE_KIND", "live"),
        ("TABLE_NAME", "table"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ]
    .into_iter()
    .chain(settings.iter().copied())
    .collect();
    let outcome = start::webhook(&|name| given.get(name).map(|value| (*value).to_owned())).await;
    outcome
        .map(drop)
        .map_err(|problem| problem.to_string().lines().skip(1).map(|line| line.trim().to_owned()).collect())
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_all_named_at_the_start() {
    let (live, both) =
        (("WEBHOOK_SECRETS_LIVE", "whsec_of_the_live_stage"), ("WEBHOOK_SECRETS_TEST", "whsec_of_the_test_stage"));
    let url = ("OTHER_STAGE_URL", "https://test.acme.com");
    let needed = "is missing: OTHER_STAGE_URL is set, so the secrets of both environments are needed";
    assert_eq!(told(&[live]).await, Ok(()));
    assert_eq!(told(&[live, both, url]).await, Ok(()));
    for (settings, problems) in [
        (vec![live, url], vec![format!("WEBHOOK_SECRETS_TEST {needed}")]),
        (vec![both, url], vec![format!("WEBHOOK_SECRETS_LIVE {needed}")]),
        (
            vec![live, both],
            vec![
                "WEBHOOK_SECRETS_TEST: this stage is marked live, so only WEBHOOK_SECRETS_LIVE may be set, unless \
                 OTHER_STAGE_URL names the test stage"
                    .to_owned(),
            ],
        ),
        (
            vec![live, ("WEBHOOK_SECRETS_TEST", "whsec_of_the_test_stage,whsec_of_the_live_stage"), url],
            vec![
                "WEBHOOK_SECRETS_TEST and WEBHOOK_SECRETS_LIVE share a secret, so it does not tell whose a delivery is"
                    .to_owned(),
            ],
        ),
        (
            vec![live, ("OTHER_STAGE_URL", "http://user@test.acme.com/?a=b"), ("WEBHOOK_CAPTURE", "yes")],
            vec![
                format!("WEBHOOK_SECRETS_TEST {needed}"),
                "WEBHOOK_CAPTURE must be on or off".to_owned(),
                "OTHER_STAGE_URL is the address of the test stage: it must start with https://".to_owned(),
                "OTHER_STAGE_URL is the address of the test stage: it must not contain a user name or a password"
                    .to_owned(),
                "OTHER_STAGE_URL is the address of the test stage: it must not contain a query or a fragment"
                    .to_owned(),
            ],
        ),
    ] {
        assert_eq!(told(&settings).await, Err(problems), "{settings:?}");
    }
}

#[tokio::test]
async fn a_refresh_refuses_secrets_that_do_not_fit_the_other_stage() {
    let folder = std::env::temp_dir().join(format!("peeker-checkout-two-stages-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("secrets.json");
    let write = |values: &Value| std::fs::write(&file, values.to_string()).unwrap();
    let both =
        json!({"webhook_secrets_live": "whsec_of_the_live_stage", "webhook_secrets_test": "whsec_of_the_test_stage"});
    let one = json!({"webhook_secrets_live": "whsec_of_the_new_one"});
    for (foreign, good, bad, held) in [(Foreign::PassedOn, &both, &one, 2), (Foreign::Refused, &one, &both, 1)] {
        write(good);
        let now = Arc::new(AtomicI64::new(1_000));
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || told.load(Ordering::Relaxed));
        let source = secrets_file(file.clone(), StageKind::Live, foreign);
        let vault = Vault::open(source, Need::WEBHOOK, clock).await.unwrap();
        write(bad);
        now.fetch_add(REFRESH_PAUSE, Ordering::Relaxed);
        assert!(!vault.refresh().await, "{bad} replaced what works");
        assert_eq!(vault.secrets().webhook.len(), held);
    }
    // A function that takes no deliveries holds none of them.
    write(&both);
    let source = secrets_file(file.clone(), StageKind::Live, Foreign::NotHeld);
    assert!(Vault::open(source, &[], Clock::system()).await.unwrap().secrets().webhook.is_empty());
    std::fs::remove_dir_all(&folder).unwrap();
}
