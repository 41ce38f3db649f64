//! The declared settings, compared with those that the functions read and with those in the template.

use crate::house::read;
use crate::infra_template::{FUNCTIONS, resource, template};
use functions::config::settings::SETTINGS;
use functions::config::{self, Absent, ConfigError, Form, Function, SetBy, Setting};
use functions::environment::Lookup;
use functions::telemetry;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Values with which every function reads all of its settings. Secrets are in variables.
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
        "APPROVAL" => "none",
        "APPROVAL_URL" => "https://app.acme.com/approve",
        "APPROVAL_SECRET" => "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "OTHER_STAGE_URL" => "https://live.acme.com",
        "WEBHOOK_BASE_STRING" => "{timestamp}.{body}",
        "ORDERS_ENABLED" => "true",
        "AWS_REGION" => "eu-central-1",
        "ALLOWED_ORIGINS" => "https://app.acme.com",
        "PEEKER_BASE_URL" | "DYNAMODB_ENDPOINT" | "SECRETS_ENDPOINT" | "AWS_ENDPOINT_URL" => "http://127.0.0.1:1",
        "DATA_KEY" => "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "LOG_LEVEL" => "info",
        "NOTIFICATION_ENDPOINTS" => "[]",
        "ATTEMPTS_QUEUE_URL" => "http://127.0.0.1:1/queue",
        "LOOPBACK_ENDPOINTS" => "off",
        "ORDER_LINK" => "https://app.acme.com/orders/{id}",
        _ if name.starts_with("PREVIOUS_") => return None,
        _ => "20",
    };
    Some(value.to_owned())
}

const fn is_secret(setting: &Setting) -> bool {
    matches!(setting.form, Form::Secret(_))
}

/// [`enough`], with the secrets in the place that the setting `place` names.
fn enough_with(place: &str, name: &str) -> Option<String> {
    let is_secret = SETTINGS.iter().any(|setting| setting.name == name && is_secret(setting));
    match name {
        "SECRETS_ID" | "SECRETS_FILE" => (name == place).then(|| "secrets".to_owned()),
        _ if is_secret && !place.is_empty() => None,
        _ => enough(name),
    }
}

fn parse(function: Function, lookup: Lookup<'_>) -> Result<(), ConfigError> {
    match function {
        Function::OrderProxy => config::order_proxy(lookup).checked_with(Ok(())).map(drop),
        Function::Webhook => config::webhook(lookup).checked_with(Ok(())).map(drop),
        Function::Status => config::status(lookup).checked_with(Ok(())).map(drop),
        Function::Reconciler => config::reconciler(lookup).checked_with(Ok(())).map(drop),
        Function::Notifier => config::notifier(lookup).checked_with(Ok(())).map(drop),
    }
}

/// Every name that the function looks up at its start, wherever its secrets are.
fn looked_up_by(function: Function) -> BTreeSet<String> {
    let names = RefCell::new(BTreeSet::new());
    for place in ["", "SECRETS_FILE", "SECRETS_ID"] {
        let lookup = |name: &str| {
            names.borrow_mut().insert(name.to_owned());
            enough_with(place, name)
        };
        let outcome = parse(function, &lookup);
        outcome.unwrap_or_else(|problem| panic!("{function:?} stops before it has read everything: {problem}"));
        telemetry::Options::read(&lookup);
    }
    names.into_inner()
}

/// The names of the settings that fit.
fn declared(fits: impl Fn(&Setting) -> bool) -> BTreeSet<String> {
    SETTINGS.iter().filter(|setting| fits(setting)).map(|setting| setting.name.to_owned()).collect()
}

#[test]
fn each_function_reads_the_settings_declared_for_it() {
    let secrets = declared(is_secret);
    for function in Function::ALL {
        let read: BTreeSet<String> = looked_up_by(function).difference(&secrets).cloned().collect();
        let expected = declared(|setting| !is_secret(setting) && setting.read_by.contains(&function));
        assert_eq!(read, expected, "{function:?}");
    }
}

#[test]
fn template_sets_the_settings_declared_for_each_function() {
    let template = template();
    for (function, (binary, name)) in Function::ALL.into_iter().zip(FUNCTIONS) {
        assert_eq!((function.name(), format!("{function:?}").as_str()), (binary, name));
        let variables = resource(&template, name)["Environment"]["Variables"].as_hash().unwrap().clone();
        let given: BTreeSet<String> = variables.keys().map(|key| key.as_str().unwrap().to_owned()).collect();
        let expected = declared(|setting| setting.set_by == SetBy::Template && setting.read_by.contains(&function));
        assert_eq!(given, expected, "{name} of infra/template.yaml");
    }
}

#[test]
fn each_binary_reads_only_its_own_settings() {
    for (binary, _) in FUNCTIONS {
        let code = read(&format!("functions/src/bin/{binary}.rs"));
        let start = format!("start::{}(&from_environment)", binary.replace('-', "_"));
        assert!(code.contains(&start), "{binary} does not call {start}");
        assert_eq!(code.matches("from_environment").count(), 2, "{binary} reads more than its start does");
        assert!(code.lines().count() < 40, "{binary} does more than to start");
    }
}

/// Settings that are a parameter of the template: function, setting, parameter.
fn parameters() -> Vec<(Function, &'static Setting, String)> {
    let template = template();
    let mut found = Vec::new();
    for (function, (_, name)) in Function::ALL.into_iter().zip(FUNCTIONS) {
        for (variable, value) in resource(&template, name)["Environment"]["Variables"].as_hash().unwrap() {
            let setting = SETTINGS.iter().find(|setting| variable.as_str() == Some(setting.name)).unwrap();
            let parameter = value.as_str().filter(|name| !template["Parameters"][*name].is_badvalue());
            found.extend(parameter.map(|name| (function, setting, name.to_owned())));
        }
    }
    found
}

/// Whether the function starts with this value.
fn takes(function: Function, variable: &str, value: &str) -> bool {
    parse(function, &|name| if name == variable { Some(value.to_owned()) } else { enough(name) }).is_ok()
}

#[test]
fn parameters_have_the_defaults_of_the_settings() {
    let template = template();
    for (_, setting, parameter) in parameters() {
        let default = &template["Parameters"][parameter.as_str()]["Default"];
        let default = default.as_i64().map(|number| number.to_string()).or_else(|| default.as_str().map(str::to_owned));
        let expected = match setting.absent {
            Absent::Refused => None,
            Absent::Default(value) => Some(value),
            Absent::Means(_) => Some(""),
        };
        assert_eq!(default.as_deref(), expected, "{parameter}");
    }
}

#[test]
fn parameters_allow_the_words_of_the_settings() {
    let template = template();
    for (_, setting, parameter) in parameters() {
        if let Form::OneOf(words) = setting.form {
            let allowed = template["Parameters"][parameter.as_str()]["AllowedValues"].as_vec().unwrap();
            let allowed: BTreeSet<&str> = allowed.iter().map(|word| word.as_str().unwrap()).collect();
            assert_eq!(allowed, words.iter().copied().collect(), "{parameter}");
        }
    }
}

#[test]
fn numeric_parameters_have_the_bounds_of_the_settings() {
    let template = template();
    let mut checked = BTreeSet::new();
    for (function, setting, parameter) in parameters() {
        let declared = &template["Parameters"][parameter.as_str()];
        let Form::Number { least, most, .. } = setting.form else { continue };
        if declared["Type"].as_str() != Some("Number") {
            continue;
        }
        let bound = |name: &str| declared[name].as_i64().unwrap_or_else(|| panic!("{parameter} has no {name}"));
        let bounds = (bound("MinValue"), bound("MaxValue"));
        assert_eq!((bounds.0.try_into(), bounds.1.try_into()), (Ok(least), Ok(most)), "{parameter}");
        for (value, taken) in [(bounds.0 - 1, false), (bounds.0, true), (bounds.1, true), (bounds.1 + 1, false)] {
            assert_eq!(takes(function, setting.name, &value.to_string()), taken, "{function:?}: {parameter}={value}");
        }
        checked.insert(parameter);
    }
    for parameter in ["WebhookToleranceSeconds", "ImportPollSeconds", "UpstreamCallsPerMinute", "AvailabilityBatch"] {
        assert!(checked.contains(parameter), "{parameter} is not checked");
    }
}

#[test]
fn parameter_patterns_match_the_code() {
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
        assert_eq!(takes(Function::OrderProxy, "TLDS", value), taken, "TLDS={value}");
    }
    let links = pattern("OrderLink");
    for (value, taken) in [
        ("", true),
        ("https://app.acme.com/orders/{id}", true),
        ("https://app.acme.com:8443?order={id}#top", true),
        ("https://app.acme.com/#/orders/{id}", true),
        ("http://app.acme.com/orders/{id}", false),
        ("https://app.acme.com/orders", false),
        ("https://{id}.acme.com/orders", false),
        ("https://me:pw@app.acme.com/{id}", false),
        ("https://app.acme.com/my orders/{id}", false),
        ("https:///orders/{id}", false),
    ] {
        assert_eq!(links.is_match(value), taken, "OrderLink={value}");
        for function in [Function::Status, Function::Notifier] {
            assert_eq!(takes(function, "ORDER_LINK", value), taken, "ORDER_LINK={value}");
        }
    }
    let limits = ["CustomerDailyOrders", "CustomerDailyCents", "PartnerDailyOrders", "PartnerDailyCents"];
    for (limit, variable) in limits.into_iter().zip([
        "CUSTOMER_DAILY_ORDERS",
        "CUSTOMER_DAILY_CENTS",
        "PARTNER_DAILY_ORDERS",
        "PARTNER_DAILY_CENTS",
    ]) {
        for value in ["0", "1", "250000", "999999999999999"] {
            assert!(pattern(limit).is_match(value) && takes(Function::OrderProxy, variable, value), "{limit}={value}");
        }
        // 00 means the same limit as 0, and the rule that refuses 0 would not match it.
        for value in ["00", "01", "-1", "1e3", "9999999999999999"] {
            assert!(!pattern(limit).is_match(value), "{limit}={value}");
        }
    }
}
