//! Invalid or contradicting settings and secrets: a start reports each, and a refresh rejects them.

use crate::wrong_values::WRONG;
use functions::clock::Clock;
use functions::config::settings::SETTINGS;
use functions::config::{Absent, ConfigError, Form, Function};
use functions::environment_check::OtherEnvironment;
use functions::secret_kind::SecretKind;
use functions::secret_store::{REFRESH_PAUSE, SecretStore};
use functions::secrets::StageKind;
use functions::secrets_file::SecretsFile;
use functions::wiring::start;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const DATA: &str = "data_0123456789abcdef0123456789a";
const PARTNER: &str = "partner_0123456789abcdef01234567";

/// Settings with which all functions start.
fn right() -> BTreeMap<String, String> {
    [
        ("STAGE_KIND", "test"),
        ("TABLE_NAME", "table"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("ALLOWED_ORIGINS", "https://app.acme.com"),
        ("SESSION_KEYS", &format!("a:{KEY}")),
        ("DATA_KEY", DATA),
        ("PARTNER_KEYS", PARTNER),
        ("PEEKER_KEYS", "pk_test_one"),
        ("SEQUENCER_LOGIN_EMAIL", "s@acme.com"),
        ("SEQUENCER_LOGIN_PASSWORD", "pw-never-printed"),
        ("WEBHOOK_SECRETS_TEST", "whsec_of_one_stage"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The start-up errors of each function; empty if it starts.
async fn start_errors(settings: &BTreeMap<String, String>) -> [String; 5] {
    let lookup = |name: &str| settings.get(name).cloned();
    let text = |outcome: Result<(), ConfigError>| outcome.err().map_or(String::new(), |error| error.to_string());
    [
        text(start::order_proxy(&lookup).await.map(drop)),
        text(start::webhook(&lookup).await.map(drop)),
        text(start::status(&lookup).await.map(drop)),
        text(start::reconciler(&lookup).await.map(drop)),
        text(start::notifier(&lookup).await.map(drop)),
    ]
}

#[test]
fn every_setting_with_a_form_has_invalid_values_here() {
    // SECRETS_ENDPOINT is read only with SECRETS_ID.
    for setting in SETTINGS.iter().filter(|setting| setting.name != "SECRETS_ENDPOINT") {
        let is_free = matches!(setting.form, Form::Text | Form::Secret(_)) && setting.absent != Absent::Refused;
        assert!(is_free || WRONG.iter().any(|(name, _)| *name == setting.name), "{}", setting.name);
    }
}

#[tokio::test]
async fn start_names_the_wrong_setting_without_its_value() {
    assert_eq!(start_errors(&right()).await, [const { String::new() }; 5]);
    for (name, values) in WRONG {
        let setting = SETTINGS.iter().find(|setting| setting.name == name).unwrap();
        let reads = Function::ALL.map(|function| setting.read_by.contains(&function));
        for value in values {
            let mut settings = right();
            settings.insert(name.to_owned(), (*value).to_owned());
            for (errors, reads) in start_errors(&settings).await.iter().zip(reads) {
                let place = format!("{name}={value}: {errors}");
                let lines: Vec<&str> = errors.lines().map(str::trim).skip(1).collect();
                // A secret is read by name from any source, so an invalid value affects every function that reads it.
                if reads {
                    assert_eq!(lines.iter().filter(|line| line.contains(name)).count(), lines.len().max(1), "{place}");
                }
                assert!(reads || lines.iter().all(|line| line.contains(name)), "{place}");
                assert!(value.len() < 9 || !errors.contains(value), "the value is in it: {place}");
                assert!(!errors.contains("pw-never-printed") && !errors.contains(KEY), "{place}");
            }
        }
    }
}

#[tokio::test]
async fn contradicting_settings_are_named_together() {
    let twice = format!("a:{KEY},a:{KEY}");
    for (more, names) in [
        (&[("SECRETS_ID", "shop/peeker")][..], &["SECRETS_ID", "PEEKER_KEYS", "SESSION_KEYS", "DATA_KEY"][..]),
        (&[("SECRETS_FILE", "/secrets.json")], &["SECRETS_FILE", "PEEKER_KEYS", "WEBHOOK_SECRETS_TEST"]),
        (&[("SECRETS_ID", "shop/peeker"), ("SECRETS_FILE", "/secrets.json")], &["SECRETS_ID, SECRETS_FILE"]),
        (&[("PREVIOUS_SEQUENCER_LOGIN_EMAIL", "old@acme.com")], &["PREVIOUS_SEQUENCER_LOGIN_PASSWORD"]),
        (
            &[
                ("SEQUENCER_LOGIN_EMAIL", ""),
                ("SEQUENCER_LOGIN_PASSWORD", ""),
                ("PREVIOUS_SEQUENCER_LOGIN_EMAIL", "old@acme.com"),
                ("PREVIOUS_SEQUENCER_LOGIN_PASSWORD", "old"),
            ],
            &["SEQUENCER_LOGIN_EMAIL and SEQUENCER_LOGIN_PASSWORD are missing"],
        ),
        (&[("SESSION_KEYS", twice.as_str())], &["SESSION_KEYS: each key needs a kid of its own"]),
        (&[("PARTNER_KEYS", "partner")], &["PARTNER_KEYS: each key needs at least 32 characters"]),
        (&[("PARTNER_KEYS", KEY)], &["SESSION_KEYS and PARTNER_KEYS share a value: each secret needs its own"]),
        (&[("WEBHOOK_SECRETS_TEST", PARTNER)], &["PARTNER_KEYS and WEBHOOK_SECRETS_TEST share a value"]),
        (&[("SEQUENCER_LOGIN_PASSWORD", DATA)], &["DATA_KEY and SEQUENCER_LOGIN_PASSWORD share a value"]),
    ] {
        let mut settings = right();
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        for errors in start_errors(&settings).await {
            assert!(names.iter().all(|name| errors.contains(name)), "{names:?}: {errors}");
        }
    }
}

#[tokio::test]
async fn webhook_secrets_must_match_their_stages() {
    let live = ("WEBHOOK_SECRETS_LIVE", "whsec_of_the_live_stage");
    let other = ("OTHER_STAGE_URL", "https://live.acme.com/v1/webhooks/peeker");
    for (more, says) in [
        (&[live][..], "WEBHOOK_SECRETS_LIVE: this stage is marked test"),
        (&[other], "WEBHOOK_SECRETS_LIVE is missing: OTHER_STAGE_URL is set"),
        (
            &[other, ("WEBHOOK_SECRETS_LIVE", "whsec_of_one_stage")],
            "WEBHOOK_SECRETS_TEST and WEBHOOK_SECRETS_LIVE share a secret",
        ),
        (&[live, ("OTHER_STAGE_URL", "live.acme.com")], "OTHER_STAGE_URL is the address of the live stage"),
        (&[live, ("OTHER_STAGE_URL", "https://live.acme.com:99999")], "its port must be a number from 1 to 65535"),
        (&[live, other], ""),
    ] {
        let mut settings = right();
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let [proxy, webhook, status, reconciler, notifier] = start_errors(&settings).await;
        assert!(if says.is_empty() { webhook.is_empty() } else { webhook.contains(says) }, "{more:?}: {webhook}");
        assert_eq!([proxy, status, reconciler, notifier], [const { String::new() }; 4], "{more:?}");
    }
}

#[tokio::test]
async fn this_machine_receives_notifications_only_where_allowed() {
    let secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let endpoint = json!([{"name": "backend", "url": "http://127.0.0.1:3000/", "secret": secret}]);
    let mut settings = right();
    settings.insert("NOTIFICATION_ENDPOINTS".to_owned(), endpoint.to_string());
    let refused = start_errors(&settings).await;
    assert!(
        refused[4].ends_with("NOTIFICATION_ENDPOINTS: the url of backend must start with https://"),
        "{}",
        refused[4]
    );
    assert!(!refused.join("").contains(secret));
    settings.insert("LOOPBACK_ENDPOINTS".to_owned(), "on".to_owned());
    assert_eq!(start_errors(&settings).await[4], "");
    settings.insert("STAGE_KIND".to_owned(), "live".to_owned());
    let refused = start_errors(&settings).await;
    assert!(refused[4].contains("LOOPBACK_ENDPOINTS must be off on a live stage"), "{}", refused[4]);
}

#[tokio::test]
async fn all_wrong_settings_are_reported_together() {
    let mut settings = right();
    let wrong =
        ["AVAILABILITY_BATCH", "TLDS", "ALLOWED_ORIGINS", "ORDERS_ENABLED", "DATA_KEY", "PEEKER_KEYS", "LOG_LEVEL"];
    for name in wrong {
        settings.insert(name.to_owned(), "?".to_owned());
    }
    settings.remove("TABLE_NAME");
    let errors = start_errors(&settings).await[0].clone();
    for name in [&wrong[..], &["TABLE_NAME"]].concat() {
        assert_eq!(errors.matches(name).count(), 1, "{name}: {errors}");
    }
}

#[tokio::test]
async fn wrong_secret_does_not_hide_missing_ones() {
    const LIVE: &str = "PEEKER_KEYS: this stage is marked test, so each key has to start with pk_test_";
    const NO_DATA: &str = "DATA_KEY is missing: at least 32 random characters, made once for this stage";
    const NO_PARTNER: &str = "PARTNER_KEYS is missing: the partner's key; two while rotating";
    let missing = "is missing: from Peeker's portal";
    for (stage, more, absent, function, problems) in [
        (
            "test",
            Some(("PEEKER_KEYS", "pk_live_abc")),
            vec!["DATA_KEY", "PARTNER_KEYS"],
            0,
            vec![LIVE.to_owned(), NO_DATA.to_owned(), NO_PARTNER.to_owned()],
        ),
        (
            "test",
            Some(("DATA_KEY", "short")),
            vec!["PARTNER_KEYS"],
            0,
            vec!["DATA_KEY: it needs at least 32 characters".to_owned(), NO_PARTNER.to_owned()],
        ),
        ("test", None, vec!["WEBHOOK_SECRETS_TEST"], 1, vec![format!("WEBHOOK_SECRETS_TEST {missing}")]),
        (
            "live",
            Some(("PEEKER_KEYS", "pk_live_abc")),
            vec!["WEBHOOK_SECRETS_TEST"],
            1,
            vec![format!("WEBHOOK_SECRETS_LIVE {missing}")],
        ),
    ] {
        let mut settings = right();
        settings.insert("STAGE_KIND".to_owned(), stage.to_owned());
        settings.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
        settings.retain(|name, _| !absent.contains(&name.as_str()));
        let said = start_errors(&settings).await[function].clone();
        assert_eq!(said.lines().skip(1).map(str::trim).collect::<Vec<_>>(), problems, "{stage} {more:?}");
    }
}

/// A file of secrets that a test writes, and a store of secrets over it for a function that needs all kinds.
struct Kept {
    file: PathBuf,
    now: Arc<AtomicI64>,
    secret_store: SecretStore,
}

fn whole() -> Value {
    json!({
        "session_keys": format!("a:{KEY}"), "data_key": DATA, "partner_keys": PARTNER, "peeker_keys": "pk_test_one",
        "approval_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "sequencer_login_email": "s@acme.com", "sequencer_login_password": "pw", "webhook_secrets_test": "whsec_of_one_stage",
    })
}

impl Kept {
    async fn open() -> Self {
        static FILES: AtomicU32 = AtomicU32::new(0);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let file = std::env::temp_dir().join(format!("peeker-checkout-kept-{}-{number}.json", std::process::id()));
        std::fs::write(&file, whole().to_string()).unwrap();
        let now = Arc::new(AtomicI64::new(1_000));
        let seen = Arc::clone(&now);
        let clock = Clock::from_fn(move || seen.load(Ordering::Relaxed));
        let other_environment = OtherEnvironment::Rejected;
        let source = SecretsFile { path: file.clone(), stage: StageKind::Test, other_environment }.source();
        let secret_store = SecretStore::open(source, SecretKind::ALL, clock).await.unwrap();
        Self { file, now, secret_store }
    }

    /// The content of the store after the file was changed to `text` and a secret was rejected: whether it was read,
    /// and all of it.
    async fn after(&self, text: &str) -> (bool, String) {
        std::fs::write(&self.file, text).unwrap();
        self.now.fetch_add(REFRESH_PAUSE, Ordering::Relaxed);
        let read = self.secret_store.refresh().await;
        let held = self.secret_store.secrets();
        let words = |secrets: &[functions::secret::Secret]| {
            secrets.iter().map(|secret| secret.expose().to_owned()).collect::<Vec<_>>().join(",")
        };
        let all = [
            held.session.iter().map(|key| format!("{}:{}", key.kid, key.key.expose())).collect::<Vec<_>>().join(","),
            held.data.as_ref().map(|key| key.expose().to_owned()).unwrap_or_default(),
            words(&held.partner),
            words(&held.peeker),
            held.logins.iter().map(|login| format!("{}:{}", login.email.expose(), login.password.expose())).collect(),
            held.webhook.iter().map(|secret| format!("{}:{}", secret.environment, secret.secret.expose())).collect(),
        ];
        (read, all.join(" "))
    }
}

#[tokio::test]
async fn refresh_accepts_only_what_start_accepts() {
    let kept = Kept::open().await;
    let before = format!("a:{KEY} {DATA} {PARTNER} pk_test_one s@acme.com:pw test:whsec_of_one_stage");
    assert_eq!(kept.after(&whole().to_string()).await, (true, before.clone()));
    let mut wrong: Vec<(String, Value)> = Vec::new();
    for name in whole().as_object().unwrap().keys() {
        for value in [json!(""), json!(" "), json!(7), json!(null), json!(["x"]), json!(false)] {
            wrong.push((name.clone(), value));
        }
    }
    let live = json!("pk_live_two");
    for (name, value) in [
        ("peeker_keys", live),
        ("peeker_keys", json!("pk_test_two,pk_live_two")),
        ("peeker_keys", json!("two")),
        ("webhook_secrets_live", json!("whsec_of_the_live_stage")),
        ("session_keys", json!("b:short")),
        ("session_keys", json!(format!("b:{KEY},b:{KEY}"))),
        ("data_key", json!("short")),
        ("partner_keys", json!(format!("{PARTNER},short"))),
        ("previous_sequencer_login_email", json!("old@acme.com")),
    ] {
        wrong.push((name.to_owned(), value));
    }
    for (name, value) in wrong {
        // Everything else in it is new and valid: none of it is used either.
        let mut next = whole();
        next["partner_keys"] = json!(format!("new-{PARTNER}"));
        next[name.as_str()] = value.clone();
        assert_eq!(kept.after(&next.to_string()).await, (false, before.clone()), "{name}: {value}");
    }
    for text in ["", "{}", "[]", "null", "{\"session_keys\":", "\u{feff}", "not JSON"] {
        assert_eq!(kept.after(text).await, (false, before.clone()), "{text}");
    }
    let mut next = whole();
    next["peeker_keys"] = json!("pk_test_two,pk_test_one");
    let after = before.replace("pk_test_one", "pk_test_two,pk_test_one");
    assert_eq!(kept.after(&next.to_string()).await, (true, after));
    std::fs::remove_file(&kept.file).unwrap();
    assert!(!kept.secret_store.refresh().await);
}
