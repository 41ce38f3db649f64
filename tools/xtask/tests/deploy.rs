//! `cargo xtask deploy` against an AWS command line that writes down each call: whose bucket it is, what lies in it, and
//! which secrets are made.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the helpers fail a test by panicking")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

const AWS: &str = include_str!("aws.sh");
const FUNCTIONS: [&str; 4] = ["order-proxy", "webhook", "status", "reconciler"];
const OWNER: &str = "--expected-bucket-owner 111122223333";

/// An account of a test's own.
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

    /// Deploys the stage `test`; gives whether it went well, and all that was said.
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
fn every_call_of_the_bucket_names_its_owner_and_the_template_names_what_was_built() {
    let account = Account::new("owner");
    account.set("head-bucket", "An error occurred (404) when calling the HeadBucket operation: Not Found");
    let (ok, said) = account.deploy(&[]);
    assert!(ok, "{said}");
    assert_eq!(account.calls("s3 ").len(), 1, "one call makes the bucket");
    let calls = account.calls("s3api ");
    assert_eq!(calls.iter().filter(|call| call.starts_with("s3api put-object")).count(), 4);
    for call in calls {
        assert!(call.contains(OWNER), "{call}");
    }
    let template = account.state("stack");
    assert_eq!(
        template.matches("Code: {S3Bucket: peeker-checkout-code-111122223333-eu-central-1, S3Key: code/").count(),
        4
    );
    assert!(!template.contains("../target/lambda"));
    // Typed again, nothing is uploaded anew, and the same code stays where it is.
    std::fs::remove_file(account.folder.join("state/calls")).unwrap();
    let (ok, said) = account.deploy(&[]);
    assert!(ok, "{said}");
    assert_eq!(account.calls("s3api put-object"), Vec::<String>::new());
    assert_eq!(account.state("stack"), template);
}

#[test]
fn a_template_that_is_too_large_for_the_command_line_goes_through_the_same_bucket() {
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
fn nothing_is_given_to_a_bucket_of_somebody_else_and_nothing_is_taken_from_it() {
    let account = Account::new("foreign");
    account.set("head-bucket", "An error occurred (403) when calling the HeadBucket operation: Forbidden");
    let (ok, said) = account.deploy(&[]);
    assert!(!ok, "{said}");
    assert!(said.contains("does not belong to account 111122223333") && said.contains("--bucket NAME"), "{said}");
    assert_eq!(account.calls("s3api put-object"), Vec::<String>::new());
    assert_eq!(account.calls("cloudformation deploy"), Vec::<String>::new());
}

#[test]
fn an_upload_that_is_not_what_was_built_is_not_deployed() {
    let account = Account::new("tampered");
    account.set("tamper", "");
    let (ok, said) = account.deploy(&[]);
    assert!(!ok, "{said}");
    assert!(said.contains("is not the code that was built here. Nothing was deployed"), "{said}");
    assert_eq!(account.calls("cloudformation deploy"), Vec::<String>::new());
}

#[test]
fn a_function_that_runs_other_code_in_the_end_fails_the_deployment() {
    let account = Account::new("other");
    assert!(account.deploy(&[]).0);
    account.set("runs-status", "b3RoZXI=\n");
    let (ok, said) = account.deploy(&[]);
    assert!(!ok, "{said}");
    assert!(said.contains("peeker-checkout-test-status runs other code than was built here"), "{said}");
}

#[test]
fn data_key_is_made_once_and_never_written_over() {
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
    // What is there and cannot be used is no reason to make another one.
    for (name, text) in
        [(secret.to_owned(), "{}"), (format!("{secret}.error"), "(InvalidRequestException) marked for deletion")]
    {
        account.set(&name, text);
        let (ok, said) = account.deploy(&[]);
        assert!(!ok && said.contains("need the key that they were placed under"), "{said}");
    }
    assert_eq!(account.calls("secretsmanager create-secret").len(), 1);
    assert_eq!(account.calls("secretsmanager put-secret-value"), Vec::<String>::new());
}

#[test]
fn data_key_is_encrypted_under_the_key_of_the_stage() {
    let account = Account::new("kms-key");
    let key = "arn:aws:kms:eu-central-1:111122223333:key/one";
    let given = format!("KmsKeyArn={key}");
    let (ok, said) = account.deploy(&["--set", &given]);
    assert!(ok, "{said}");
    let made = account.calls("secretsmanager create-secret").remove(0);
    assert!(made.contains(&format!("--kms-key-id {key}")), "{made}");
    let updates = || account.calls("secretsmanager update-secret").len();
    // Left out, the parameter keeps its value, and so does the secret.
    account.set("parameters", json!([{"ParameterKey": "KmsKeyArn", "ParameterValue": key}]).to_string());
    assert!(account.deploy(&[]).0);
    assert_eq!((account.state("kms-key").trim(), updates()), (key, 0));
    assert!(account.deploy(&["--set", "KmsKeyArn="]).0);
    assert_eq!((account.state("kms-key").trim(), updates()), ("alias/aws/secretsmanager", 1));
    account.set("parameters", "[]");
    account.set("kms-key", "a key that was chosen by hand");
    assert!(account.deploy(&[]).0);
    assert_eq!(updates(), 1, "a stage that never had a key changes none");
    assert!(account.deploy(&["--set", &given]).0);
    assert_eq!((account.state("kms-key").trim(), updates()), (key, 2));
    // A function may decrypt with the key once the stack says so, and until it does not.
    let order: Vec<String> = account.state("calls").lines().map(str::to_owned).collect();
    let place = |of: &str| order.iter().rposition(|call| call.starts_with(of)).unwrap();
    assert!(place("cloudformation deploy") < place("secretsmanager update-secret"));
}

#[test]
fn a_secrets_file_is_of_one_stage_and_may_begin_with_a_byte_order_mark() {
    let account = Account::new("secrets");
    let file = account.folder.join("secrets.json");
    let with = |text: &[u8]| {
        std::fs::write(&file, text).unwrap();
        account.deploy(&["--secrets", file.to_str().unwrap()])
    };
    let values = |stage: &str| json!({"stage": stage, "partner_keys": "partner_1"}).to_string();
    let (ok, said) = with(values("prod").as_bytes());
    assert!(!ok && said.contains("these are the secrets of \"prod\", not of test"), "{said}");
    let (ok, said) = with(br#"{"data_key": "x"}"#);
    assert!(!ok && said.contains("data_key is made by this command, once"), "{said}");
    let utf16: Vec<u8> = values("test").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (ok, said) = with(&[&[0xFF, 0xFE], utf16.as_slice()].concat());
    assert!(!ok && said.contains("it is UTF-16 text. Save it as UTF-8"), "{said}");
    assert_eq!(account.calls("cloudformation deploy"), Vec::<String>::new());
    let (ok, said) = with(&[b"\xEF\xBB\xBF", values("test").as_bytes()].concat());
    assert!(ok, "{said}");
    assert_eq!(account.state("secret-peeker-checkout_test_partner"), r#"{"partner_keys":"partner_1"}"#);
}
