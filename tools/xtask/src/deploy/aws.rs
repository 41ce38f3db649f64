//! The AWS command line: where it is, who it speaks for, what a stack says of itself.

use crate::run::{self, Failed};
use serde_json::Value;
use std::process::{Command, Stdio};

/// The command line, and who it speaks for.
pub(super) struct Aws {
    pub(super) account: String,
    pub(super) region: String,
}

/// A stack that is there, as AWS describes it.
pub(super) struct Stack(Value);

impl Stack {
    pub(super) fn output(&self, key: &str) -> Option<&str> {
        self.find("Outputs", "OutputKey", key, "OutputValue")
    }

    pub(super) fn parameter(&self, key: &str) -> Option<&str> {
        self.find("Parameters", "ParameterKey", key, "ParameterValue")
    }

    /// The key of KMS that encrypts it; `None` when that is left to AWS.
    pub(super) fn kms_key(&self) -> Option<&str> {
        self.parameter("KmsKeyArn").filter(|key| !key.is_empty())
    }

    /// Whether its first deployment failed: it can only be removed.
    pub(super) fn is_stillborn(&self) -> bool {
        self.0.get("StackStatus").is_some_and(|status| status == "ROLLBACK_COMPLETE")
    }

    fn find(&self, list: &str, name: &str, key: &str, value: &str) -> Option<&str> {
        let found = self.0.get(list)?.as_array()?.iter().find(|one| one[name] == key)?;
        found.get(value)?.as_str()
    }
}

impl Aws {
    pub(super) fn find() -> Result<Self, Failed> {
        if !run::has("aws") {
            return Err(Failed(
                "the AWS command line is missing. https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
                    .to_owned(),
            ));
        }
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let region = variable("AWS_REGION")
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .or_else(|| run::output("aws", &["configure", "get", "region"]))
            .ok_or_else(|| Failed("no region is set. Set AWS_REGION, or run aws configure.".to_owned()))?;
        let account = run::output(
            "aws",
            &["sts", "get-caller-identity", "--query", "Account", "--output", "text", "--region", &region],
        );
        let account = account.ok_or_else(|| {
            Failed("AWS does not know you. Sign in (aws configure, or aws sso login), and try again.".to_owned())
        })?;
        Ok(Self { account, region })
    }

    /// `aws …` in the region.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("aws");
        command.args(arguments).env("AWS_REGION", &self.region).env("AWS_DEFAULT_REGION", &self.region);
        command
    }

    /// What `aws …` prints; an error says what it said.
    pub(super) fn read(&self, arguments: &[&str]) -> Result<String, String> {
        self.bytes(arguments).map(|bytes| trimmed(&bytes))
    }

    /// The same, byte for byte.
    pub(super) fn bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        self.run(self.command(arguments))
    }

    /// What `command` prints; an error says what it said.
    pub(super) fn run(&self, mut command: Command) -> Result<Vec<u8>, String> {
        if command.get_current_dir().is_none() {
            command.current_dir(run::root());
        }
        let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
        if output.status.success() { Ok(output.stdout) } else { Err(trimmed(&output.stderr)) }
    }

    /// What CloudFormation says why a deployment failed; empty when it does not.
    pub(super) fn reasons(&self, name: &str) -> String {
        let failed = "StackEvents[?ends_with(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]";
        let ask =
            ["cloudformation", "describe-stack-events", "--stack-name", name, "--query", failed, "--output", "text"];
        self.read(&ask).map(|text| format!("\n{text}")).unwrap_or_default()
    }

    /// The stack; `None` when there is none.
    pub(super) fn stack(&self, name: &str) -> Result<Option<Stack>, Failed> {
        let describe = ["cloudformation", "describe-stacks", "--stack-name", name];
        match self.bytes(&[&describe[..], &["--query", "Stacks[0]", "--output", "json"]].concat()) {
            Ok(json) => serde_json::from_slice(&json)
                .map(|described| Some(Stack(described)))
                .map_err(|error| Failed(format!("{name} is described in a way that is not understood: {error}"))),
            Err(problem) if problem.contains("does not exist") => Ok(None),
            Err(problem) => Err(Failed(problem)),
        }
    }
}

fn trimmed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
