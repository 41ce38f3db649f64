//! Checks in a process of their own beside the others, because they wait for other programs most of the time.

use super::built::built;
use super::summary::Summary;
use crate::run::{self, Failed};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The process, which is killed when dropped.
pub(super) struct Beside {
    child: Child,
    /// What it prints, so that it does not mix with what the others print.
    output: PathBuf,
}

impl Beside {
    /// Starts the checks `names`.
    pub(super) fn start(names: &[&str], everything: bool) -> Result<Self, Failed> {
        let output = run::target().join("beside.log");
        let mut command = Command::new(built("xtask"));
        command.arg("test").args(names).args(everything.then_some("--all"));
        let mut start = || -> io::Result<Child> {
            let file = File::create(&output)?;
            command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).spawn()
        };
        let child = start().map_err(|error| Failed(format!("{}: {error}", names.join(" "))))?;
        Ok(Self { child, output })
    }

    /// Waits until they have ended, prints what they printed, and adds how they ended to `summary`.
    pub(super) fn finish(mut self, summary: &mut Summary) -> Result<(), Failed> {
        let failed = |error: io::Error| Failed(format!("{}: {error}", self.output.display()));
        self.child.wait().map_err(failed)?;
        let output = std::fs::read(&self.output).map_err(failed)?;
        let output = String::from_utf8_lossy(&output);
        let (printed, theirs) = Summary::split(&output);
        println!("{printed}");
        let theirs = theirs.ok_or_else(|| Failed("the checks beside the others ended without a summary".to_owned()))?;
        summary.append(theirs);
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
