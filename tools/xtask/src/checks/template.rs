//! The CloudFormation template, read by two programs: one knows what AWS takes, the other what is safe.

use super::Done;
use crate::run::{self, Failed};
use crate::setup;
use std::process::Command;

/// What both read.
const TEMPLATE: &str = "infra/template.yaml";

/// cfn-lint, then checkov. What is left out on purpose stands in the template, at its resource, with the reason.
pub(super) fn check() -> Result<Done, Failed> {
    let requirements = run::root().join("infra/requirements.txt");
    let Some(programs) = setup::programs_apart("venv-template", &requirements) else {
        return Ok(Done::Skipped("it needs Python 3 with venv, and two packages from PyPI"));
    };
    let mut lint = Command::new(programs.join("cfn-lint"));
    lint.arg(TEMPLATE);
    run::program(lint)?;
    let mut scan = Command::new(programs.join("checkov"));
    // Without the last option it asks a server of its vendor for descriptions.
    scan.args(["--file", TEMPLATE, "--framework", "cloudformation", "--compact", "--quiet", "--skip-download"]);
    run::program(scan)?;
    Ok(Done::Passed)
}
