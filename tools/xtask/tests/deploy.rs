//! Tests `cargo xtask deploy` with a fake AWS command line that records each call: bucket owner, uploaded objects,
//! created secrets.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the helpers fail a test by panicking")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

const AWS: &str = include_str!("aws.sh");
const FUNCTIONS: [&str; 5] = ["order-proxy", "webhook", "status", "reconciler", "notifier"];
const OWNER: &str = "--expected-bucket-owner 111122223333";

/// A fake AWS account for one test.
struct Account {
    folder: PathBuf,
}

impl Account {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("peeker-checkout-xtask-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        for inside in ["bin", "state"] {
            std::fs::create_dir_all(folder.join(inside)).unwrap();
        }
        let program = folder.join("bin/aws");
        std::fs::write(&program, AWS).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        for function in FUNCTIONS {
            let built = folder.join("target/lambda").join(function);
            std::fs::create_dir_all(&built).unwrap();
            std::fs::write(built.join("bootstrap"), format!("the code of {function}")).unwrap();
        }
        Self { folder }
    }

    fn set(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.folder.join("state").join(name), text).unwrap();
    }

    fn state(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join("state").join(name)).unwrap_or_default()
    }

    fn calls(&self, of: &str) -> Vec<String> {
        self.state("calls").lines().filter(|call| call.starts_with(of)).map(str::to_owned).collect()
    }

    /// Deploys the stage `test`; returns whether it succeeded, and its output.
    fn deploy(&self, more: &[&str]) -> (bool, String) {
        let path = std::env::var_os("PATH").unwrap();
        let paths = std::iter::once(self.folder.join("bin")).chain(std::env::split_paths(&path));
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args([
            "deploy",
            "--stage",
            "test",
            "--kind",
            "test",
            "--origins",
            "https://app.acme.com",
            "--prebuilt",
        ]);
        command.args(more).env("PATH", std::env::join_paths(paths).unwrap()).env("AWS_REGION", "eu-central-1");
        command.env("STATE", self.folder.join("state")).env("CARGO_TARGET_DIR", self.folder.join("target"));
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn bucket_calls_name_the_expected_owner() {
    let account = Account::new("owner");
    account.set("head-bucket", "An error occurred (404) when calling the HeadBucket operation: Not Found");
    let (ok, said) = account.deploy(&[]);
    assert!(ok, "{said}");
    assert_eq!(account.calls("s3 ").len(), 1, "one call creates the bucket");
    let calls = account.calls("s3api ");
    assert_eq!(calls.iter().filter(|call| call.starts_with("s3api put-object")).count(), FUNCTIONS.len());
    for call in calls {
        assert!(call.contains(OWNER), "{call}");
    }
    let template = account.state("stack");
    assert_eq!(
        template.matches("Code: {S3Bucket: peeker-checkout-code-111122223333-eu-central-1, S3Key: code/").count(),
        FUNCTIONS.len()
    );
    assert!(!template.contains("../target/lambda"));
    // A second run uploads nothing, and keeps the code.
    std::fs::remove_file(account.folder.join("state/calls")).unwrap();
    let (ok, said) = account.deploy(&[]);
    assert!(ok, "{said}");
    assert_eq!(account.calls("s3api put-object"), Vec::<String>::new());
    assert_eq!(account.state("stack"), template);
}

#[test]
fn large_template_is_uploaded_to_the_bucket() {
    let account = Account::new("large");
    let (ok, said) = account.deploy(&[]);
    assert!(ok, "{said}");
    let through_bucket = account
        .calls("cloudformation deploy")
        .remove(0)
        .contains("--s3-bucket peeker-checkout-code-111122223333-eu-central-1");
    assert_eq!(through_bucket, account.state("stack").len() > 51_200);
}

#[test]
fn bucket_of_another_account_is_not_used() {
    let account = Account::new("foreign");
    account.set("head-bucket", "An error occurred (403) when calling the HeadBucket operation: Forbidden");
    let (ok, said) = account.deploy(&[]);
    assert!(!ok, "{said}");
    assert!(said.contains("does not belong to account 111122223333") && said.contains("--bucket NAME"), "{said}");
    assert_eq!(account.calls("s3api put-object"), Vec::<String>::new());
    assert_eq!(account.calls("cloudformation deploy"), Vec::<String>::new());
}

#[test]
fn changed_upload_is_not_deployed() {
    let account = Account::new("tampered");
    account.set("tamper", "");
    let (ok, said) = account.deploy(&[]);
    assert!(!ok, "{said}");
    assert!(said.contains("is not the code that was built here. Nothing was deployed"), "{said}");
    assert_eq!(account.calls("cloudformation deploy"), Vec::<String>::new());
}

#[test]
fn deployment_fails_if_a_function_runs_other_code() {
    let account = Account::new("other");
    assert!(account.deploy(&[]).0);
    account.set("runs-status", "b3RoZXI=\n");
    let (ok, said) = account.deploy(&[]);
    assert!(!ok, "{said}");
    assert!(said.contains("peeker-checkout-test-status runs other code than the one built here"), "{said}");
}

#[test]
fn data_key_is_created_once_and_never_replaced() {
    let account = Account::new("data-key");
    let secret = "secret-peeker-checkout_test_data";
    let (ok, said) = account.deploy(&[]);
    assert!(ok, "{said}");
    let made = account.state(secret);
    let key = serde_json::from_str::<Value>(&made).unwrap()["data_key"].as_str().unwrap().to_owned();
    assert_eq!(STANDARD.decode(&key).unwrap().len(), 32);
    let all = account.state("calls") + &said;
    assert!(!all.contains(&key), "the key is shown");
    assert!(account.deploy(&[]).0);
    assert_eq!(account.state(secret), made);
    assert_eq!(account.calls("secretsmanager create-secret").len(), 1);
    // An existing but unusable secret is not replaced.
    for (name, text) in
        [(secret.to_owned(), "{}"), (format!("{secret}.error"), "(InvalidRequestException) marked for deletion")]
    {
        account.set(&name, text);
        let (ok, said) = account.deploy(&[]);
        assert!(!ok && said.contains("need the key that they were placed under"), "{said}");
    }
    assert_eq!(account.calls("secretsmanager create-secret").len(), 1);
    let put = account.calls("secretsmanager put-secret-value");
    assert!(!put.iter().any(|call| call.contains("/data")), "{put:?}");
}

#[test]
fn endpoints_are_stored_as_text_and_never_reset() {
    let account = Account::new("endpoints");
    let secret = "secret-peeker-checkout_test_endpoints";
    let (ok, said) = account.deploy(&[]);
    assert!(ok, "{said}");
    assert_eq!(account.state(secret), r#"{"notification_endpoints":"[]"}"#);
    let file = account.folder.join("secrets.json");
    let with = |endpoints: Value| {
        std::fs::write(&file, json!({"notification_endpoints": endpoints}).to_string()).unwrap();
        account.deploy(&["--secrets", file.to_str().unwrap()])
    };
    let key = format!("whsec_{}", STANDARD.encode([7; 32]));
    let endpoint = json!([{"name": "backend", "url": "https://app.acme.com/hook", "secret": key}]);
    let (ok, said) = with(endpoint.clone());
    assert!(ok && !said.contains(&key), "{said}");
    let stored = account.state(secret);
    let stored: Value = serde_json::from_str(&stored).unwrap();
    let text = stored["notification_endpoints"].as_str().unwrap().to_owned();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), endpoint);
    // Text is taken, too. Without the file nothing changes, and a secret that cannot be read is not replaced.
    assert!(with(json!(text)).0 && account.deploy(&[]).0);
    assert_eq!(account.calls("secretsmanager put-secret-value").len(), 2);
    account.set(&format!("{secret}.error"), "An error occurred (AccessDeniedException)");
    let (ok, said) = account.deploy(&[]);
    assert!(!ok && said.contains("peeker-checkout/test/endpoints cannot be read"), "{said}");
    assert_eq!(account.calls("secretsmanager put-secret-value").len(), 2);
}

#[test]
fn wrong_endpoints_are_refused_before_anything_is_deployed() {
    let account = Account::new("wrong-endpoints");
    let file = account.folder.join("secrets.json");
    let endpoints =
        json!([{"name": "a", "url": "http://127.0.0.1:3000/", "secret": "whsec_c2hvcnQ=", "types": ["order.lost"]}]);
    std::fs::write(&file, json!({"notification_endpoints": endpoints, "other": "x"}).to_string()).unwrap();
    let (ok, said) = account.deploy(&["--secrets", file.to_str().unwrap()]);
    assert!(!ok, "{said}");
    for problem in [
        "notification_endpoints[0].url: it must start with https://",
        "notification_endpoints[0].secret: after whsec_, a secret is base64 of 24 to 64 bytes",
        "notification_endpoints[0].types[0]: order.lost is no type of notification",
        "other is not a known secret",
    ] {
        assert!(said.contains(problem), "{problem}: {said}");
    }
    assert!(!said.contains("c2hvcnQ"), "a secret is shown");
    assert_eq!(account.calls("cloudformation deploy"), Vec::<String>::new());
}

#[test]
fn data_key_is_encrypted_under_the_stage_key() {
    let account = Account::new("kms-key");
    let key = "arn:aws:kms:eu-central-1:111122223333:key/one";
    let given = format!("KmsKeyArn={key}");
    let (ok, said) = account.deploy(&["--set", &given]);
    assert!(ok, "{said}");
    let made = account.calls("secretsmanager create-secret").remove(0);
    assert!(made.contains(&format!("--kms-key-id {key}")), "{made}");
    let updates = || account.calls("secretsmanager update-secret").len();
    // If left out, the parameter keeps its value, and so does the secret.
    account.set("parameters", json!([{"ParameterKey": "KmsKeyArn", "ParameterValue": key}]).to_string());
    assert!(account.deploy(&[]).0);
    assert_eq!((account.state("kms-key").trim(), updates()), (key, 0));
    assert!(account.deploy(&["--set", "KmsKeyArn="]).0);
    assert_eq!((account.state("kms-key").trim(), updates()), ("alias/aws/secretsmanager", 1));
    account.set("parameters", "[]");
    account.set("kms-key", "a key that was chosen by hand");
    assert!(account.deploy(&[]).0);
    assert_eq!(updates(), 1, "a stage without a key changes none");
    assert!(account.deploy(&["--set", &given]).0);
    assert_eq!((account.state("kms-key").trim(), updates()), (key, 2));
    // A function may decrypt with the key from when the stack says so, until it no longer does.
    let order: Vec<String> = account.state("calls").lines().map(str::to_owned).collect();
    let place = |of: &str| order.iter().rposition(|call| call.starts_with(of)).unwrap();
    assert!(place("cloudformation deploy") < place("secretsmanager update-secret"));
}

#[test]
fn secrets_file_belongs_to_one_stage() {
    let account = Account::new("secrets");
    let file = account.folder.join("secrets.json");
    let with = |text: &[u8]| {
        std::fs::write(&file, text).unwrap();
        account.deploy(&["--secrets", file.to_str().unwrap()])
    };
    let values = |stage: &str| json!({"stage": stage, "partner_keys": "partner_1"}).to_string();
    let (ok, said) = with(values("prod").as_bytes());
    assert!(!ok && said.contains("the file has the secrets of \"prod\", not of test"), "{said}");
    let (ok, said) = with(br#"{"data_key": "x"}"#);
    assert!(!ok && said.contains("this command creates data_key, once"), "{said}");
    let utf16: Vec<u8> = values("test").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (ok, said) = with(&[&[0xFF, 0xFE], utf16.as_slice()].concat());
    assert!(!ok && said.contains("it is UTF-16 text. Save it as UTF-8"), "{said}");
    assert_eq!(account.calls("cloudformation deploy"), Vec::<String>::new());
    let (ok, said) = with(&[b"\xEF\xBB\xBF", values("test").as_bytes()].concat());
    assert!(ok, "{said}");
    assert_eq!(account.state("secret-peeker-checkout_test_partner"), r#"{"partner_keys":"partner_1"}"#);
}
