//! The AWS command line: program, account, and stacks.

use crate::run::{self, Failed};
use serde_json::Value;
use std::process::{Command, Stdio};

/// The command line, and its account.
pub(super) struct Aws {
    pub(super) account: String,
    pub(super) region: String,
}

/// An existing stack, as AWS describes it.
pub(super) struct Stack(Value);

impl Stack {
    pub(super) fn output(&self, key: &str) -> Option<&str> {
        self.find("Outputs", "OutputKey", key, "OutputValue")
    }

    pub(super) fn parameter(&self, key: &str) -> Option<&str> {
        self.find("Parameters", "ParameterKey", key, "ParameterValue")
    }

    /// The KMS key that encrypts it; `None` for AWS's own keys.
    pub(super) fn kms_key(&self) -> Option<&str> {
        self.parameter("KmsKeyArn").filter(|key| !key.is_empty())
    }

    /// Whether its first deployment failed, so that it can only be removed.
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
            Failed("no valid AWS credentials. Sign in (aws configure, or aws sso login), and try again.".to_owned())
        })?;
        Ok(Self { account, region })
    }

    /// `aws …` in the region.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("aws");
        command.args(arguments).env("AWS_REGION", &self.region).env("AWS_DEFAULT_REGION", &self.region);
        command
    }

    /// The output of `aws …`; an error contains its message.
    pub(super) fn read(&self, arguments: &[&str]) -> Result<String, String> {
        self.bytes(arguments).map(|bytes| trimmed(&bytes))
    }

    /// The output of `aws …` in bytes.
    pub(super) fn bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        self.run(self.command(arguments))
    }

    /// The output of `command`; an error contains its message.
    pub(super) fn run(&self, mut command: Command) -> Result<Vec<u8>, String> {
        if command.get_current_dir().is_none() {
            command.current_dir(run::root());
        }
        let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
        if output.status.success() { Ok(output.stdout) } else { Err(trimmed(&output.stderr)) }
    }

    /// CloudFormation's reasons for a failed deployment; empty if unknown.
    pub(super) fn reasons(&self, name: &str) -> String {
        let failed = "StackEvents[?ends_with(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]";
        let ask =
            ["cloudformation", "describe-stack-events", "--stack-name", name, "--query", failed, "--output", "text"];
        self.read(&ask).map(|text| format!("\n{text}")).unwrap_or_default()
    }

    /// The stack; `None` if it does not exist.
    pub(super) fn stack(&self, name: &str) -> Result<Option<Stack>, Failed> {
        let describe = ["cloudformation", "describe-stacks", "--stack-name", name];
        match self.bytes(&[&describe[..], &["--query", "Stacks[0]", "--output", "json"]].concat()) {
            Ok(json) => serde_json::from_slice(&json)
                .map(|described| Some(Stack(described)))
                .map_err(|error| Failed(format!("the description of {name} cannot be parsed: {error}"))),
            Err(problem) if problem.contains("does not exist") => Ok(None),
            Err(problem) => Err(Failed(problem)),
        }
    }
}

fn trimmed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
