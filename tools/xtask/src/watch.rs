//! `cargo xtask demo --watch`: rebuilds what changed of the widget while the demo runs; its pages reload themselves.

use crate::run::{self, Failed};
use crate::widget;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// How often files are looked at.
const LOOK: Duration = Duration::from_millis(300);
/// Folders of what is compiled, and of what is bundled.
const COMPILED: [&str; 2] = ["widget/src", "shared/src"];
const BUNDLED: [&str; 4] = ["widget/ui", "widget/module", "widget/build", "widget/package"];

/// Runs `demo` until it ends.
pub(crate) fn demo(mut demo: Command) -> Result<(), Failed> {
    let shown = run::shown(&demo);
    let mut running = demo.arg("--watch").spawn().map_err(|error| Failed(format!("{shown}: {error}")))?;
    let mut seen = (newest(&COMPILED), newest(&BUNDLED));
    loop {
        std::thread::sleep(LOOK);
        if let Ok(Some(status)) = running.try_wait() {
            return if status.success() { Ok(()) } else { Err(Failed(format!("{shown} ended ({status})"))) };
        }
        let now = (newest(&COMPILED), newest(&BUNDLED));
        if now == seen {
            continue;
        }
        let outcome = if now.0 == seen.0 { widget::bundle() } else { widget::build() };
        // A fault that is being typed is no reason to end: the next change is another try.
        if let Err(Failed(message)) = outcome {
            eprintln!("{message}");
        }
        seen = now;
    }
}

/// When a file in one of the folders was last written, and how many there are.
fn newest(folders: &[&str]) -> (Option<SystemTime>, usize) {
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| run::root().join(folder)).collect();
    let mut times = Vec::new();
    while let Some(path) = open.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => times.extend(written(&path)),
        }
    }
    (times.iter().max().copied(), times.len())
}

fn written(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|data| data.modified()).ok()
}
