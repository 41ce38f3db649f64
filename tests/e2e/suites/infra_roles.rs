//! What each role may do, held against what the code of its function calls: no more, no less, no wildcard unnamed.

use crate::house::{code, files};
use crate::infra_template::{FUNCTIONS, resource, resources, template, texts};
use functions::needs::Need;
use functions::store::table::{CUSTOMER_INDEX, LIST_INDEX, OPEN_INDEX};
use std::collections::{BTreeMap, BTreeSet};
use yaml_rust2::Yaml;

/// How the SDK is called, and the permission that it takes. A transaction takes those of its parts.
const CALLS: [(&str, &str); 12] = [
    (".get_item()", "dynamodb:GetItem"),
    (".batch_get_item()", "dynamodb:BatchGetItem"),
    (".query()", "dynamodb:Query"),
    (".scan()", "dynamodb:Scan"),
    (".put_item()", "dynamodb:PutItem"),
    ("Put::builder()", "dynamodb:PutItem"),
    (".update_item()", "dynamodb:UpdateItem"),
    ("Update::builder()", "dynamodb:UpdateItem"),
    (".delete_item()", "dynamodb:DeleteItem"),
    ("Delete::builder()", "dynamodb:DeleteItem"),
    ("ConditionCheck::builder()", "dynamodb:ConditionCheckItem"),
    (".batch_write_item()", "dynamodb:BatchWriteItem"),
];

/// The indexes of the table: the names by which the code queries them, and their names.
const INDEXES: [(&str, &str); 3] =
    [("CUSTOMER_INDEX", CUSTOMER_INDEX), ("LIST_INDEX", LIST_INDEX), ("OPEN_INDEX", OPEN_INDEX)];

/// The table in a policy: one that was restored from a backup, or the stack's own.
const TABLES: [&str; 2] =
    ["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${RestoredTable}", "${Table.Arn}"];

/// Where the code of each function starts; `placement` is reached from there.
const ROOMS: [(&str, &[&str]); 4] = [
    ("OrderProxy", &["order_proxy", "session", "health.rs"]),
    ("Webhook", &["webhook", "health.rs"]),
    ("Status", &["status", "session", "health.rs"]),
    ("Reconciler", &["reconciler"]),
];

/// Bodies of functions by name, without comments and white space; those of one name are joined.
type Bodies = BTreeMap<String, String>;

fn flat(text: &str) -> String {
    code(text).split_whitespace().collect::<Vec<_>>().join("")
}

fn bodies(room: &str) -> Bodies {
    let mut found = Bodies::new();
    for (_, text) in files(&format!("functions/src/{room}"), ".rs") {
        for function in code(&text).split("fn ").skip(1) {
            let name = function.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            found.entry(name.to_owned()).or_default().push_str(&flat(function));
        }
    }
    found
}

/// The functions of `known` that `text` calls, on one of `owners` or by their name alone.
fn called<'b>(text: &str, known: &'b Bodies, owners: &[&str]) -> Vec<&'b str> {
    let calls = |name: &&String| owners.iter().any(|owner| text.contains(&format!("{owner}{name}(")));
    known.keys().filter(calls).map(String::as_str).collect()
}

/// `text` and all that it calls within `known`, in turn.
fn reached(text: &str, known: &Bodies, owners: &[&str]) -> String {
    let mut all = text.to_owned();
    let mut open: Vec<&str> = called(text, known, owners);
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            let body = &known[name];
            all.push_str(body);
            // Inside a room, its own functions are called on `self`, on the store, on a write in the making, or by their
            // name alone.
            let writes = ["change.", "plan.", "head.", "event.", "placed.", "forgetting."];
            let others = ["self.", "store.", "=", "(", ";", "{", ",", "?", "Self::"];
            open.extend(called(body, known, &[&writes[..], &others].concat()));
        }
    }
    all
}

/// The code of `rooms`, and all that it reaches in `placement` and `store`.
fn code_of(rooms: &[&str]) -> String {
    let (store, placement) = (bodies("store"), bodies("placement"));
    let mut own = String::new();
    for room in rooms {
        let (folder, file) = if room.ends_with(".rs") { ("", *room) } else { (*room, "") };
        let all = files(&format!("functions/src/{folder}"), ".rs");
        let mine = all.iter().filter(|(path, _)| file.is_empty() || path == &format!("functions/src/{file}"));
        own.extend(mine.map(|(_, text)| flat(text)));
    }
    let with_placement = reached(&own, &placement, &["desk.", "desk()."]);
    reached(&with_placement, &store, &["store."])
}

fn calls_in(code: &str) -> BTreeSet<String> {
    let found = CALLS.iter().filter(|(call, _)| code.contains(call));
    found.map(|(_, action)| (*action).to_owned()).collect()
}

/// The indexes that `code` queries, as policies name them.
fn indexes_in(code: &str) -> BTreeSet<String> {
    let found = INDEXES.iter().filter(|(name, _)| code.contains(name));
    found.flat_map(|(_, index)| TABLES.map(|table| format!("{table}/index/{index}"))).collect()
}

fn statements(template: &Yaml, function: &str) -> Vec<Yaml> {
    let role = resource(template, &format!("{function}Role"));
    let policies = role["Policies"].as_vec().unwrap();
    assert_eq!(policies.len(), 1);
    assert!(role["ManagedPolicyArns"].is_badvalue(), "a managed policy allows what nobody here reads");
    policies[0]["PolicyDocument"]["Statement"].as_vec().unwrap().clone()
}

fn actions(statement: &Yaml) -> Vec<String> {
    texts(&statement["Action"])
}

#[test]
fn each_role_may_do_to_the_table_and_its_indexes_exactly_what_its_code_does() {
    let template = template();
    let indexes = resource(&template, "Table")["GlobalSecondaryIndexes"].as_vec().unwrap().clone();
    let of_table: BTreeSet<&str> = indexes.iter().map(|index| index["IndexName"].as_str().unwrap()).collect();
    assert_eq!(of_table, INDEXES.map(|(_, index)| index).into());
    for (function, rooms) in ROOMS {
        let code = code_of(rooms);
        let all = statements(&template, function);
        let allowed = all.iter().flat_map(actions).filter(|action| action.starts_with("dynamodb:"));
        assert_eq!(allowed.collect::<BTreeSet<_>>(), calls_in(&code), "{function}");
        let mut allowed = BTreeSet::new();
        for statement in &all {
            for resource in texts(&statement["Resource"]).into_iter().filter(|arn| arn.contains("/index")) {
                assert_eq!(actions(statement), ["dynamodb:Query"], "{function}: {resource}");
                allowed.insert(resource);
            }
        }
        assert_eq!(allowed, indexes_in(&code), "{function}");
    }
}

/// The secret of `data_key`, which is no resource of the stack.
const DATA_SECRET: &str =
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:peeker-checkout/${Stage}/data-??????";

/// What a policy names for an entry of `SECRETS_ID`.
fn resource_of(id: &str) -> String {
    match id {
        "peeker-checkout/${Stage}/data" => DATA_SECRET.to_owned(),
        _ => id.trim_matches(['$', '{', '}']).to_owned(),
    }
}

#[test]
fn each_role_reads_the_secrets_that_its_function_is_given_and_no_other() {
    let template = template();
    for (_, function) in FUNCTIONS {
        let all = statements(&template, function);
        let reading: Vec<&Yaml> =
            all.iter().filter(|one| actions(one).contains(&"secretsmanager:GetSecretValue".to_owned())).collect();
        assert_eq!(reading.len(), 1, "{function}");
        let allowed: Vec<String> = texts(&reading[0]["Resource"]);
        let variables = &resource(&template, function)["Environment"]["Variables"];
        let given = variables["SECRETS_ID"].as_str().unwrap();
        let given: Vec<String> = given.split(',').map(resource_of).collect();
        assert_eq!(allowed, given, "{function}");
    }
    let reading = |one: &Yaml| actions(one).iter().any(|action| action.starts_with("secretsmanager:"));
    let of = |function: &str| -> Vec<String> {
        let all = statements(&template, function);
        all.iter().filter(|one| reading(one)).flat_map(|one| texts(&one["Resource"])).collect()
    };
    for (function, needs) in [
        ("OrderProxy", Need::ORDER_PROXY),
        ("Webhook", Need::WEBHOOK),
        ("Status", Need::STATUS),
        ("Reconciler", Need::RECONCILER),
    ] {
        let mut expected: BTreeSet<String> = needs.iter().map(|need| format!("{need:?}Secret.Id")).collect();
        if expected.remove("DataSecret.Id") || ["OrderProxy", "Reconciler"].contains(&function) {
            expected.insert(DATA_SECRET.to_owned());
        }
        assert_eq!(of(function).into_iter().collect::<BTreeSet<_>>(), expected, "{function}");
    }
    let data = |function: &&str| of(function).contains(&DATA_SECRET.to_owned());
    let readers: Vec<&str> = ["OrderProxy", "Webhook", "Status", "Reconciler"].into_iter().filter(data).collect();
    assert_eq!(readers, ["OrderProxy", "Reconciler"], "who reads data_key");
}

/// What roles may do beside the table and the secrets, and why.
const OTHERS: [(&str, &str, &str); 9] = [
    ("OrderProxy", "logs:CreateLogStream", "its log"),
    ("OrderProxy", "logs:PutLogEvents", "its log"),
    ("Webhook", "logs:CreateLogStream", "its log"),
    ("Webhook", "logs:PutLogEvents", "its log"),
    ("Status", "logs:CreateLogStream", "its log"),
    ("Status", "logs:PutLogEvents", "its log"),
    ("Reconciler", "logs:CreateLogStream", "its log"),
    ("Reconciler", "logs:PutLogEvents", "its log"),
    ("Reconciler", "sqs:SendMessage", "Lambda sends a failed run there in its name"),
];

#[test]
fn nothing_else_is_allowed() {
    let template = template();
    let mut found = BTreeSet::new();
    for (_, function) in FUNCTIONS {
        for action in statements(&template, function).iter().flat_map(actions) {
            if !action.starts_with("dynamodb:") && action != "secretsmanager:GetSecretValue" {
                found.insert((function.to_owned(), action));
            }
        }
    }
    let known: BTreeSet<(String, String)> =
        OTHERS.iter().map(|(function, action, _)| ((*function).to_owned(), (*action).to_owned())).collect();
    assert_eq!(found, known);
}

/// Every wildcard of a policy, and why it is there.
const WILDCARDS: [(&str, &str, &str); 9] = [
    ("OrderProxyRole", "peeker-checkout/${Stage}/data-??????", "AWS ends a secret's ARN in six characters of its own"),
    ("ReconcilerRole", "peeker-checkout/${Stage}/data-??????", "the same"),
    ("WidgetFilesPolicy", "${WidgetFiles.Arn}/*", "the CDN reads every file of the widget's own bucket"),
    ("ApiMayInvokeOrderProxy", "${Api}/*/$default", "the one stage of this API, whose name is $default"),
    ("ApiMayInvokeWebhook", "${Api}/*/POST/v1/webhooks/peeker", "the same"),
    ("ApiMayInvokeStatus", "${Api}/*/GET/v1/orders/{id}", "the same"),
    ("ApiMayInvokeStatusForOrders", "${Api}/*/GET/v1/orders", "the same"),
    ("ApiMayInvokeStatusForEvents", "${Api}/*/GET/v1/events", "the same"),
    ("ApiMayInvokeStatusForRejected", "${Api}/*/GET/v1/webhooks/rejected", "the same"),
];

#[test]
fn every_wildcard_of_a_policy_is_named_here() {
    let template = template();
    let kinds = [
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::SQS::QueuePolicy",
        "AWS::S3::BucketPolicy",
        "AWS::Lambda::Permission",
        "AWS::SecretsManager::ResourcePolicy",
    ];
    let mut looked_at = 0;
    for kind in kinds {
        for (name, properties) in resources(&template, kind) {
            for text in texts(&properties).into_iter().filter(|text| text.contains(['*', '?'])) {
                looked_at += 1;
                let known = WILDCARDS.iter().any(|(of, ending, _)| *of == name && text.ends_with(ending));
                assert!(known, "{name} has the wildcard {text}");
            }
        }
    }
    assert!(looked_at >= 6, "{looked_at} wildcards");
    // The suite `infra_key` holds policies that are not a role's own to what a key of KMS is for.
    assert!(resources(&template, "AWS::IAM::ManagedPolicy").is_empty());
}
