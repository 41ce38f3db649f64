//! Settings that are wrong, or do not go together, and secrets that are: a start names each, and a refresh takes none.

use functions::belonging::Foreign;
use functions::clock::Clock;
use functions::config::secrets_file;
use functions::needs::Need;
use functions::secrets::StageKind;
use functions::start;
use functions::vault::{REFRESH_PAUSE, Vault};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const DATA: &str = "data_0123456789abcdef0123456789a";
const PARTNER: &str = "partner_0123456789abcdef01234567";

/// Settings with which all four functions start.
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
        ("SEQUENCER_LOGIN_PASSWORD", "pw-that-nobody-prints"),
        ("WEBHOOK_SECRETS_TEST", "whsec_of_one_stage"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// What each function says at its start; empty when it starts.
async fn told(settings: &BTreeMap<String, String>) -> [String; 4] {
    let lookup = |name: &str| settings.get(name).cloned();
    let text =
        |outcome: Result<(), functions::config::ConfigError>| outcome.err().map_or(String::new(), |e| e.to_string());
    [
        text(start::order_proxy(&lookup).await.map(drop)),
        text(start::webhook(&lookup).await.map(drop)),
        text(start::status(&lookup).await.map(drop)),
        text(start::reconciler(&lookup).await.map(drop)),
    ]
}

/// Settings, the values that make them wrong, and which functions say so.
const WRONG: [(&str, &[&str], [bool; 4]); 32] = {
    const ALL: [bool; 4] = [true; 4];
    const PAGES: [bool; 4] = [true, false, true, false];
    const PLACING: [bool; 4] = [true, false, false, true];
    const UPSTREAM: [bool; 4] = [true, false, true, true];
    const WEBHOOK: [bool; 4] = [false, true, false, false];
    const RECONCILER: [bool; 4] = [false, false, false, true];
    [
        ("STAGE_KIND", &["", "prod", "Test"], ALL),
        ("TABLE_NAME", &["", " "], ALL),
        ("AWS_REGION", &[""], ALL),
        ("AWS_ACCESS_KEY_ID", &[""], ALL),
        ("AWS_SECRET_ACCESS_KEY", &[""], ALL),
        ("AWS_ENDPOINT_URL", &["localhost:4566", "ftp://a.b", "http://localhost:99999"], ALL),
        ("DYNAMODB_ENDPOINT", &["127.0.0.1", "http://"], ALL),
        ("KEEP_PERSONAL_DAYS", &["1", "3651", "-7", "2.5", "a month"], ALL),
        ("LOG_LEVEL", &["loud", "info,functions=loud"], ALL),
        ("ALLOWED_ORIGINS", &["", ",", "shop.example.org", "https://shop.example.org/cart", "https://a.co,*"], PAGES),
        ("PEEKER_BASE_URL", &["api.peeker.ai", "https://", "https://api.peeker.ai:0"], UPSTREAM),
        ("AVAILABILITY_BATCH", &["0", "51", "x"], UPSTREAM),
        ("UPSTREAM_CALLS_PER_MINUTE", &["0", "-1", "many"], UPSTREAM),
        ("TLDS", &["com net", "*.com", "com,,net.,", "co..uk"], PLACING),
        ("SESSION_UPSTREAM_CALLS", &["0", "x"], PLACING),
        ("IMPORT_POLL_SECONDS", &["0", "1m", "86401"], PLACING),
        ("CUSTOMER_DAILY_ORDERS", &["-1", "none"], PLACING),
        ("CUSTOMER_DAILY_CENTS", &["10.50"], PLACING),
        ("PARTNER_DAILY_ORDERS", &["x"], PLACING),
        ("PARTNER_DAILY_CENTS", &["99999999999999999999"], PLACING),
        ("ORDERS_ENABLED", &["yes", "False"], PLACING),
        ("RECONCILER_UPSTREAM_CALLS", &["0", "x"], RECONCILER),
        ("WEBHOOK_BASE_STRING", &["{body}{timestamp}"], WEBHOOK),
        ("WEBHOOK_TOLERANCE_SECONDS", &["0", "-300", "86401"], WEBHOOK),
        ("WEBHOOK_ACCEPT_LATE", &["true"], WEBHOOK),
        ("WEBHOOK_CAPTURE", &["yes"], WEBHOOK),
        (
            "SESSION_KEYS",
            &["", "key", "a:short", ":0123456789abcdef0123456789abcdef", "a:fedcba9876543210fedcba9876543210,"],
            UPSTREAM,
        ),
        ("DATA_KEY", &["", "short", "\"data_0123456789abcdef0123456789a\""], PLACING),
        (
            "PARTNER_KEYS",
            &["", " , ", "partner", "partner_0123456789abcdef0123456", "partner_0123456789abcdef01234567,old"],
            PAGES,
        ),
        ("PEEKER_KEYS", &["", "key", "pk_live_one", "pk_test_one,pk_live_two", "pk_test_one,"], UPSTREAM),
        ("SEQUENCER_LOGIN_EMAIL", &["", " "], PLACING),
        (
            "WEBHOOK_SECRETS_TEST",
            &[
                "",
                ",",
                "x",
                "whsec_fifteen__",
                "\"whsec_in_quotation_marks\"",
                "'whsec_in_quotation_marks'",
                "whsec_of_one_stage,",
                ",whsec_of_one_stage",
                "pk_test_0123456789abcdef",
                "whsec_of_one_stage,short",
            ],
            WEBHOOK,
        ),
    ]
};

#[tokio::test]
async fn a_start_names_the_setting_that_is_wrong_and_never_its_value() {
    assert_eq!(told(&right()).await, [const { String::new() }; 4]);
    for (name, values, reads) in WRONG {
        for value in values {
            let mut settings = right();
            settings.insert(name.to_owned(), (*value).to_owned());
            for (told, reads) in told(&settings).await.iter().zip(reads) {
                let place = format!("{name}={value}: {told}");
                let lines: Vec<&str> = told.lines().map(str::trim).skip(1).collect();
                // A secret is read by name wherever it lies: what is wrong in it is wrong for all who start.
                if reads {
                    assert_eq!(lines.iter().filter(|line| line.contains(name)).count(), lines.len().max(1), "{place}");
                }
                assert!(reads || lines.iter().all(|line| line.contains(name)), "{place}");
                assert!(value.len() < 9 || !told.contains(value), "the value is in it: {place}");
                assert!(!told.contains("pw-that-nobody-prints") && !told.contains(KEY), "{place}");
            }
        }
    }
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_named_together() {
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
        for told in told(&settings).await {
            assert!(names.iter().all(|name| told.contains(name)), "{names:?}: {told}");
        }
    }
}

#[tokio::test]
async fn secrets_of_webhooks_go_with_the_stages_that_they_are_for() {
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
        let [proxy, webhook, status, reconciler] = told(&settings).await;
        assert!(if says.is_empty() { webhook.is_empty() } else { webhook.contains(says) }, "{more:?}: {webhook}");
        assert_eq!([proxy, status, reconciler], [const { String::new() }; 3], "{more:?}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let mut settings = right();
    let wrong =
        ["AVAILABILITY_BATCH", "TLDS", "ALLOWED_ORIGINS", "ORDERS_ENABLED", "DATA_KEY", "PEEKER_KEYS", "LOG_LEVEL"];
    for name in wrong {
        settings.insert(name.to_owned(), "?".to_owned());
    }
    settings.remove("TABLE_NAME");
    let told = told(&settings).await[0].clone();
    for name in [&wrong[..], &["TABLE_NAME"]].concat() {
        assert_eq!(told.matches(name).count(), 1, "{name}: {told}");
    }
}

#[tokio::test]
async fn a_wrong_secret_does_not_hide_that_others_are_missing() {
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
        let said = told(&settings).await[function].clone();
        assert_eq!(said.lines().skip(1).map(str::trim).collect::<Vec<_>>(), problems, "{stage} {more:?}");
    }
}

/// A file of secrets that a test writes, and a vault over it for a function with all `needs`.
struct Kept {
    file: PathBuf,
    now: Arc<AtomicI64>,
    vault: Vault,
}

fn whole() -> Value {
    json!({
        "session_keys": format!("a:{KEY}"), "data_key": DATA, "partner_keys": PARTNER, "peeker_keys": "pk_test_one",
        "sequencer_login_email": "s@acme.com", "sequencer_login_password": "pw", "webhook_secrets_test": "whsec_of_one_stage",
    })
}

impl Kept {
    async fn open() -> Self {
        static FILES: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("peeker-checkout-kept-{}-{}.json", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, whole().to_string()).unwrap();
        let now = Arc::new(AtomicI64::new(1_000));
        let seen = Arc::clone(&now);
        let clock = Clock::from_fn(move || seen.load(Ordering::Relaxed));
        let vault =
            Vault::open(secrets_file(file.clone(), StageKind::Test, Foreign::Refused), Need::ALL, clock).await.unwrap();
        Self { file, now, vault }
    }

    /// What is held after the file has become `text` and something no longer fitted: whether it was read, and all of it.
    async fn after(&self, text: &str) -> (bool, String) {
        std::fs::write(&self.file, text).unwrap();
        self.now.fetch_add(REFRESH_PAUSE, Ordering::Relaxed);
        let read = self.vault.refresh().await;
        let held = self.vault.secrets();
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
async fn a_refresh_takes_nothing_of_what_a_start_would_refuse() {
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
        // Everything else in it is new, and right: none of it is taken either.
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
    assert!(!kept.vault.refresh().await);
}
