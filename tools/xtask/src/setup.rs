//! Installs missing tools, and reports those that cannot be installed.

use crate::apt;
use crate::run::{self, Failed};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compilation target of browsers.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Installs the tools of all commands.
pub(crate) fn everything() -> Result<(), Failed> {
    wasm_compiler()?;
    npm_packages(&run::root().join("widget"))?;
    npm_packages(&run::root().join("widget/examples"))?;
    npm_packages(&run::root().join("tests/browser"))?;
    let browser = crate::browser::find_or_install()?;
    println!("browser: {}", browser.display());
    Ok(())
}

/// The available compiler for the widget.
#[derive(Debug)]
pub(crate) enum WasmCompiler {
    /// The toolchain has the standard library of the target.
    Ready,
    /// Debian's compiler builds the standard library; the toolchain provides the linker.
    Debian {
        /// Path of the toolchain's rust-lld.
        linker: PathBuf,
    },
}

/// Finds a compiler for WASM, and installs the target if it is missing.
pub(crate) fn wasm_compiler() -> Result<WasmCompiler, Failed> {
    if has_wasm_target() {
        return Ok(WasmCompiler::Ready);
    }
    if run::has("rustup") {
        run::step("installing the wasm32 target");
        let mut command = Command::new("rustup");
        command.args(["target", "add", WASM_TARGET]);
        if run::program(command).is_ok() && has_wasm_target() {
            return Ok(WasmCompiler::Ready);
        }
    }
    debian_compiler().ok_or_else(|| {
        Failed(format!(
            "the widget needs the target {WASM_TARGET}, and it could not be installed.\n\
             With rustup: rustup target add {WASM_TARGET}"
        ))
    })
}

fn sysroot() -> Option<PathBuf> {
    run::output("rustc", &["--print", "sysroot"]).map(PathBuf::from)
}

fn has_wasm_target() -> bool {
    sysroot().is_some_and(|sysroot| sysroot.join("lib/rustlib").join(WASM_TARGET).join("lib").is_dir())
}

/// If rustup's server is unreachable, Debian's packages can build the standard library from source.
fn debian_compiler() -> Option<WasmCompiler> {
    if !Path::new("/etc/debian_version").exists() {
        return None;
    }
    let host = run::output("rustc", &["--print", "host-tuple"])?;
    let linker = sysroot()?.join("lib/rustlib").join(host).join("bin/rust-lld");
    if !linker.exists() {
        return None;
    }
    if !Path::new("/usr/bin/cargo").exists() {
        run::step("installing Debian's compiler for the browser");
        apt::install(&["rustc-web", "cargo-web", "rust-web-src"]).ok()?;
    }
    Some(WasmCompiler::Debian { linker })
}

/// Installs the packages in the lock file of `folder`, unless they are installed.
pub(crate) fn npm_packages(folder: &Path) -> Result<(), Failed> {
    let lock = std::fs::read(folder.join("package-lock.json"))
        .map_err(|error| Failed(format!("{}/package-lock.json: {error}", folder.display())))?;
    let stamp = folder.join("node_modules/.installed-from-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if !run::has("npm") {
        return Err(Failed("npm is missing. Install Node 20 or later: https://nodejs.org".to_owned()));
    }
    run::step(&format!("installing npm packages of {}", folder.display()));
    let mut command = Command::new("npm");
    command.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
    command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run::program(command)?;
    std::fs::write(&stamp, lock).map_err(|error| Failed(format!("{}: {error}", stamp.display())))
}

/// MiniStack, a local AWS, in its own virtual environment; `None` if Python or PyPI is unavailable.
pub(crate) fn ministack() -> Option<PathBuf> {
    let folder = venv()?;
    let program = folder.join("bin/ministack");
    if !program.exists() {
        run::step("installing MiniStack");
        pip_install(&folder, &["ministack==1.5.*"])?;
    }
    program.exists().then_some(program)
}

/// The tools for testing a deployment, in one folder: a local AWS, its command line, and cargo-lambda. `None` if Python
/// or PyPI is unavailable.
pub(crate) fn deployment_tools() -> Option<PathBuf> {
    let folder = venv()?;
    let wanted = [("ministack", "ministack==1.5.*"), ("aws", "awscli==1.*"), ("cargo-lambda", "cargo-lambda==1.9.*")];
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(program, _)| !folder.join("bin").join(program).exists())
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        run::step("installing MiniStack, the AWS command line and cargo-lambda");
        pip_install(&folder, &missing)?;
    }
    Some(folder.join("bin"))
}

/// Python with the packages pinned in `requirements`; `None` if Python or PyPI is unavailable.
pub(crate) fn python_with(requirements: &Path) -> Option<PathBuf> {
    install(requirements, venv()?).map(|folder| folder.join("bin/python"))
}

/// The programs pinned in `requirements`, in an environment called `name`: for packages with conflicting dependencies.
/// `None` if Python or PyPI is unavailable.
pub(crate) fn programs_apart(name: &str, requirements: &Path) -> Option<PathBuf> {
    install(requirements, venv_called(name)?).map(|folder| folder.join("bin"))
}

/// Installs the packages of `requirements` into the environment `folder`.
fn install(requirements: &Path, folder: PathBuf) -> Option<PathBuf> {
    let wanted = std::fs::read(requirements).ok()?;
    let name = requirements.strip_prefix(run::root()).ok()?.parent()?.to_string_lossy().replace('/', "-");
    let stamp = folder.join(format!(".installed-{name}"));
    if std::fs::read(&stamp).ok().as_ref() != Some(&wanted) {
        run::step(&format!("installing Python packages of {}", requirements.display()));
        pip_install(&folder, &["--requirement", &requirements.to_string_lossy()])?;
        std::fs::write(&stamp, wanted).ok()?;
    }
    Some(folder)
}

/// The project's virtual environment, created if missing.
fn venv() -> Option<PathBuf> {
    venv_called("venv")
}

/// The virtual environment `name`, created if missing.
fn venv_called(name: &str) -> Option<PathBuf> {
    let folder = run::target().join(name);
    if !folder.join("bin/pip").exists() {
        let mut command = Command::new("python3");
        command.args(["-m", "venv"]).arg(&folder);
        run::program(command).ok()?;
    }
    Some(folder)
}

fn pip_install(venv: &Path, what: &[&str]) -> Option<()> {
    let mut command = Command::new(venv.join("bin/pip"));
    // Python compiles modules on import; compiling all of a large package takes longer than running it.
    command.args(["install", "--quiet", "--disable-pip-version-check", "--no-compile"]).args(what);
    run::program(command).ok()
}
