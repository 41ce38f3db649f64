//! The backend examples in docs/backends: the API accepts the sessions that they mint. Run by `cargo xtask test
//! backends`, which installs jose and PyJWT.

use crate::harness::Harness;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const NODE: &str = "import { mintSession } from './session.mjs'; \
    console.log(await mintSession(process.argv[1], JSON.parse(process.argv[2])));";
const PYTHON: &str = "import json, sys; from session import mint_session; \
    print(mint_session(sys.argv[1], json.loads(sys.argv[2])))";
const PHP: &str = "require getenv('STAND_IN'); require 'session.php'; \
    echo mint_session($argv[1], json_decode($argv[2], true));";

pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// A command in the folder of a backend.
fn program(name: &str, folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(project().join("docs/backends").join(folder));
    command
}

fn node() -> Command {
    program("node", "node", &["--input-type=module", "-e", NODE])
}

fn python() -> Command {
    let python = std::env::var("BACKENDS_PYTHON").unwrap();
    let mut command = program(&python, "python", &["-c", PYTHON]);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn php() -> Command {
    let mut command = program("php", "php", &["-r", PHP, "--"]);
    command.env("STAND_IN", project().join("tools/peeker/tests/backends/stand-in.php"));
    command
}

/// The token minted by `backend`.
async fn mint(harness: &Harness, mut backend: Command, customer: &str, plan: &Value, kid: &str, key: &str) -> String {
    backend.args([customer, &plan.to_string()]).env("SESSION_KID", kid).env("SESSION_KEY", key);
    backend.env("SESSION_AUDIENCE", e2e::SESSION_AUDIENCE);
    let run = harness.finish(backend).await.ended(0);
    run.stdout.trim().to_owned()
}

async fn call(
    harness: &Harness,
    method: reqwest::Method,
    path: &str,
    token: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.request(method, format!("{}{path}", harness.stack.api)).bearer_auth(token);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Sessions with a bundle and with licences are accepted, and can order; a session under another key is refused.
async fn check(backend: fn() -> Command) {
    let harness = Harness::start().await;
    let values = harness.stack.values.clone();
    let (kid, key) = (values.session_kid.as_str(), values.session_key.as_str());
    let licences = json!({"google_licenses": 2, "microsoft_licenses": 1, "google_inboxes_per_domain": 2});
    let bundle = json!({"bundle_id": harness.stack.bundle_id()});
    let mut ids = Vec::new();
    for (plan, total) in [(&bundle, 4), (&licences, 2)] {
        let token = mint(&harness, backend(), "client@example.com", plan, kid, key).await;
        let (status, shown) = call(&harness, reqwest::Method::GET, "/v1/session", &token, None).await;
        assert_eq!(status, 200, "{shown}");
        assert_eq!(shown["data"]["customer"], "client@example.com");
        assert_eq!(shown["data"]["plan"]["required_domains"]["total"], total, "{shown}");
        ids.push(shown["data"]["id"].clone());
    }
    assert_ne!(ids[0], ids[1], "two sessions share an id");
    let token = mint(&harness, backend(), "client@example.com", &licences, kid, key).await;
    let order = json!({
        "domains": ["acme-mail.com", "getacme.com"],
        "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}],
    });
    let (status, receipt) = call(&harness, reqwest::Method::POST, "/v1/orders", &token, Some(order)).await;
    assert_eq!(status, 201, "{receipt}");
    let other = "another-key-of-at-least-thirty-two-characters";
    let token = mint(&harness, backend(), "client@example.com", &bundle, kid, other).await;
    let (status, refused) = call(&harness, reqwest::Method::GET, "/v1/session", &token, None).await;
    assert_eq!((status, refused["error"]["code"].as_str()), (401, Some("session_signature")));
    let token = mint(&harness, backend(), "client@example.com", &bundle, "another-kid", key).await;
    let (status, refused) = call(&harness, reqwest::Method::GET, "/v1/session", &token, None).await;
    assert_eq!((status, refused["error"]["code"].as_str()), (401, Some("session_unknown_key")));
}

#[tokio::test]
#[ignore = "needs jose: cargo xtask test backends"]
async fn node_backend_with_jose_mints_a_valid_session() {
    check(node).await;
}

#[tokio::test]
#[ignore = "needs PyJWT: cargo xtask test backends"]
async fn python_backend_with_pyjwt_mints_a_valid_session() {
    check(python).await;
}

#[tokio::test]
#[ignore = "needs PHP: cargo xtask test backends"]
async fn php_backend_mints_a_valid_session() {
    check(php).await;
}

#[test]
fn every_backend_has_under_twenty_lines() {
    for file in ["node/session.mjs", "python/session.py", "php/session.php"] {
        let lines = std::fs::read_to_string(project().join("docs/backends").join(file)).unwrap().lines().count();
        assert!(lines < 20, "{file} has {lines} lines");
    }
}

#[test]
fn document_contains_the_backend_files() {
    let document = std::fs::read_to_string(project().join("docs/backends/README.md")).unwrap();
    for file in ["node/session.mjs", "python/session.py", "php/session.php"] {
        let code = std::fs::read_to_string(project().join("docs/backends").join(file)).unwrap();
        assert!(document.contains(&code), "docs/backends/README.md shows another {file}");
    }
}
