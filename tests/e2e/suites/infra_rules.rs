//! Parameters of the template that contradict each other are refused before anything is made; and what the readers of the
//! template are held back from is named at its resource, with the reason.

use crate::house::read;
use crate::infra_template::{resources, template, texts};
use yaml_rust2::Yaml;

/// A condition under these parameters. Tags are gone, and lengths tell the functions apart: `!Not` has one argument,
/// `!Equals` has two.
fn holds(condition: &Yaml, value_of: &dyn Fn(&str) -> String) -> bool {
    match condition.as_vec().map(Vec::as_slice) {
        Some([inner]) => !holds(inner, value_of),
        Some([parameter, other]) => Some(value_of(parameter.as_str().unwrap()).as_str()) == other.as_str(),
        _ => panic!("{condition:?} is neither !Not nor !Equals"),
    }
}

/// What the rules say of a stage with `set` beside the defaults.
fn complaints(set: &[(&str, &str)]) -> Vec<String> {
    let template = template();
    let value_of = |name: &str| {
        let parameter = &template["Parameters"][name];
        assert!(!parameter.is_badvalue(), "there is no parameter {name}");
        let default = &parameter["Default"];
        let default = default.as_i64().map(|number| number.to_string()).or_else(|| default.as_str().map(str::to_owned));
        let given = set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        given.or(default).unwrap_or_default()
    };
    let mut found = Vec::new();
    for (_, rule) in template["Rules"].as_hash().unwrap() {
        let applies = rule["RuleCondition"].is_badvalue() || holds(&rule["RuleCondition"], &value_of);
        for assertion in rule["Assertions"].as_vec().unwrap() {
            let said = assertion["AssertDescription"].as_str().unwrap();
            let about = texts(&assertion["Assert"]).remove(0);
            assert!(said.contains(&about), "{said} does not name {about}");
            if applies && !holds(&assertion["Assert"], &value_of) {
                found.push(said.split([' ', ':']).next().unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn parameters_that_contradict_each_other_are_refused_by_name() {
    let domain = ("DomainName", "api.acme.com");
    let certificate = ("CertificateArn", "arn:aws:acm:eu-central-1:111122223333:certificate/one");
    let zone = ("HostedZoneId", "Z1");
    assert_eq!(complaints(&[]), Vec::<String>::new());
    assert_eq!(complaints(&[domain, certificate]), Vec::<String>::new());
    assert_eq!(complaints(&[domain, certificate, zone]), Vec::<String>::new());
    assert_eq!(complaints(&[domain]), ["DomainName"]);
    assert_eq!(complaints(&[certificate]), ["CertificateArn"]);
    assert_eq!(complaints(&[zone]), ["HostedZoneId"]);
    assert_eq!(complaints(&[certificate, zone]), ["CertificateArn", "HostedZoneId"]);
    for limit in ["CustomerDailyOrders", "PartnerDailyOrders", "CustomerDailyCents", "PartnerDailyCents"] {
        assert_eq!(complaints(&[(limit, "0")]), [limit]);
        assert_eq!(complaints(&[(limit, "0"), ("OrdersEnabled", "false")]), Vec::<String>::new());
        assert_eq!(complaints(&[(limit, "1")]), Vec::<String>::new());
    }
}

#[test]
fn no_rate_turns_every_request_away() {
    let template = template();
    for (name, parameter) in template["Parameters"].as_hash().unwrap() {
        let name = name.as_str().unwrap();
        if name.contains("Throttle") {
            assert_eq!(parameter["MinValue"].as_i64(), Some(1), "{name}");
        }
    }
}

#[test]
fn what_checkov_is_held_back_from_is_named_at_the_resource_with_the_reason() {
    let template = template();
    let mut found = 0;
    for (name, resource) in template["Resources"].as_hash().unwrap() {
        for skipped in resource["Metadata"]["checkov"]["skip"].as_vec().into_iter().flatten() {
            found += 1;
            assert!(skipped["id"].as_str().is_some_and(|id| id.starts_with("CKV")), "{name:?}: {skipped:?}");
            assert!(
                skipped["comment"].as_str().is_some_and(|why| why.len() > 40),
                "{name:?}: {skipped:?} lacks a reason"
            );
        }
    }
    assert!(found > 5, "{found} are skipped");
    assert!(template["Metadata"]["checkov"].is_badvalue(), "a check is skipped for all resources");
    let command = read("tools/xtask/src/checks/template.rs");
    assert!(command.contains("[TEMPLATE.into(), with_widget()?]"), "checkov passes over the widget's resources");
    for option in ["skip-check", "soft-fail", "config-file", "\"--check\"", "baseline"] {
        assert!(!command.contains(option), "checkov runs with {option}");
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for file in [".checkov.yaml", ".checkov.yml", "infra/.checkov.yaml", "infra/.checkov.yml"] {
        assert!(!root.join(file).exists(), "{file} changes what checkov looks at");
    }
}

#[test]
fn statements_of_roles_have_no_conditions_of_the_template_since_checkov_passes_such_roles_over() {
    for (name, role) in resources(&template(), "AWS::IAM::Role") {
        for policy in role["Policies"].as_vec().unwrap() {
            let statements = policy["PolicyDocument"]["Statement"].as_vec().unwrap();
            assert!(statements.iter().all(|statement| statement.as_hash().is_some()), "{name} has one");
        }
    }
}
