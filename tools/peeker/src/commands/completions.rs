//! `peeker completions`: prints a completion script for a shell.

use crate::output::Report;
use clap::{Args, Command};
use clap_complete::Shell;
use serde_json::json;

/// Print a completion script
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    peeker completions bash > ~/.local/share/bash-completion/completions/peeker\n  \
    peeker completions zsh > \"${fpath[1]}/_peeker\"\n  \
    peeker completions fish > ~/.config/fish/completions/peeker.fish")]
pub(crate) struct Arguments {
    /// Shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, mut peeker: Command) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut peeker, "peeker", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    Report::new(json!({"shell": arguments.shell.to_string(), "script": script}), script)
}
