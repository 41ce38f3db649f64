//! Checks the CloudFormation template with two programs: one for validity, one for security.

use super::built::Done;
use crate::run::{self, Failed};
use crate::setup;
use std::path::PathBuf;
use std::process::Command;

/// The template.
const TEMPLATE: &str = "infra/template.yaml";
/// checkov skips resources with a false condition, so it also checks a copy that hosts the widget.
const WIDGET_OFF: &str = "  WidgetHosting:\n    Type: String\n    Default: \"false\"\n";

/// Runs cfn-lint, then checkov. Exceptions are in the template, at their resource, with the reason.
pub(super) fn check() -> Result<Done, Failed> {
    let requirements = run::root().join("infra/requirements.txt");
    let Some(programs) = setup::programs_apart("venv-template", &requirements) else {
        return Ok(Done::Skipped("requires Python 3 with venv, and two packages from PyPI"));
    };
    let mut lint = Command::new(programs.join("cfn-lint"));
    lint.arg(TEMPLATE);
    run::program(lint)?;
    for template in [TEMPLATE.into(), with_widget()?] {
        let mut scan = Command::new(programs.join("checkov"));
        scan.arg("--file").arg(template);
        // Without the last option it downloads descriptions from its vendor.
        scan.args(["--framework", "cloudformation", "--compact", "--quiet", "--skip-download"]);
        run::program(scan)?;
    }
    Ok(Done::Passed)
}

/// A copy of the template with `WidgetHosting` enabled by default.
fn with_widget() -> Result<PathBuf, Failed> {
    let failed = |error: std::io::Error| Failed(format!("{TEMPLATE}: {error}"));
    let template = std::fs::read_to_string(run::root().join(TEMPLATE)).map_err(failed)?;
    if template.matches(WIDGET_OFF).count() != 1 {
        return Err(Failed(format!("{TEMPLATE} has no parameter WidgetHosting that is false by default")));
    }
    let copy = run::target().join("template-with-widget.yaml");
    std::fs::write(&copy, template.replace(WIDGET_OFF, &WIDGET_OFF.replace("false", "true"))).map_err(failed)?;
    Ok(copy)
}
