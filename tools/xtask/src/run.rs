//! Runs other programs, and reports failures clearly.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The reason why a command failed, as a sentence for its user.
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

/// The cargo program that runs us.
pub(crate) fn cargo_program() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Prints the start of a step.
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
    // Containers often set it; Python would then compile its tools again at every start, four times as long as it takes.
    command.env_remove("PYTHONDONTWRITEBYTECODE");
    let shown = shown(&command);
    let status = command.stdin(Stdio::null()).status().map_err(|error| Failed(format!("{shown}: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failed(format!("{shown} failed ({status})"))) }
}

/// The standard output of a program; `None` if it is missing or fails.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(root()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Whether a program is installed.
pub(crate) fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// The program and its arguments on one line.
pub(crate) fn shown(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    let program = Path::new(command.get_program()).file_name().map(|name| name.to_string_lossy().into_owned());
    program.into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Does `work` for each of `list` at the same time, because most of it waits for another program.
pub(crate) fn each<T: Sync>(list: &[T], work: impl Fn(&T) -> Result<(), Failed> + Sync) -> Result<(), Failed> {
    let work = &work;
    std::thread::scope(|scope| {
        let started: Vec<_> = list.iter().map(|one| scope.spawn(move || work(one))).collect();
        let ended = started.into_iter().map(|thread| match thread.join() {
            Ok(outcome) => outcome,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        ended.collect()
    })
}

/// Replaces this process with `command`.
#[cfg(unix)]
pub(crate) fn become_it(mut command: Command) -> Result<(), Failed> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Failed(format!("{}: {error}", shown(&command))))
}

/// Runs `command`, and exits with its status.
#[cfg(not(unix))]
pub(crate) fn become_it(command: Command) -> Result<(), Failed> {
    program(command)
}
