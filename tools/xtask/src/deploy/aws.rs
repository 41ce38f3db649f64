//! The AWS command line: where it is, who it speaks for, what a stack says of itself.

use crate::run::{self, Failed};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

/// The command line, and who it speaks for.
pub(super) struct Aws {
    pub(super) account: String,
    pub(super) region: String,
}

/// A stack that is there.
pub(super) struct Stack(BTreeMap<String, String>);

impl Stack {
    pub(super) fn output(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
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

    /// Whether `aws …` succeeds; what it says is not shown.
    pub(super) fn answers(&self, arguments: &[&str]) -> bool {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    /// What `aws …` prints; an error says what it said.
    pub(super) fn read(&self, arguments: &[&str]) -> Result<String, String> {
        self.bytes(arguments).map(|bytes| trimmed(&bytes))
    }

    /// The same, byte for byte.
    pub(super) fn bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = self.command(arguments).stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
        if output.status.success() { Ok(output.stdout) } else { Err(trimmed(&output.stderr)) }
    }

    /// The stack and its outputs; `None` when there is none.
    pub(super) fn stack(&self, name: &str) -> Result<Option<Stack>, Failed> {
        let query = "Stacks[0].Outputs[].[OutputKey,OutputValue]";
        let found = self.read(&[
            "cloudformation",
            "describe-stacks",
            "--stack-name",
            name,
            "--query",
            query,
            "--output",
            "text",
        ]);
        match found {
            Ok(text) => {
                let pairs = text.lines().filter_map(|line| line.split_once('\t'));
                Ok(Some(Stack(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())))
            }
            Err(problem) if problem.contains("does not exist") => Ok(None),
            Err(problem) => Err(Failed(problem)),
        }
    }
}

fn trimmed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
