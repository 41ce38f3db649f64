//! The options of `cargo xtask deploy`.

use crate::deploy::aws::Stack;
use crate::run::Failed;
use clap::Args;
use std::path::PathBuf;

/// The options.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Name of the stage: a lower-case letter, then letters, digits and hyphens, at most 20
    #[arg(long, value_name = "NAME", value_parser = stage)]
    pub(super) stage: String,
    /// Kind of the stage; required the first time
    #[arg(long, value_name = "KIND", value_parser = ["test", "live"])]
    kind: Option<String>,
    /// Pages that carry the widget, such as `https://app.example.com`, separated by commas; required the first time
    #[arg(long, value_name = "URL,URL")]
    origins: Option<String>,
    /// JSON file of secrets to store, one file per stage: infra/secrets.example.json
    #[arg(long, value_name = "FILE")]
    pub(super) secrets: Option<PathBuf>,
    /// Any parameter of infra/template.yaml; repeat it for more
    #[arg(long, value_name = "PARAMETER=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// Processor of the functions
    #[arg(long, value_name = "NAME", value_parser = ["arm64", "x86_64"])]
    architecture: Option<String>,
    /// Deploy target/lambda as it is, without building
    #[arg(long)]
    pub(super) prebuilt: bool,
    /// Bucket for code; created if missing
    #[arg(long, value_name = "NAME")]
    pub(super) bucket: Option<String>,
    /// Show the plan, and do nothing
    #[arg(long)]
    pub(super) plan: bool,
    /// Delete the stage; its table stays
    #[arg(long)]
    pub(super) remove: bool,
}

fn stage(name: &str) -> Result<String, String> {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    if starts && name.chars().all(is_allowed) && name.len() <= 20 {
        Ok(name.to_owned())
    } else {
        Err("give lower-case letters, digits and hyphens, at most 20, a letter first".to_owned())
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write PARAMETER=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Options {
    /// The given parameters of the template; later ones override earlier ones.
    fn given(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        let named = [
            ("Stage", Some(&self.stage)),
            ("StageKind", self.kind.as_ref()),
            ("AllowedOrigins", self.origins.as_ref()),
            ("Architecture", self.architecture.as_ref()),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value?.as_str())));
        named.chain(self.set.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// Checks the options that a new stage requires.
    pub(super) fn check_first(&self, there: bool) -> Result<(), Failed> {
        let lacks = |name: &str| !there && !self.given().any(|(known, _)| known == name);
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
        Err(Failed(format!("{} does not exist yet. To create it, add:\n{}", self.stack_name(), problems.join("\n"))))
    }

    pub(super) fn stack_name(&self) -> String {
        format!("peeker-checkout-{}", self.stage)
    }

    /// `Name=Value` for CloudFormation; other parameters keep their values.
    pub(super) fn parameters(&self) -> Vec<String> {
        self.given().map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// A parameter's value: as given, or the stack's current one.
    fn value<'v>(&'v self, stack: Option<&'v Stack>, name: &str) -> Option<&'v str> {
        let given = self.given().rev().find(|(known, _)| *known == name);
        given.map(|(_, value)| value).or_else(|| stack.and_then(|stack| stack.parameter(name)))
    }

    /// The KMS key for the stage; `None` for AWS's own keys.
    pub(super) fn kms_key<'v>(&'v self, stack: Option<&'v Stack>) -> Option<&'v str> {
        self.value(stack, "KmsKeyArn").filter(|key| !key.is_empty())
    }

    /// Whether the stage serves the widget's files.
    pub(super) fn hosts_widget(&self, stack: Option<&Stack>) -> bool {
        self.value(stack, "WidgetHosting") == Some("true")
    }

    /// The architecture of the functions, as cargo-lambda's flag.
    pub(super) fn processor(&self, stack: Option<&Stack>) -> &'static str {
        match self.value(stack, "Architecture") {
            Some("x86_64") => "--x86-64",
            _ => "--arm64",
        }
    }
}
