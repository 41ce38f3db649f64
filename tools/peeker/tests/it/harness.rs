//! Runs the binary in a temporary folder, with only the environment that a test sets.

use e2e::{Stack, StackConfig};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The result of one run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The document printed by `--json`.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    pub(crate) fn data(&self) -> Value {
        self.document()["data"].clone()
    }

    pub(crate) fn error_code(&self) -> String {
        self.document()["error"]["code"].as_str().unwrap().to_owned()
    }

    /// Checks the exit code, and returns the run.
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        self
    }
}

/// A folder, an environment, and the binary.
pub(crate) struct Shell {
    pub(crate) folder: PathBuf,
    environment: Vec<(String, String)>,
}

impl Shell {
    /// A shell without settings and without a running stack.
    pub(crate) fn empty() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // Not below this project, where a running demo would be found.
        let folder = std::env::temp_dir().join(format!("peeker-{}-{count}", std::process::id()));
        // The process id of an earlier run may be reused.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, environment: Vec::new() }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Writes a file below the folder.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peeker"));
        command.args(arguments).current_dir(&self.folder).env_clear().env("HOME", &self.folder);
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        ran(self.command(arguments))
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn ran(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A running stack with a description like the demo's, and a shell.
pub(crate) struct Harness {
    pub(crate) stack: Stack,
    pub(crate) shell: Shell,
}

impl Harness {
    /// Starts a stack in which orders take a second.
    pub(crate) async fn start() -> Self {
        Self::with(StackConfig { provisioning: Duration::from_secs(1), ..StackConfig::default() }).await
    }

    pub(crate) async fn with(config: StackConfig) -> Self {
        let stack = Stack::start(config).await.unwrap();
        let shell = Shell::empty();
        shell.write("target/demo/demo.json", description(&stack).to_string());
        Self { stack, shell }
    }

    /// Writes the stack's description without `keys`.
    pub(crate) fn hide(&self, keys: &[&str]) {
        let mut description = description(&self.stack);
        for key in keys {
            description.as_object_mut().unwrap().remove(*key).unwrap();
        }
        self.shell.write("target/demo/demo.json", description.to_string());
    }

    /// Runs the binary, and checks that its output contains none of the stack's secrets.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Run {
        let run = self.finish(self.shell.command(arguments)).await;
        let values = &self.stack.values;
        for secret in [
            &values.session_key,
            &values.partner_key,
            &values.peeker_key,
            &values.webhook_secret,
            &values.login_email,
            &values.login_password,
        ] {
            for text in [&run.stdout, &run.stderr] {
                assert!(!text.contains(secret.as_str()), "{arguments:?} prints a secret: {text}");
            }
        }
        run
    }

    /// Runs a command to its end while the stack runs.
    pub(crate) async fn finish(&self, command: Command) -> Run {
        tokio::task::spawn_blocking(move || ran(command)).await.unwrap()
    }

    /// Runs a command with `--json`, and checks its exit code.
    pub(crate) async fn json(&self, arguments: &[&str], code: i32) -> Value {
        let arguments = [&["--json"], arguments].concat();
        self.run(&arguments).await.ended(code).document()
    }

    /// Places an order directly upstream, and returns its id.
    pub(crate) async fn order(&self, customer: &str, domains: &[&str], picture: Option<&str>) -> String {
        let values = &self.stack.values;
        let body = json!({
            "user": customer, "google_licenses": 2, "microsoft_licenses": 1, "google_inboxes_per_domain": 2,
            "sequencer": {"provider": "smartlead", "client_id": null, "login_email": values.login_email,
                          "login_password": values.login_password},
            "domains": domains,
            "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": picture}],
        });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/orders", self.stack.sandbox.base_url());
        let answer = http.post(url).bearer_auth(&values.peeker_key).json(&body).send().await.unwrap();
        let receipt: Value = answer.json().await.unwrap();
        receipt["data"]["id"].as_str().unwrap_or_else(|| panic!("{receipt}")).to_owned()
    }
}

/// The description that `cargo xtask demo` writes.
fn description(stack: &Stack) -> Value {
    let values = &stack.values;
    json!({
        "api": stack.api, "peeker_base_url": stack.sandbox.base_url(), "control_url": stack.sandbox.control_url(),
        "session_key": values.session_key, "session_kid": values.session_kid, "session_audience": e2e::SESSION_AUDIENCE, "partner_key": values.partner_key,
        "peeker_key": values.peeker_key, "webhook_secret": values.webhook_secret,
        "sequencer_login_email": values.login_email, "sequencer_login_password": values.login_password,
        "bundle_id": stack.bundle_id(), "pid": std::process::id(),
    })
}
