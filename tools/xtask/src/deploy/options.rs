//! What `cargo xtask deploy` is told, judged all at once.

use crate::deploy::USAGE;
use crate::deploy::aws::Stack;
use crate::run::Failed;
use std::path::PathBuf;

/// The options.
#[derive(Default)]
pub(super) struct Options {
    pub(super) stage: String,
    pub(super) secrets: Option<PathBuf>,
    pub(super) bucket: Option<String>,
    pub(super) prebuilt: bool,
    pub(super) plan: bool,
    pub(super) remove: bool,
    parameters: Vec<(String, String)>,
}

impl Options {
    pub(super) fn read(arguments: &[String]) -> Result<Self, Failed> {
        let mut options = Self::default();
        let mut problems = Vec::new();
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            match option.as_str() {
                "--plan" => options.plan = true,
                "--prebuilt" => options.prebuilt = true,
                "--remove" => options.remove = true,
                "--stage" | "--kind" | "--origins" | "--secrets" | "--set" | "--architecture" | "--bucket" => {
                    match rest.next() {
                        Some(value) => problems.extend(options.take(option, value)),
                        None => problems.push(format!("{option} needs a value")),
                    }
                }
                unknown => problems.push(format!("there is no option {unknown}")),
            }
        }
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let starts = options.stage.starts_with(|c: char| c.is_ascii_lowercase());
        if !starts || !options.stage.chars().all(named) || options.stage.len() > 20 {
            problems.push("--stage NAME: lower-case letters, digits and hyphens, at most 20".to_owned());
        }
        if problems.is_empty() { Ok(options) } else { Err(Failed(format!("{}\n\n{USAGE}", problems.join("\n")))) }
    }

    fn take(&mut self, option: &str, value: &str) -> Option<String> {
        let mut set = |name: &str, value: &str| self.parameters.push((name.to_owned(), value.to_owned()));
        match option {
            "--stage" => {
                self.stage = value.to_owned();
                set("Stage", value);
            }
            "--kind" if ["test", "live"].contains(&value) => set("StageKind", value),
            "--kind" => return Some("--kind is test or live".to_owned()),
            "--origins" => set("AllowedOrigins", value),
            "--architecture" if ["arm64", "x86_64"].contains(&value) => set("Architecture", value),
            "--architecture" => return Some("--architecture is arm64 or x86_64".to_owned()),
            "--secrets" => self.secrets = Some(value.into()),
            "--bucket" => self.bucket = Some(value.to_owned()),
            _ => match value.split_once('=') {
                Some((name, value)) => set(name, value),
                None => return Some(format!("--set {value}: write PARAMETER=VALUE")),
            },
        }
        None
    }

    /// What a stage cannot be made without.
    pub(super) fn check_first(&self, there: bool) -> Result<(), Failed> {
        let lacks = |name: &str| !there && !self.parameters.iter().any(|(known, _)| known == name);
        let mut problems = Vec::new();
        if lacks("StageKind") {
            problems
                .push("--kind test|live: what is the stage for? Keys of the other environment refuse to start in it");
        }
        if lacks("AllowedOrigins") {
            problems.push("--origins https://app.example.com: which pages carry the widget?");
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(Failed(format!(
            "{} is not there yet, and to make it these are needed:\n{}",
            self.stack_name(),
            problems.join("\n")
        )))
    }

    pub(super) fn stack_name(&self) -> String {
        format!("peeker-checkout-{}", self.stage)
    }

    /// `Name=Value` for CloudFormation; those that are not told keep their value.
    pub(super) fn parameters(&self) -> Vec<String> {
        self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// A parameter's value: as told now, or else as before.
    fn value<'v>(&'v self, stack: Option<&'v Stack>, name: &str) -> Option<&'v str> {
        let told = self.parameters.iter().rev().find(|(known, _)| known == name);
        told.map(|(_, value)| value.as_str()).or_else(|| stack.and_then(|stack| stack.parameter(name)))
    }

    /// The key of KMS that is to encrypt the stage; `None` leaves that to AWS.
    pub(super) fn kms_key<'v>(&'v self, stack: Option<&'v Stack>) -> Option<&'v str> {
        self.value(stack, "KmsKeyArn").filter(|key| !key.is_empty())
    }

    /// Whether the stage serves the widget's files.
    pub(super) fn hosts_widget(&self, stack: Option<&Stack>) -> bool {
        self.value(stack, "WidgetHosting") == Some("true")
    }

    /// What the functions are built for, as cargo-lambda's flag.
    pub(super) fn processor(&self, stack: Option<&Stack>) -> &'static str {
        match self.value(stack, "Architecture") {
            Some("x86_64") => "--x86-64",
            _ => "--arm64",
        }
    }
}
