//! Permissions of each role, compared with the calls in its function's code: no more, no less, no unlisted wildcard.

use crate::house::{code, files};
use crate::infra_template::{FUNCTIONS, resource, resources, template, texts};
use functions::config::Function;
use functions::secret_kind::SecretKind;
use functions::store::table::{CUSTOMER_INDEX, LIST_INDEX, OPEN_INDEX};
use std::collections::{BTreeMap, BTreeSet};
use yaml_rust2::Yaml;

/// Calls of the SDK, and writes of transactions, with the permission that each needs.
const CALLS: [(&str, &str); 12] = [
    (".get_item()", "dynamodb:GetItem"),
    (".batch_get_item()", "dynamodb:BatchGetItem"),
    (".query()", "dynamodb:Query"),
    (".scan()", "dynamodb:Scan"),
    (".put_item()", "dynamodb:PutItem"),
    ("Put::new(", "dynamodb:PutItem"),
    (".update_item()", "dynamodb:UpdateItem"),
    ("Update::of(", "dynamodb:UpdateItem"),
    (".delete_item()", "dynamodb:DeleteItem"),
    ("Delete::new(", "dynamodb:DeleteItem"),
    ("Check{key:", "dynamodb:ConditionCheckItem"),
    (".batch_write_item()", "dynamodb:BatchWriteItem"),
];

/// The indexes of the table: name in the code, and name in the template.
const INDEXES: [(&str, &str); 3] =
    [("BY_CUSTOMER", CUSTOMER_INDEX), ("BY_LIST", LIST_INDEX), ("BY_OPEN_SHARD", OPEN_INDEX)];

/// The table in a policy: one restored from a backup, or the stack's own.
const TABLES: [&str; 2] =
    ["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${RestoredTable}", "${Table.Arn}"];

/// The folders where the code of each function starts; `placement` is reached from them.
const ROOMS: [(&str, &[&str]); 5] = [
    ("OrderProxy", &["order_proxy", "session", "health.rs"]),
    ("Webhook", &["webhook", "health.rs"]),
    ("Status", &["status", "session", "health.rs"]),
    ("Reconciler", &["reconciler"]),
    ("Notifier", &["notifier"]),
];

/// Bodies of functions by name, without comments and white space; equal names are joined.
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

/// The functions of `known` that `text` calls, on one of `owners` or by name alone.
fn called<'b>(text: &str, known: &'b Bodies, owners: &[&str]) -> Vec<&'b str> {
    let calls = |name: &&String| owners.iter().any(|owner| text.contains(&format!("{owner}{name}(")));
    known.keys().filter(calls).map(String::as_str).collect()
}

/// `text` and everything that it calls in `known`, transitively.
fn reached(text: &str, known: &Bodies, owners: &[&str]) -> String {
    let mut all = text.to_owned();
    let mut open: Vec<&str> = called(text, known, owners);
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            let body = &known[name];
            all.push_str(body);
            // Within a folder, functions are called on `self`, on the store, on a pending write, or by name alone.
            let writes = ["change.", "plan.", "head.", "event.", "placed.", "forgetting."];
            let others = ["self.", "store.", "=", "(", ";", "{", ",", "?", "Self::"];
            open.extend(called(body, known, &[&writes[..], &others].concat()));
        }
    }
    all
}

/// The code of `rooms`, and everything that it reaches in `placement` and `store`.
fn code_of(rooms: &[&str]) -> String {
    let (store, placement) = (bodies("store"), bodies("placement"));
    let mut own = String::new();
    for room in rooms {
        let (folder, file) = if room.ends_with(".rs") { ("", *room) } else { (*room, "") };
        let all = files(&format!("functions/src/{folder}"), ".rs");
        let mine = all.iter().filter(|(path, _)| file.is_empty() || path == &format!("functions/src/{file}"));
        own.extend(mine.map(|(_, text)| flat(text)));
    }
    let with_placement = reached(&own, &placement, &["order_placement.", "order_placement()."]);
    reached(&with_placement, &store, &["store."])
}

fn calls_in(code: &str) -> BTreeSet<String> {
    let found = CALLS.iter().filter(|(call, _)| code.contains(call));
    found.map(|(_, action)| (*action).to_owned()).collect()
}

/// The indexes that `code` queries, as named in policies.
fn indexes_in(code: &str) -> BTreeSet<String> {
    let found = INDEXES.iter().filter(|(name, _)| code.contains(name));
    found.flat_map(|(_, index)| TABLES.map(|table| format!("{table}/index/{index}"))).collect()
}

fn statements(template: &Yaml, function: &str) -> Vec<Yaml> {
    let role = resource(template, &format!("{function}Role"));
    let policies = role["Policies"].as_vec().unwrap();
    assert_eq!(policies.len(), 1);
    assert!(role["ManagedPolicyArns"].is_badvalue(), "managed policies are not checked here");
    policies[0]["PolicyDocument"]["Statement"].as_vec().unwrap().clone()
}

fn actions(statement: &Yaml) -> Vec<String> {
    texts(&statement["Action"])
}

#[test]
fn roles_allow_exactly_the_table_actions_of_the_code() {
    let template = template();
    let indexes = resource(&template, "Table")["GlobalSecondaryIndexes"].as_vec().unwrap().clone();
    let of_table: BTreeSet<&str> = indexes.iter().map(|index| index["IndexName"].as_str().unwrap()).collect();
    assert_eq!(of_table, INDEXES.map(|(_, index)| index).into());
    for (function, rooms) in ROOMS {
        let code = code_of(rooms);
        let all = statements(&template, function);
        // Lambda reads the stream in the name of the notifier.
        let of_table = |action: &String| action.starts_with("dynamodb:") && !STREAM.contains(&action.as_str());
        let allowed = all.iter().flat_map(actions).filter(of_table);
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

/// Actions on the table's stream.
const STREAM: [&str; 4] =
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];

#[test]
fn only_the_notifier_reads_the_stream() {
    let template = template();
    for (_, function) in FUNCTIONS {
        let mut found = BTreeSet::new();
        for statement in statements(&template, function) {
            let of_stream = actions(&statement).into_iter().filter(|action| STREAM.contains(&action.as_str()));
            let of_stream: Vec<String> = of_stream.collect();
            if !of_stream.is_empty() {
                let on: Vec<String> = texts(&statement["Resource"]);
                assert!(on == ["Table.StreamArn"] || on == ["${Table.Arn}/stream/*"], "{function}: {on:?}");
                assert_eq!(of_stream.len(), actions(&statement).len(), "{function}");
            }
            found.extend(of_stream);
        }
        let expected = if function == "Notifier" { &STREAM[..] } else { &[] };
        assert_eq!(found, expected.iter().map(|action| (*action).to_owned()).collect(), "{function}");
    }
}

/// The secret with `data_key`, which is not a resource of the stack.
const DATA_SECRET: &str =
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:peeker-checkout/${Stage}/data-??????";

/// The resource in a policy for an entry of `SECRETS_ID`.
fn resource_of(id: &str) -> String {
    match id {
        "peeker-checkout/${Stage}/data" => DATA_SECRET.to_owned(),
        _ => id.trim_matches(['$', '{', '}']).to_owned(),
    }
}

#[test]
fn roles_read_exactly_the_secrets_of_their_function() {
    let template = template();
    for (_, function) in FUNCTIONS {
        let all = statements(&template, function);
        let reading: Vec<&Yaml> =
            all.iter().filter(|one| actions(one).contains(&"secretsmanager:GetSecretValue".to_owned())).collect();
        assert_eq!(reading.len(), 1, "{function}");
        let allowed: Vec<String> = texts(&reading[0]["Resource"]);
        let variables = &resource(&template, function)["Environment"]["Variables"];
        // With a condition there are two lists, of which the longer has what the shorter has.
        let lists: Vec<String> =
            texts(&variables["SECRETS_ID"]).into_iter().filter(|text| text.contains("${")).collect();
        let given = lists.iter().max_by_key(|list| list.len()).unwrap();
        let is_in = |list: &String| list.split(',').all(|id| given.split(',').any(|known| known == id));
        assert!(lists.iter().all(is_in), "{function}");
        let given: Vec<String> = given.split(',').map(resource_of).collect();
        assert_eq!(allowed, given, "{function}");
    }
    let reading = |one: &Yaml| actions(one).iter().any(|action| action.starts_with("secretsmanager:"));
    let of = |function: &str| -> Vec<String> {
        let all = statements(&template, function);
        all.iter().filter(|one| reading(one)).flat_map(|one| texts(&one["Resource"])).collect()
    };
    for function in Function::ALL {
        let secrets = function.secret_kinds().into_iter().map(|kind| match kind {
            SecretKind::Data => DATA_SECRET.to_owned(),
            kind => format!("{kind:?}Secret.Id"),
        });
        let read: BTreeSet<String> = of(&format!("{function:?}")).into_iter().collect();
        assert_eq!(read, secrets.collect(), "{function:?}");
    }
    let data = |function: &&str| of(function).contains(&DATA_SECRET.to_owned());
    let readers: Vec<&str> =
        ["OrderProxy", "Webhook", "Status", "Reconciler", "Notifier"].into_iter().filter(data).collect();
    assert_eq!(readers, ["OrderProxy", "Reconciler"], "who reads data_key");
}

/// Permissions beside the table and the secrets, with their reasons.
const OTHERS: [(&str, &str, &str); 15] = [
    ("OrderProxy", "logs:CreateLogStream", "its log"),
    ("OrderProxy", "logs:PutLogEvents", "its log"),
    ("Webhook", "logs:CreateLogStream", "its log"),
    ("Webhook", "logs:PutLogEvents", "its log"),
    ("Status", "logs:CreateLogStream", "its log"),
    ("Status", "logs:PutLogEvents", "its log"),
    ("Reconciler", "logs:CreateLogStream", "its log"),
    ("Reconciler", "logs:PutLogEvents", "its log"),
    ("Reconciler", "sqs:SendMessage", "Lambda sends a failed run there in its name"),
    ("Notifier", "logs:CreateLogStream", "its log"),
    ("Notifier", "logs:PutLogEvents", "its log"),
    ("Notifier", "sqs:SendMessage", "it puts attempts off, and Lambda sends a failed invocation in its name"),
    ("Notifier", "sqs:ReceiveMessage", "Lambda receives attempts that were put off in its name"),
    ("Notifier", "sqs:DeleteMessage", "the same"),
    ("Notifier", "sqs:GetQueueAttributes", "the same"),
];

#[test]
fn roles_allow_nothing_else() {
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

/// Every wildcard of a policy, with its reason.
const WILDCARDS: [(&str, &str, &str); 15] = [
    ("OrderProxyRole", "peeker-checkout/${Stage}/data-??????", "AWS ends a secret's ARN in six characters of its own"),
    ("ReconcilerRole", "peeker-checkout/${Stage}/data-??????", "the same"),
    ("NotifierRole", "${Table.Arn}/stream/*", "AWS names a stream by the time of its creation"),
    ("WidgetFilesPolicy", "${WidgetFiles.Arn}/*", "the CDN reads every file of the widget's own bucket"),
    ("ApiMayInvokeOrderProxy", "${Api}/*/$default", "the only stage of this API, $default"),
    ("ApiMayInvokeWebhook", "${Api}/*/POST/v1/webhooks/peeker", "the same"),
    ("ApiMayInvokeStatus", "${Api}/*/GET/v1/orders/{id}", "the same"),
    ("ApiMayInvokeStatusForOrders", "${Api}/*/GET/v1/orders", "the same"),
    ("ApiMayInvokeStatusForEvents", "${Api}/*/GET/v1/events", "the same"),
    ("ApiMayInvokeStatusForLedger", "${Api}/*/GET/v1/ledger", "the same"),
    ("ApiMayInvokeStatusForNotifications", "${Api}/*/GET/v1/notifications", "the same"),
    ("ApiMayInvokeStatusForRedelivery", "${Api}/*/POST/v1/notifications/{id}/redeliver", "the same"),
    ("ApiMayInvokeStatusForRedeliverySince", "${Api}/*/POST/v1/notifications/redeliver", "the same"),
    ("ApiMayInvokeStatusForTestNotification", "${Api}/*/POST/v1/notifications/test", "the same"),
    ("ApiMayInvokeStatusForRejected", "${Api}/*/GET/v1/webhooks/rejected", "the same"),
];

#[test]
fn policies_have_only_known_wildcards() {
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
    // The suite `infra_key` checks policies that do not belong to a role.
    assert!(resources(&template, "AWS::IAM::ManagedPolicy").is_empty());
}
