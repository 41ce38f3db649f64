//! Debian packages, a fallback if rustup or a browser's installer cannot reach its server.

use crate::run::{self, Failed};
use std::process::Command;

/// Installs Debian packages if this is a Debian system and we have permission.
pub(crate) fn install(packages: &[&str]) -> Result<(), Failed> {
    let root = run::output("id", &["-u"]).is_some_and(|id| id == "0");
    let apt = |arguments: &[&str]| {
        let mut command = if root {
            Command::new("apt-get")
        } else {
            let mut command = Command::new("sudo");
            command.args(["-n", "apt-get"]);
            command
        };
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        run::program(command)
    };
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(packages);
    apt(&install)
}
