//! Two stages behind one webhook URL: events of each environment reach their own stage, and no other.

use crate::client::{Call, FOUR, Harness, draft};
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
use functions::clock::Clock;
use functions::config::Function;
use functions::environment_check::OtherEnvironment;
use functions::secret_store::{REFRESH_PAUSE, SecretStore};
use functions::secrets::StageKind;
use functions::secrets_file::SecretsFile;
use functions::wiring::start;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

const HOUR: u64 = 60 * 60;

/// The live stage next to `test`, which forwards test deliveries to `address`. The live stage has the webhook URL.
async fn live_beside(test: &Harness, address: &str) -> Harness {
    let beside = Beside {
        sandbox: test.stack.sandbox.clone(),
        test_stage: address.to_owned(),
        test_secret: test.stack.values.webhook_secret.clone(),
    };
    Harness::with(StackConfig { beside: Some(beside), ..StackConfig::paused() }).await
}

/// Places an order on the live stage, with a bundle of that environment.
async fn place_live(live: &Harness, names: &[&str]) -> String {
    let bundle = json!({"name": "Live", "monthly_sending_volume": 5_000, "send_on_weekends": false});
    let bundle = live.as_partner("POST", "/v1/bundles", Some(&bundle), 201).await.data();
    let mut claims = live.claims("ses_live");
    claims["aud"] = json!("peeker-checkout/live");
    claims["plan"] = json!({"bundle_id": bundle["id"]});
    live.place(&live.sign(&claims), &draft(names), 201).await.data()["id"].as_str().unwrap().to_owned()
}

/// The environments of the stored events, each once.
async fn environments(harness: &Harness) -> Vec<String> {
    let mut found: Vec<String> =
        items_of(&harness.stack, "EVENT#").await.iter().map(|item| text(item, "environment").to_owned()).collect();
    found.sort();
    found.dedup();
    found
}

#[tokio::test]
async fn one_webhook_url_serves_both_environments() {
    let test = Harness::with(StackConfig { has_live_world: true, ..StackConfig::paused() }).await;
    let live = live_beside(&test, &test.stack.api).await;
    let of_test = test.place(&test.session("ses_test"), &draft(&FOUR), 201).await.data()["id"].clone();
    let of_test = of_test.as_str().unwrap();
    let of_live = place_live(&live, &["live-a.com", "live-b.com", "live-c.com", "live-d.com"]).await;
    test.advance(HOUR).await;
    assert_eq!(test.partner_view(of_test).await["status"], "completed");
    assert_eq!(live.partner_view(&of_live).await["status"], "completed");
    let events = test.stack.sandbox.events();
    assert!(events.len() >= 10 && events.iter().all(|event| event.delivered() && event.attempts.len() == 1));
    // Neither stage has records of the other.
    assert_eq!(
        (environments(&test).await, environments(&live).await),
        (vec!["test".to_owned()], vec!["live".to_owned()])
    );
    for (harness, id) in [(&test, of_live.as_str()), (&live, of_test)] {
        let call = Call::get(&format!("/v1/orders/{id}")).bearer(&harness.stack.values.partner_key);
        harness.send(call, 404).await;
    }
}

/// Another stage that records requests and returns a fixed response.
#[derive(Clone)]
struct Other {
    heard: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answer: (u16, &'static str),
}

impl Other {
    /// Returns `status` and `body`, at the returned URL.
    async fn answering(status: u16, body: &'static str) -> (Self, String) {
        let other = Self { heard: Arc::default(), answer: (status, body) };
        let listener = e2e::listen(0).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/webhooks/peeker", post(receive)).with_state(other.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (other, address)
    }

    fn heard(&self) -> Vec<(HeaderMap, Bytes)> {
        self.heard.lock().unwrap().clone()
    }
}

async fn receive(State(other): State<Other>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    other.heard.lock().unwrap().push((headers, body));
    let (status, body) = other.answer;
    (
        StatusCode::from_u16(status).unwrap(),
        [(header::CONTENT_TYPE, "application/json"), (header::SET_COOKIE, "a=b")],
        body,
    )
}

/// A delivery of the test environment, formatted as no serializer would.
fn of_test(test: &Harness) -> Delivery {
    let body = "{ \"id\":\"evt_1\" ,\"type\":\"order.completed\",\"created_at\":\"2026-05-08T12:00:00Z\",\"data\":{\"id\":\"ord_1\", \"note\":\"\\u00fc\"}}\n";
    test.signed("evt_1", body)
}

#[tokio::test]
async fn delivery_and_response_are_forwarded_unchanged() {
    const REFUSAL: &str = r#"{"error":{"code":"webhook_stale","message":"Too old, it says.","retryable":false}}"#;
    const FAILURE: &str = r#"{"error":{"code":"internal","message":"A bug, it says.","retryable":true}}"#;
    let log = Log::start("peeker-checkout/two-stages");
    let test = Harness::start().await;
    for (status, body) in [(204, ""), (401, REFUSAL), (500, FAILURE)] {
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
async fn age_of_a_forwarded_delivery_is_checked_by_its_stage() {
    let test = Harness::start().await;
    let (other, address) = Other::answering(204, "").await;
    let live = live_beside(&test, &address).await;
    let old = (test.stack.sandbox.now() - 3_600).to_string();
    let body = event("evt_1", "order.completed", "2026-05-08T11:00:00Z", &json!({"id": "ord_1"}));
    let old = Delivery::signed(&test.stack.values.webhook_secret, "evt_1", &old, &body);
    live.deliver(&old, 204).await;
    assert_eq!(other.heard().len(), 1);
}

#[tokio::test]
async fn forwarding_requires_a_signature_and_happens_once() {
    let test = Harness::start().await;
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
    // A delivery of this stage is accepted from any sender.
    live.deliver(&passed_on(Delivery::signed(LIVE_SECRET, "evt_2", &now, &body)), 204).await;
    assert_eq!(environments(&live).await, ["live"]);
}

#[tokio::test]
async fn stage_that_forwards_to_itself_does_not_loop() {
    let test = Harness::start().await;
    let port = e2e::listen(0).await.unwrap().local_addr().unwrap().port();
    let beside = Beside {
        sandbox: test.stack.sandbox.clone(),
        test_stage: format!("http://127.0.0.1:{port}"),
        test_secret: test.stack.values.webhook_secret.clone(),
    };
    let live = Harness::with(StackConfig { beside: Some(beside), api_port: port, ..StackConfig::paused() }).await;
    assert_eq!(live.deliver(&of_test(&test), 400).await.code(), "webhook_forwarded_twice");
}

#[tokio::test]
async fn unreachable_stage_returns_503_for_redelivery() {
    let test = Harness::start().await;
    let live = live_beside(&test, "http://127.0.0.1:9").await;
    let reply = live.deliver(&of_test(&test), 503).await;
    assert_eq!((reply.code().as_str(), &reply.error()["retryable"]), ("other_stage_unreachable", &json!(true)));
    assert!(items_of(&live.stack, "").await.is_empty());
}

#[tokio::test]
async fn silent_stage_times_out_after_eight_seconds() {
    let test = Harness::start().await;
    // It accepts the connection, and sends nothing.
    let silent = e2e::listen(0).await.unwrap();
    let live = live_beside(&test, &format!("http://{}", silent.local_addr().unwrap())).await;
    let delivery = of_test(&test);
    let waiting = async {
        let (_connection, _) = silent.accept().await.unwrap();
        // From here on only time passes, and a paused clock jumps to the next timer.
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

/// The errors of a live stage's webhook at its start with these settings.
async fn start_errors(settings: &[(&str, &str)]) -> Result<(), Vec<String>> {
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
async fn start_reports_all_contradicting_settings() {
    let (live, both) =
        (("WEBHOOK_SECRETS_LIVE", "whsec_of_the_live_stage"), ("WEBHOOK_SECRETS_TEST", "whsec_of_the_test_stage"));
    let url = ("OTHER_STAGE_URL", "https://test.acme.com");
    let needed = "is missing: OTHER_STAGE_URL is set, so the secrets of both environments are needed";
    assert_eq!(start_errors(&[live]).await, Ok(()));
    assert_eq!(start_errors(&[live, both, url]).await, Ok(()));
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
                "WEBHOOK_SECRETS_TEST and WEBHOOK_SECRETS_LIVE share a secret, so it does not say which environment a delivery belongs to"
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
        assert_eq!(start_errors(&settings).await, Err(problems), "{settings:?}");
    }
}

#[tokio::test]
async fn refresh_refuses_secrets_of_the_other_stage() {
    let folder = std::env::temp_dir().join(format!("peeker-checkout-two-stages-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("secrets.json");
    let write = |values: &Value| std::fs::write(&file, values.to_string()).unwrap();
    let both =
        json!({"webhook_secrets_live": "whsec_of_the_live_stage", "webhook_secrets_test": "whsec_of_the_test_stage"});
    let one = json!({"webhook_secrets_live": "whsec_of_the_new_one"});
    for (other_environment, good, bad, held) in
        [(OtherEnvironment::Forwarded, &both, &one, 2), (OtherEnvironment::Rejected, &one, &both, 1)]
    {
        write(good);
        let now = Arc::new(AtomicI64::new(1_000));
        let shared = Arc::clone(&now);
        let clock = Clock::from_fn(move || shared.load(Ordering::Relaxed));
        let source = SecretsFile { path: file.clone(), stage: StageKind::Live, other_environment }.source();
        let secret_store = SecretStore::open(source, &Function::Webhook.secret_kinds(), clock).await.unwrap();
        write(bad);
        now.fetch_add(REFRESH_PAUSE, Ordering::Relaxed);
        assert!(!secret_store.refresh().await, "{bad} replaced what works");
        assert_eq!(secret_store.secrets().webhook.len(), held);
    }
    // A function without deliveries has no webhook secrets.
    write(&both);
    let source =
        SecretsFile { path: file.clone(), stage: StageKind::Live, other_environment: OtherEnvironment::NotHeld }
            .source();
    assert!(SecretStore::open(source, &[], Clock::system()).await.unwrap().secrets().webhook.is_empty());
    std::fs::remove_dir_all(&folder).unwrap();
}
