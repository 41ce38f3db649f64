//! Runs other programs and says plainly when one fails.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a command ended: a sentence for the person who started it.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) String);

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Cargo's build folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The cargo that runs us.
pub(crate) fn cargo_program() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Tells what begins.
pub(crate) fn step(what: &str) {
    println!("── {what}");
}

/// Runs cargo in the workspace.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Result<(), Failed> {
    let mut command = Command::new(cargo_program());
    command.args(arguments);
    program(command)
}

/// Runs a program in the workspace and waits for it.
pub(crate) fn program(mut command: Command) -> Result<(), Failed> {
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    let shown = shown(&command);
    let status = command.stdin(Stdio::null()).status().map_err(|error| Failed(format!("{shown}: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failed(format!("{shown} failed ({status})"))) }
}

/// What a program prints on standard output; `None` when it is not there or fails.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(root()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Whether a program is there to be run.
pub(crate) fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// The program and its arguments on one line.
pub(crate) fn shown(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    let program = Path::new(command.get_program()).file_name().map(|name| name.to_string_lossy().into_owned());
    program.into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Goes on as `command`.
#[cfg(unix)]
pub(crate) fn become_it(mut command: Command) -> Result<(), Failed> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Failed(format!("{}: {error}", shown(&command))))
}

/// Runs `command` to its end.
#[cfg(not(unix))]
pub(crate) fn become_it(command: Command) -> Result<(), Failed> {
    program(command)
}
