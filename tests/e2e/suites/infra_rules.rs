//! Template rules refuse contradicting parameters before anything is created; and exceptions for template checkers are
//! stated at their resource, with the reason.

use crate::house::read;
use crate::infra_template::{resources, template, texts};
use yaml_rust2::Yaml;

/// Evaluates a condition for given parameters. YAML tags are dropped, so functions are recognized by their number of
/// arguments: one for `!Not`, two for `!Equals`.
fn holds(condition: &Yaml, value_of: &dyn Fn(&str) -> String) -> bool {
    match condition.as_vec().map(Vec::as_slice) {
        Some([inner]) => !holds(inner, value_of),
        Some([parameter, other]) => Some(value_of(parameter.as_str().unwrap()).as_str()) == other.as_str(),
        _ => panic!("{condition:?} is neither !Not nor !Equals"),
    }
}

/// The errors of the rules for a stage with `set` and the defaults.
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
fn contradicting_parameters_are_refused_by_name() {
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
    let approval_url = ("ApprovalUrl", "https://app.acme.com/approve");
    assert_eq!(complaints(&[("Approval", "call")]), ["ApprovalUrl"]);
    assert_eq!(complaints(&[("Approval", "call"), approval_url]), Vec::<String>::new());
    assert_eq!(complaints(&[("Approval", "token")]), Vec::<String>::new());
    for limit in ["CustomerDailyOrders", "PartnerDailyOrders", "CustomerDailyCents", "PartnerDailyCents"] {
        assert_eq!(complaints(&[(limit, "0")]), [limit]);
        assert_eq!(complaints(&[(limit, "0"), ("OrdersEnabled", "false")]), Vec::<String>::new());
        assert_eq!(complaints(&[(limit, "1")]), Vec::<String>::new());
    }
}

#[test]
fn throttle_parameters_are_at_least_one() {
    let template = template();
    for (name, parameter) in template["Parameters"].as_hash().unwrap() {
        let name = name.as_str().unwrap();
        if name.contains("Throttle") {
            assert_eq!(parameter["MinValue"].as_i64(), Some(1), "{name}");
        }
    }
}

#[test]
fn checkov_exceptions_state_their_reason() {
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
fn role_statements_have_no_template_conditions() {
    for (name, role) in resources(&template(), "AWS::IAM::Role") {
        for policy in role["Policies"].as_vec().unwrap() {
            let statements = policy["PolicyDocument"]["Statement"].as_vec().unwrap();
            assert!(statements.iter().all(|statement| statement.as_hash().is_some()), "{name} has one");
        }
    }
}
