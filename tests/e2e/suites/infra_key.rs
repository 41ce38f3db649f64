//! A customer managed KMS key: what it encrypts, which roles may use it, and through which services.

use crate::house::read;
use crate::infra_template::{FUNCTIONS, resources, template, texts};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use yaml_rust2::Yaml;

/// Types of resources that store data, and the property with the key.
const STORES: [(&str, &[&str], usize); 5] = [
    ("AWS::DynamoDB::Table", &["SSESpecification", "KMSMasterKeyId"], 1),
    ("AWS::SecretsManager::Secret", &["KmsKeyId"], 7),
    ("AWS::Logs::LogGroup", &["KmsKeyId"], 6),
    ("AWS::SQS::Queue", &["KmsMasterKeyId"], 3),
    ("AWS::SNS::Topic", &["KmsMasterKeyId"], 1),
];

#[test]
fn stored_data_is_encrypted_under_the_customer_key() {
    let template = template();
    assert_eq!(template["Parameters"]["KmsKeyArn"]["Default"].as_str(), Some(""));
    // `!Not [!Equals [!Ref KmsKeyArn, ""]]`
    let given = Yaml::Array(vec![Yaml::Array(vec![Yaml::String("KmsKeyArn".to_owned()), Yaml::String(String::new())])]);
    assert_eq!(template["Conditions"]["HasKmsKey"], given);
    for (kind, path, at_least) in STORES {
        let all = resources(&template, kind);
        assert!(all.len() >= at_least, "{} of {kind}", all.len());
        for (name, properties) in all {
            let key = path.iter().fold(&properties, |found, part| &found[*part]);
            assert_eq!(texts(key), ["HasKmsKey", "KmsKeyArn", "AWS::NoValue"], "{name}");
        }
    }
    // The widget's files are public.
    let files = resources(&template, "AWS::S3::Bucket").remove(0).1;
    assert!(texts(&files["BucketEncryption"]).contains(&"AES256".to_owned()));
}

#[test]
fn without_a_key_stored_data_uses_default_encryption() {
    let template = template();
    for (name, table) in resources(&template, "AWS::DynamoDB::Table") {
        assert_eq!(table["SSESpecification"]["SSEEnabled"].as_bool(), Some(true), "{name}");
        assert_eq!(table["SSESpecification"]["SSEType"].as_str(), Some("KMS"), "{name}");
    }
    for (name, queue) in resources(&template, "AWS::SQS::Queue") {
        // SQS refuses both together.
        let own = [Yaml::String("HasKmsKey".to_owned()), Yaml::Boolean(false), Yaml::Boolean(true)];
        assert_eq!(queue["SqsManagedSseEnabled"].as_vec().map(Vec::as_slice), Some(&own[..]), "{name}");
    }
}

/// Permissions on the key: role, then service, then actions.
type Uses = BTreeMap<(String, String), BTreeSet<String>>;

fn uses(template: &Yaml) -> Uses {
    let mut found = Uses::new();
    // The policy that names a bus is about no key.
    for (name, policy) in resources(template, "AWS::IAM::Policy").into_iter().filter(|(name, _)| name != "BusUse") {
        assert_eq!(template["Resources"][name.as_str()]["Condition"].as_str(), Some("HasKmsKey"), "{name}");
        for statement in policy["PolicyDocument"]["Statement"].as_vec().unwrap() {
            assert_eq!(statement["Effect"].as_str(), Some("Allow"), "{name}");
            assert_eq!(texts(&statement["Resource"]), ["KmsKeyArn"], "{name} is about more than the key");
            let through = texts(&statement["Condition"]["StringEquals"]["kms:ViaService"]);
            assert!(!through.is_empty(), "{name} lets the key be used by itself");
            for role in texts(&policy["Roles"]) {
                for service in &through {
                    let actions = texts(&statement["Action"]);
                    found.entry((role.clone(), service.clone())).or_default().extend(actions);
                }
            }
        }
    }
    found
}

#[test]
fn roles_use_the_key_only_through_their_services() {
    let template = template();
    let service = |name: &str| format!("{name}.${{AWS::Region}}.amazonaws.com");
    let actions = |names: &[&str]| names.iter().map(|name| format!("kms:{name}")).collect::<BTreeSet<_>>();
    let mut expected = Uses::new();
    for (_, function) in FUNCTIONS {
        for name in ["dynamodb", "secretsmanager"] {
            expected.insert((format!("{function}Role"), service(name)), actions(&["Decrypt"]));
        }
    }
    // Sending a message to an encrypted queue needs both.
    for role in ["ReconcilerRole", "NotifierRole"] {
        expected.insert((role.to_owned(), service("sqs")), actions(&["Decrypt", "GenerateDataKey"]));
    }
    assert_eq!(uses(&template), expected);
    for (name, role) in resources(&template, "AWS::IAM::Role") {
        assert!(
            !texts(&role).iter().any(|text| text.starts_with("kms:")),
            "{name} may use keys whether there is one or not"
        );
    }
}

/// The policy in infra/README.md.
fn key_policy() -> Value {
    let readme = read("infra/README.md");
    let section = readme.split("\n## A key of your own").nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let text = section.split("```json").nth(1).unwrap().split("```").next().unwrap();
    serde_json::from_str(text).unwrap()
}

#[test]
fn documented_key_policy_lists_exactly_the_services_used() {
    let policy = key_policy();
    let statements = policy["Statement"].as_array().unwrap();
    let of =
        |principal: Value| -> Vec<&Value> { statements.iter().filter(|one| one["Principal"] == principal).collect() };
    let service = |name: &str| {
        let found = of(json!({ "Service": name }));
        assert_eq!(found.len(), 1, "{name}");
        found[0]
    };
    for statement in statements {
        assert_eq!((&statement["Effect"], &statement["Resource"]), (&json!("Allow"), &json!("*")), "{statement}");
    }
    // Without the account, the key could never be changed, and the roles' policies would have no effect.
    assert_eq!(of(json!({"AWS": "arn:aws:iam::ACCOUNT:root"}))[0]["Action"], "kms:*");
    // CloudWatch publishes alarms; EventBridge sends runs that it could not start to the queue.
    let template = template();
    let mut services = BTreeSet::from(["cloudwatch.amazonaws.com".to_owned()]);
    for (_, queue) in resources(&template, "AWS::SQS::QueuePolicy") {
        for statement in queue["PolicyDocument"]["Statement"].as_vec().unwrap() {
            services.insert(statement["Principal"]["Service"].as_str().unwrap().to_owned());
        }
    }
    for name in &services {
        assert_eq!(service(name)["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey*"]), "{name}");
    }
    let ours = json!({"StringEquals": {"aws:SourceAccount": "ACCOUNT"}});
    assert_eq!(service("cloudwatch.amazonaws.com")["Condition"], ours);
    // AWS does not support this condition when EventBridge delivers to encrypted topics.
    assert_eq!(service("events.amazonaws.com")["Condition"], Value::Null);
    let logs = service("logs.REGION.amazonaws.com");
    let expected = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
    assert_eq!(logs["Action"], json!(expected));
    let groups = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"].as_str().unwrap();
    let (before, after) = groups.split_once('*').unwrap();
    for (name, group) in resources(&template, "AWS::Logs::LogGroup") {
        let arn = format!("arn:aws:logs:REGION:ACCOUNT:log-group:{}", group["LogGroupName"].as_str().unwrap());
        let inside = arn.starts_with(before) && arn.contains(after.trim_end_matches('*'));
        assert!(inside, "the policy keeps the logs of {name} out: {groups}");
    }
    assert_eq!(statements.len(), services.len() + 2);
}
