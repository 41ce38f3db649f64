//! The template as data, compared with the code: settings, names, routes.

use crate::house::{files, read};
use std::collections::{BTreeMap, BTreeSet};
use yaml_rust2::{Yaml, YamlLoader};

/// The functions: binary, and resource in the template.
pub(crate) const FUNCTIONS: [(&str, &str); 5] = [
    ("order-proxy", "OrderProxy"),
    ("webhook", "Webhook"),
    ("status", "Status"),
    ("reconciler", "Reconciler"),
    ("notifier", "Notifier"),
];

/// Parses `infra/template.yaml`. Tags such as `!Sub` are dropped; their arguments stay.
pub(crate) fn template() -> Yaml {
    YamlLoader::load_from_str(&read("infra/template.yaml")).unwrap().remove(0)
}

pub(crate) fn resource(template: &Yaml, name: &str) -> Yaml {
    let found = &template["Resources"][name]["Properties"];
    assert!(!found.is_badvalue(), "there is no resource {name}");
    found.clone()
}

/// Resources of a type: name and properties.
pub(crate) fn resources(template: &Yaml, kind: &str) -> Vec<(String, Yaml)> {
    let all = template["Resources"].as_hash().unwrap();
    let of_kind = all.iter().filter(|(_, resource)| resource["Type"].as_str() == Some(kind));
    of_kind.map(|(name, resource)| (name.as_str().unwrap().to_owned(), resource["Properties"].clone())).collect()
}

/// Every string in a value, at any depth.
pub(crate) fn texts(value: &Yaml) -> Vec<String> {
    match value {
        Yaml::String(text) => vec![text.clone()],
        Yaml::Array(items) => items.iter().flat_map(texts).collect(),
        Yaml::Hash(pairs) => pairs.iter().flat_map(|(_, value)| texts(value)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn functions_have_their_own_binary_role_and_log_group() {
    let template = template();
    let manifest = read("functions/Cargo.toml");
    for (binary, name) in FUNCTIONS {
        assert!(manifest.contains(&format!("name = \"{binary}\"")), "there is no binary {binary}");
        let function = resource(&template, name);
        assert_eq!(function["FunctionName"].as_str(), Some(format!("peeker-checkout-${{Stage}}-{binary}").as_str()));
        assert_eq!(function["Code"].as_str(), Some(format!("../target/lambda/{binary}").as_str()));
        assert_eq!(function["Runtime"].as_str(), Some("provided.al2023"));
        assert_eq!(function["Role"].as_str(), Some(format!("{name}Role.Arn").as_str()));
        assert_eq!(function["LoggingConfig"]["LogGroup"].as_str(), Some(format!("{name}Logs").as_str()));
    }
    let default = template["Parameters"]["Architecture"]["Default"].as_str();
    assert_eq!(default, Some("arm64"));
}

/// `…metadata.lambda.bin` of a manifest: the settings for `cargo lambda deploy`, by name.
fn cargo_lambda_settings(manifest: &str, kind: &str) -> BTreeMap<String, toml::Table> {
    let manifest: toml::Table = read(manifest).parse().unwrap();
    let settings = manifest[kind]["metadata"]["lambda"]["bin"].as_table().unwrap();
    settings.iter().map(|(name, one)| (name.clone(), one["deploy"].as_table().unwrap().clone())).collect()
}

#[test]
fn cargo_lambda_finds_binaries_by_name() {
    let mut expected = BTreeMap::new();
    for stage in ["prod", "test"] {
        for (binary, _) in FUNCTIONS {
            let settings = toml::Table::from_iter([("binary_name".to_owned(), binary.into())]);
            expected.insert(format!("peeker-checkout-{stage}-{binary}"), settings);
        }
    }
    assert_eq!(cargo_lambda_settings("Cargo.toml", "workspace"), expected);
}

#[test]
fn cargo_lambda_settings_match_the_template() {
    let template = template();
    let mut expected = BTreeMap::new();
    for (binary, name) in FUNCTIONS {
        let timeout = resource(&template, name)["Timeout"].as_i64().unwrap();
        expected.insert(binary.to_owned(), toml::Table::from_iter([("timeout".to_owned(), timeout.into())]));
    }
    assert_eq!(cargo_lambda_settings("functions/Cargo.toml", "package"), expected);
}

/// Properties with a name that is unique in an account: two stages must not collide.
const NAMES: [&str; 7] =
    ["FunctionName", "LogGroupName", "QueueName", "TopicName", "AlarmName", "DashboardName", "Name"];

#[test]
fn resource_names_contain_the_stage() {
    let template = template();
    let mut seen = 0;
    for (name, resource) in template["Resources"].as_hash().unwrap() {
        let kind = resource["Type"].as_str().unwrap();
        // A DNS record belongs to its domain; the others refer to an existing function.
        let of_function =
            ["AWS::Lambda::Permission", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping"];
        if kind == "AWS::Route53::RecordSet" || of_function.contains(&kind) {
            continue;
        }
        for property in NAMES {
            if let Some(text) = resource["Properties"][property].as_str() {
                seen += 1;
                assert!(text.contains("${Stage}"), "{name:?} is named {text} in every stage");
            }
        }
    }
    assert!(seen > 30, "{seen} names");
}

#[test]
fn every_parameter_has_a_description() {
    let template = template();
    let readme = read("infra/README.md");
    for (name, parameter) in template["Parameters"].as_hash().unwrap() {
        let name = name.as_str().unwrap();
        assert!(parameter["Description"].as_str().is_some_and(|text| text.len() > 15), "{name} has no description");
        assert!(readme.contains(&format!("`{name}`")), "infra/README.md lacks the parameter {name}");
    }
}

/// `METHOD path` of every route of the routers in `room`.
fn routes_of(room: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in files(&format!("functions/src/{room}"), ".rs") {
        let flat: String = text.split_whitespace().collect();
        for route in flat.split(".route(\"").skip(1) {
            let (path, handlers) = route.split_once('"').unwrap();
            // The handlers extend to the next call on the router.
            let handlers = handlers.split(".with_state").next().unwrap();
            for (word, method) in [("get(", "GET"), ("post(", "POST"), ("patch(", "PATCH"), ("delete(", "DELETE")] {
                let calls = |start: char| handlers.contains(&format!("{start}{word}"));
                if calls(',') || calls('.') || calls(':') {
                    found.insert(format!("{method} {path}"));
                }
            }
        }
    }
    found
}

#[test]
fn every_route_reaches_its_own_function() {
    let template = template();
    let mut by_function: Vec<(String, String)> = Vec::new();
    for (_, route) in resources(&template, "AWS::ApiGatewayV2::Route") {
        let target = route["Target"].as_str().unwrap().to_owned();
        by_function.push((route["RouteKey"].as_str().unwrap().to_owned(), target));
    }
    let keys = |name: &str| -> BTreeSet<String> {
        let target = format!("integrations/${{{name}Integration}}");
        by_function.iter().filter(|(_, to)| *to == target).map(|(key, _)| key.clone()).collect()
    };
    assert_eq!(keys("Webhook"), routes_of("webhook"));
    assert_eq!(keys("Status"), routes_of("status"));
    // The order proxy gets every other route, so a new route of its own is reachable immediately.
    assert_eq!(keys("OrderProxy"), BTreeSet::from(["$default".to_owned()]));
    let proxys = routes_of("order_proxy");
    assert!(proxys.len() > 5, "{proxys:?}");
    let others: BTreeSet<String> = keys("Webhook").union(&keys("Status")).cloned().collect();
    assert!(proxys.is_disjoint(&others), "both have {:?}", proxys.intersection(&others));
    for (name, permission) in resources(&template, "AWS::Lambda::Permission") {
        let Some(source) = permission["SourceArn"].as_str().and_then(|arn| arn.split_once("${Api}/*/")) else {
            continue;
        };
        let function = permission["FunctionName"].as_str().unwrap();
        let allowed: BTreeSet<String> = keys(function).iter().map(|key| key.replace(' ', "")).collect();
        assert!(allowed.contains(source.1), "{name} lets the API call {function} for {}", source.1);
    }
}

#[test]
fn webhook_deliveries_have_their_own_throttle() {
    let template = template();
    let stage = resource(&template, "ApiStage");
    let own = &stage["RouteSettings"][resource(&template, "WebhookRoute")["RouteKey"].as_str().unwrap()];
    for (limit, of_all, of_deliveries) in [
        ("ThrottlingRateLimit", "ThrottleRate", "WebhookThrottleRate"),
        ("ThrottlingBurstLimit", "ThrottleBurst", "WebhookThrottleBurst"),
    ] {
        assert_eq!(stage["DefaultRouteSettings"][limit].as_str(), Some(of_all));
        assert_eq!(own[limit].as_str(), Some(of_deliveries));
    }
    // API Gateway refuses settings of a route that does not exist yet.
    assert_eq!(template["Resources"]["ApiStage"]["DependsOn"].as_str(), Some("WebhookRoute"));
}

#[test]
fn reserved_concurrency_is_optional() {
    let template = template();
    for name in ["Webhook", "Reconciler"] {
        let (condition, parameter) = (format!("Reserves{name}"), format!("{name}Concurrency"));
        let reserved = texts(&resource(&template, name)["ReservedConcurrentExecutions"]);
        assert_eq!(reserved, [condition.as_str(), &parameter, "AWS::NoValue"]);
        // `!Not [!Equals [!Ref …, "0"]]`
        assert_eq!(texts(&template["Conditions"][condition.as_str()]), [parameter.as_str(), "0"]);
        assert_eq!(
            template["Parameters"][parameter.as_str()]["Default"].as_i64(),
            Some(0),
            "small accounts cannot reserve"
        );
    }
    for other in ["OrderProxy", "Status"] {
        assert!(resource(&template, other)["ReservedConcurrentExecutions"].is_badvalue(), "{other}");
    }
}
