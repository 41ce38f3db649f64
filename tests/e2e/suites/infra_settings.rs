//! Which settings each function reads, as its own start reads them, held against what the template gives it.

use crate::house::read;
use crate::infra_template::{FUNCTIONS, resource, template};
use functions::{start, telemetry};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// What the template gives no function, and why.
const ELSEWHERE: [(&str, &str); 16] = [
    ("AWS_REGION", "Lambda sets it"),
    ("AWS_ACCESS_KEY_ID", "Lambda sets it"),
    ("AWS_SECRET_ACCESS_KEY", "Lambda sets it"),
    ("AWS_SESSION_TOKEN", "Lambda sets it"),
    ("AWS_ENDPOINT_URL", "another AWS, on one machine"),
    ("DYNAMODB_ENDPOINT", "another database, on one machine"),
    ("SECRETS_ENDPOINT", "another Secrets Manager, on one machine"),
    ("SECRETS_FILE", "secrets on one machine; on AWS they are in Secrets Manager"),
    ("SESSION_KEYS", "the same"),
    ("PARTNER_KEYS", "the same"),
    ("PEEKER_KEYS", "the same"),
    ("WEBHOOK_SECRETS_LIVE", "the same"),
    ("WEBHOOK_SECRETS_TEST", "the same"),
    ("SEQUENCER_LOGIN_EMAIL", "the same"),
    ("SEQUENCER_LOGIN_PASSWORD", "the same"),
    ("DATA_KEY", "the same"),
];
/// The login before the current one is a secret of one machine, too.
const PREVIOUS: &str = "PREVIOUS_SEQUENCER_LOGIN_";

/// Values with which every function gets through the whole of its settings.
fn enough(name: &str) -> Option<String> {
    let value = match name {
        "SECRETS_ID" | "SECRETS_FILE" => return None,
        "SESSION_KEYS" => "one:0123456789abcdef0123456789abcdef",
        "PEEKER_KEYS" => "pk_test_one",
        "PARTNER_KEYS" => "partner_0123456789abcdef01234567",
        "STAGE_KIND" => "test",
        "WEBHOOK_SECRETS_LIVE" => "whsec_of_the_live_stage",
        "WEBHOOK_SECRETS_TEST" => "whsec_of_the_test_stage",
        "WEBHOOK_ACCEPT_LATE" | "WEBHOOK_CAPTURE" => "off",
        "OTHER_STAGE_URL" => "https://live.acme.com",
        "WEBHOOK_BASE_STRING" => "{timestamp}.{body}",
        "ORDERS_ENABLED" => "true",
        "AWS_REGION" => "eu-central-1",
        "ALLOWED_ORIGINS" => "https://app.acme.com",
        "PEEKER_BASE_URL" | "DYNAMODB_ENDPOINT" | "SECRETS_ENDPOINT" | "AWS_ENDPOINT_URL" => "http://127.0.0.1:1",
        "DATA_KEY" => "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "LOG_LEVEL" => "info",
        _ if name.starts_with("PREVIOUS_") => return None,
        _ => "20",
    };
    Some(value.to_owned())
}

/// Every name that the function looks up at its start.
async fn read_by(binary: &str) -> BTreeSet<String> {
    let names = RefCell::new(BTreeSet::new());
    let lookup = |name: &str| {
        names.borrow_mut().insert(name.to_owned());
        enough(name)
    };
    let outcome = match binary {
        "order-proxy" => start::order_proxy(&lookup).await.map(drop),
        "webhook" => start::webhook(&lookup).await.map(drop),
        "status" => start::status(&lookup).await.map(drop),
        "reconciler" => start::reconciler(&lookup).await.map(drop),
        other => panic!("there is no start of {other}"),
    };
    outcome.unwrap_or_else(|problem| panic!("{binary} does not start, so that not everything is read: {problem}"));
    telemetry::Options::read(&lookup);
    names.into_inner()
}

fn given_to(name: &str) -> BTreeSet<String> {
    let variables = resource(&template(), name)["Environment"]["Variables"].as_hash().unwrap().clone();
    variables.keys().map(|key| key.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_function_is_given_every_setting_that_its_code_reads() {
    let elsewhere = |name: &String| ELSEWHERE.iter().any(|(known, _)| known == name) || name.starts_with(PREVIOUS);
    for (binary, name) in FUNCTIONS {
        let read: BTreeSet<String> = read_by(binary).await.into_iter().filter(|name| !elsewhere(name)).collect();
        let given = given_to(name);
        let lacks: Vec<_> = read.difference(&given).collect();
        let unread: Vec<_> = given.difference(&read).collect();
        assert!(lacks.is_empty(), "{name} reads {lacks:?}, and infra/template.yaml does not give it that");
        assert!(unread.is_empty(), "{name} is given {unread:?}, which no code of it reads");
    }
}

#[tokio::test]
async fn every_setting_is_in_the_documentation() {
    let readme = read("functions/README.md");
    for (binary, _) in FUNCTIONS {
        for name in read_by(binary).await {
            assert!(
                readme.contains(&format!("`{name}`")) || name.starts_with("AWS_"),
                "functions/README.md lacks {name}"
            );
        }
    }
}

#[test]
fn each_binary_reads_its_settings_by_its_own_start_alone() {
    for (binary, _) in FUNCTIONS {
        let code = read(&format!("functions/src/bin/{binary}.rs"));
        let start = format!("start::{}(&from_environment)", binary.replace('-', "_"));
        assert!(code.contains(&start), "{binary} does not call {start}");
        assert_eq!(code.matches("from_environment").count(), 2, "{binary} reads more than its start does");
    }
}

/// Parameters that become a variable of a function: binary, variable, parameter.
fn variables() -> Vec<(&'static str, String, String)> {
    let template = template();
    let mut found = Vec::new();
    for (binary, name) in FUNCTIONS {
        for (variable, value) in resource(&template, name)["Environment"]["Variables"].as_hash().unwrap() {
            let parameter = value.as_str().filter(|name| !template["Parameters"][*name].is_badvalue());
            found.extend(parameter.map(|name| (binary, variable.as_str().unwrap().to_owned(), name.to_owned())));
        }
    }
    found
}

/// Whether the function starts with this value, or refuses it by the variable's name.
async fn takes(binary: &str, variable: &str, value: &str) -> bool {
    let lookup = |name: &str| if name == variable { Some(value.to_owned()) } else { enough(name) };
    let outcome = match binary {
        "order-proxy" => start::order_proxy(&lookup).await.map(drop),
        "webhook" => start::webhook(&lookup).await.map(drop),
        "status" => start::status(&lookup).await.map(drop),
        "reconciler" => start::reconciler(&lookup).await.map(drop),
        other => panic!("there is no start of {other}"),
    };
    outcome.is_ok()
}

#[tokio::test]
async fn numbers_have_the_bounds_of_the_code() {
    let template = template();
    let mut checked = BTreeSet::new();
    for (binary, variable, parameter) in variables() {
        let declared = &template["Parameters"][parameter.as_str()];
        if declared["Type"].as_str() != Some("Number") {
            continue;
        }
        let bound = |name: &str| declared[name].as_i64().unwrap_or_else(|| panic!("{parameter} has no {name}"));
        let (least, most) = (bound("MinValue"), bound("MaxValue"));
        for (value, taken) in [(least - 1, false), (least, true), (most, true), (most + 1, false)] {
            assert_eq!(takes(binary, &variable, &value.to_string()).await, taken, "{binary}: {parameter}={value}");
        }
        checked.insert(parameter);
    }
    for parameter in ["WebhookToleranceSeconds", "ImportPollSeconds", "UpstreamCallsPerMinute", "AvailabilityBatch"] {
        assert!(checked.contains(parameter), "{parameter} is not checked");
    }
}

#[tokio::test]
async fn patterns_refuse_what_the_code_refuses() {
    let template = template();
    let pattern = |parameter: &str| {
        let text = template["Parameters"][parameter]["AllowedPattern"].as_str().unwrap();
        regex_lite::Regex::new(&format!("^(?:{text})$")).unwrap()
    };
    let tlds = pattern("Tlds");
    for (value, taken) in [
        ("", true),
        ("com", true),
        (".COM, co.uk ,net", true),
        ("com net", false),
        ("com;net", false),
        ("co..uk", false),
        ("com.", false),
        ("*.com", false),
        ("c\u{f6}m", false),
    ] {
        assert_eq!(tlds.is_match(value), taken, "Tlds={value}");
        assert_eq!(takes("order-proxy", "TLDS", value).await, taken, "TLDS={value}");
    }
    let limits = ["CustomerDailyOrders", "CustomerDailyCents", "PartnerDailyOrders", "PartnerDailyCents"];
    for (limit, variable) in limits.into_iter().zip([
        "CUSTOMER_DAILY_ORDERS",
        "CUSTOMER_DAILY_CENTS",
        "PARTNER_DAILY_ORDERS",
        "PARTNER_DAILY_CENTS",
    ]) {
        for value in ["0", "1", "250000", "999999999999999"] {
            assert!(pattern(limit).is_match(value) && takes("order-proxy", variable, value).await, "{limit}={value}");
        }
        // 00 is no other limit than 0, and the rule that refuses 0 would not know it.
        for value in ["00", "01", "-1", "1e3", "9999999999999999"] {
            assert!(!pattern(limit).is_match(value), "{limit}={value}");
        }
    }
}
