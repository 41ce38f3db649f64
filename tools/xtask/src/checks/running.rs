//! Programs that run in the background of a check: a demo, or another DynamoDB.

use super::built::built;
use crate::run::{self, Failed};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Timeout for a program's start; ten times the usual time.
const START: Duration = Duration::from_secs(30);

/// A background program that is killed when dropped.
pub(super) struct Running(Child);

impl Running {
    /// A demo with its own sandbox and table, described by the file `json`.
    pub(super) fn start_demo(json: &Path) -> Result<Self, Failed> {
        let mut demo = Command::new(built("demo"));
        demo.args(["--port", "0", "--json"]).arg(json).arg("--dist").arg(run::root().join("widget/dist"));
        // The description of a killed demo refers to a stack that no longer runs.
        let _ = std::fs::remove_file(json);
        Self::start(demo, || json.exists())
    }

    pub(super) fn start(mut command: Command, ready: impl Fn() -> bool) -> Result<Self, Failed> {
        let shown = run::shown(&command);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut running = Self(child.map_err(|error| Failed(format!("{shown}: {error}")))?);
        let started = Instant::now();
        while !ready() {
            if let Ok(Some(status)) = running.0.try_wait() {
                return Err(Failed(format!("{shown} exited before it was ready ({status})")));
            }
            if started.elapsed() > START {
                return Err(Failed(format!("{shown} did not become ready in time")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
