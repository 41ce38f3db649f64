//! Secrets from Secrets Manager: fetched together, refused if they belong to the other environment, refreshed after a
//! rotation.

use aws_credential_types::Credentials;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use functions::clock::Clock;
use functions::config::Function;
use functions::environment_check::OtherEnvironment;
use functions::secret_kind::SecretKind;
use functions::secret_store::{REFRESH_PAUSE, SecretStore};
use functions::secrets::StageKind;
use functions::secrets_file::SecretsFile;
use functions::secrets_manager::SecretsManager;
use functions::wiring::start;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

/// A Secrets Manager with one action, as in its API reference.
#[derive(Clone, Default)]
struct Manager {
    answers: Arc<Mutex<BTreeMap<String, (u16, Value)>>>,
    asked: Arc<Mutex<Vec<HeaderMap>>>,
}

impl Manager {
    fn holds(&self, id: &str, value: &Value) {
        let answer = (200, json!({"Name": id, "SecretString": value.to_string()}));
        self.answers.lock().unwrap().insert(id.to_owned(), answer);
    }

    fn answers(&self, id: &str, status: u16, answer: Value) {
        self.answers.lock().unwrap().insert(id.to_owned(), (status, answer));
    }

    async fn serve(&self) -> String {
        let listener = e2e::listen(0).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", post(answer)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }
}

async fn answer(State(manager): State<Manager>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    manager.asked.lock().unwrap().push(headers);
    let asked: Value = serde_json::from_str(&body).unwrap();
    let missing = (400, json!({"__type": "ResourceNotFoundException", "Message": "not here"}));
    let answers = manager.answers.lock().unwrap();
    let (status, answer) = answers.get(asked["SecretId"].as_str().unwrap()).cloned().unwrap_or(missing);
    (StatusCode::from_u16(status).unwrap(), answer.to_string())
}

fn at(endpoint: &str, ids: &[&str], stage: StageKind) -> SecretsManager {
    SecretsManager {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        region: "eu-central-1".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        credentials: Credentials::new("AKIDEXAMPLE", "never-sent", None, None, "test"),
        stage,
        other_environment: OtherEnvironment::Rejected,
    }
}

const PEEKER: &str = "shop/peeker";
const WEBHOOK: &str = "shop/webhook";

#[tokio::test]
async fn secrets_are_fetched_together_with_a_signed_request() {
    let manager = Manager::default();
    manager.holds(PEEKER, &json!({"peeker_keys": "pk_test_new,pk_test_old"}));
    manager.holds(WEBHOOK, &json!({"webhook_secrets_test": "whsec_of_one_stage"}));
    let endpoint = manager.serve().await;
    let source = at(&endpoint, &[PEEKER, WEBHOOK], StageKind::Test).source();
    let secret_store = SecretStore::open(source, &[], Clock::system()).await.unwrap();
    assert_eq!(
        secret_store.secrets().peeker.iter().map(|key| key.expose()).collect::<Vec<_>>(),
        ["pk_test_new", "pk_test_old"]
    );
    assert_eq!(secret_store.secrets().webhook.first().unwrap().secret.expose(), "whsec_of_one_stage");
    let asked = manager.asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    for headers in asked.iter() {
        let of = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(of("x-amz-target"), "secretsmanager.GetSecretValue");
        assert!(of("authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{headers:?}");
        assert!(of("authorization").contains("/eu-central-1/secretsmanager/aws4_request"), "{headers:?}");
        assert!(!format!("{headers:?}").contains("never-sent"));
    }
}

#[tokio::test]
async fn all_unreadable_secrets_are_reported_without_values() {
    let manager = Manager::default();
    let denied = json!({"__type": "AccessDeniedException", "Message": "User: arn:… is not authorized"});
    manager.answers("denied", 400, denied);
    manager.answers("binary", 200, json!({"Name": "binary", "SecretBinary": "AAAA"}));
    manager.answers("plain", 200, json!({"Name": "plain", "SecretString": "hunter2"}));
    let endpoint = manager.serve().await;
    let source = at(&endpoint, &["missing", "denied", "binary", "plain"], StageKind::Test).source();
    let problem = SecretStore::open(source, &[], Clock::system()).await.unwrap_err();
    let lines: Vec<&str> = problem.lines().map(str::trim).collect();
    assert_eq!(
        lines,
        [
            "secret missing: it does not exist or has no value yet. Put one in with aws secretsmanager put-secret-value",
            "secret denied: the function's role may not read it",
            "secret binary: it is binary, and has to be a JSON object of strings",
            "secret plain: it is not a JSON object of strings",
        ]
    );
}

#[tokio::test]
async fn keys_of_the_other_environment_prevent_start() {
    let manager = Manager::default();
    manager.holds(PEEKER, &json!({"peeker_keys": "pk_live_abc,pk_test_abc"}));
    manager.holds(
        WEBHOOK,
        &json!({"webhook_secrets_live": "whsec_of_the_live_stage", "webhook_secrets_test": "whsec_of_the_test_stage"}),
    );
    let endpoint = manager.serve().await;
    for (stage, refused) in [
        (
            StageKind::Test,
            [
                "peeker_keys: this stage is marked test, so each key has to start with pk_test_",
                "webhook_secrets_live: this stage is marked test, so only webhook_secrets_test may be set, unless \
                 OTHER_STAGE_URL names the live stage",
            ],
        ),
        (
            StageKind::Live,
            [
                "peeker_keys: this stage is marked live, so each key has to start with pk_live_",
                "webhook_secrets_test: this stage is marked live, so only webhook_secrets_live may be set, unless \
                 OTHER_STAGE_URL names the test stage",
            ],
        ),
    ] {
        let problem = SecretStore::open(at(&endpoint, &[PEEKER, WEBHOOK], stage).source(), &[], Clock::system()).await;
        let problem = problem.unwrap_err();
        assert_eq!(problem.lines().map(str::trim).collect::<Vec<_>>(), refused);
    }
}

#[tokio::test]
async fn rotated_secret_is_read_once_a_minute() {
    let manager = Manager::default();
    manager.holds(PEEKER, &json!({"peeker_keys": "pk_test_one"}));
    let endpoint = manager.serve().await;
    let now = Arc::new(AtomicI64::new(1_000));
    let shared = Arc::clone(&now);
    let clock = Clock::from_fn(move || shared.load(Ordering::Relaxed));
    let secret_store =
        SecretStore::open(at(&endpoint, &[PEEKER], StageKind::Test).source(), &[SecretKind::Peeker], clock)
            .await
            .unwrap();
    let first = || secret_store.secrets().peeker.first().unwrap().expose().to_owned();

    manager.holds(PEEKER, &json!({"peeker_keys": "pk_test_two,pk_test_one"}));
    assert!(!secret_store.refresh().await, "a minute has not passed");
    assert_eq!(first(), "pk_test_one");
    now.fetch_add(REFRESH_PAUSE, Ordering::Relaxed);
    assert!(secret_store.refresh().await);
    assert_eq!(first(), "pk_test_two");

    manager.holds(PEEKER, &json!({"peeker_keys": "pk_live_three"}));
    now.fetch_add(REFRESH_PAUSE, Ordering::Relaxed);
    assert!(!secret_store.refresh().await, "a live key has no place in a test stage");
    assert_eq!(first(), "pk_test_two");
}

#[tokio::test]
async fn refresh_validates_secrets_like_start() {
    const SESSION: &str = "shop/session";
    const LOGIN: &str = "shop/login";
    let login = json!({"sequencer_login_email": "s@acme.com", "sequencer_login_password": "pw"});
    let data_key = "0123456789abcdef0123456789abcdef";
    let keys = "a:fedcba9876543210fedcba9876543210";
    let session = json!({"session_keys": keys, "data_key": data_key});
    let whole = [(SESSION, &session), (LOGIN, &login), (PEEKER, &json!({"peeker_keys": "pk_test_one"}))];
    let broken = [
        (PEEKER, json!({})),
        (PEEKER, json!({"peeker_keys": " , "})),
        (PEEKER, json!({"PEEKER_KEYS": "pk_test_two"})),
        (PEEKER, json!({"peeker_keys": "two"})),
        (PEEKER, json!({"peeker_keys": ["pk_test_two"]})),
        (PEEKER, json!({"peeker_keys": null})),
        (SESSION, json!({"session_keys": "", "data_key": data_key})),
        (SESSION, json!({ "session_keys": keys })),
        (SESSION, json!({"session_keys": keys, "data_key": "short"})),
        (SESSION, json!({"session_keys": "a:short", "data_key": data_key})),
        (LOGIN, json!({"previous_sequencer_login_email": "s@acme.com"})),
        (LOGIN, json!({"sequencer_login_email": "new@acme.com", "sequencer_login_password": " "})),
    ];
    for (id, wrong) in broken {
        let manager = Manager::default();
        whole.iter().for_each(|(id, value)| manager.holds(id, value));
        let endpoint = manager.serve().await;
        let source = || at(&endpoint, &[SESSION, LOGIN, PEEKER], StageKind::Test).source();
        let now = Arc::new(AtomicI64::new(1_000));
        let shared = Arc::clone(&now);
        let clock = Clock::from_fn(move || shared.load(Ordering::Relaxed));
        let secret_store =
            SecretStore::open(source(), &Function::Reconciler.secret_kinds(), clock.clone()).await.unwrap();
        manager.holds(id, &wrong);
        now.fetch_add(REFRESH_PAUSE, Ordering::Relaxed);
        assert!(!secret_store.refresh().await, "{wrong} replaced what works");
        let kept = secret_store.secrets();
        assert_eq!((kept.session.len(), kept.logins.len(), kept.peeker.len()), (1, 1, 1), "{wrong}");
        assert!(
            SecretStore::open(source(), &Function::Reconciler.secret_kinds(), clock).await.is_err(),
            "{wrong} starts"
        );
    }
}

#[tokio::test]
async fn start_reports_all_missing_secrets_and_settings() {
    let lookup = |name: &str| match name {
        "PEEKER_KEYS" => Some("pk_test_one".to_owned()),
        "AWS_REGION" => Some("eu-central-1".to_owned()),
        _ => None,
    };
    let problem = start::order_proxy(&lookup).await.unwrap_err();
    for name in ["SESSION_KEYS", "PARTNER_KEYS", "SEQUENCER_LOGIN_EMAIL", "TABLE_NAME", "ALLOWED_ORIGINS"] {
        assert!(problem.to_string().contains(&format!("  {name}")), "{problem}");
    }
    assert!(!problem.to_string().contains("PEEKER_KEYS"), "{problem}");
}

#[tokio::test]
async fn secrets_may_start_with_a_bom_and_utf16_is_reported() {
    let text = json!({"webhook_secrets_test": "whsec_of_one_stage"}).to_string();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = std::env::temp_dir().join(format!("peeker-checkout-secrets-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("secrets.json");
    let open = async |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        SecretStore::open(
            SecretsFile { path: file.clone(), stage: StageKind::Test, other_environment: OtherEnvironment::Rejected }
                .source(),
            &Function::Webhook.secret_kinds(),
            Clock::system(),
        )
        .await
    };
    let marked = open(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()).await.unwrap();
    assert_eq!(marked.secrets().webhook.first().unwrap().secret.expose(), "whsec_of_one_stage");
    for (bytes, what) in [
        (utf16.clone(), "it is UTF-16 text. Save it as UTF-8"),
        ([&[0xFF, 0xFE], utf16.as_slice()].concat(), "it is UTF-16 text. Save it as UTF-8"),
        (b"{\"a\":\"\xff\"}".to_vec(), "it is not UTF-8 text. Save it as UTF-8"),
        (b"[]".to_vec(), "it is not a JSON object of strings"),
    ] {
        assert_eq!(open(&bytes).await.unwrap_err(), format!("{}: {what}", file.display()));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let manager = Manager::default();
    let marked = json!({"Name": WEBHOOK, "SecretString": format!("\u{feff}{text}")});
    manager.answers(WEBHOOK, 200, marked);
    let endpoint = manager.serve().await;
    let source = at(&endpoint, &[WEBHOOK], StageKind::Test).source();
    assert_eq!(
        SecretStore::open(source, &Function::Webhook.secret_kinds(), Clock::system())
            .await
            .unwrap()
            .secrets()
            .webhook
            .len(),
        1
    );
}
