//! Builds `<peeker-checkout>`: Rust → WASM → bindings → one minified module and one small binary.

use crate::run::{self, Failed};
use crate::setup::{self, WASM_TARGET, WasmCompiler};
use std::path::PathBuf;
use std::process::Command;

/// The profile of the workspace manifest that is made for the browser.
const PROFILE: &str = "widget";

/// Builds into `widget/dist`.
pub(crate) fn build() -> Result<(), Failed> {
    setup::npm_packages(&run::root().join("widget"))?;
    let compiler = setup::wasm_compiler()?;
    run::step("compiling the widget");
    let wasm = compile(&compiler)?;
    let bindgen = run::target().join("widget/bindgen");
    run::step("generating its bindings");
    bind(&wasm, &bindgen)?;
    run::step("optimising and bundling it");
    let mut command = Command::new("node");
    command.arg(run::root().join("widget/build.mjs"));
    command.arg("--bindgen").arg(&bindgen).arg("--out").arg(run::root().join("widget/dist"));
    run::program(command)
}

fn compile(compiler: &WasmCompiler) -> Result<PathBuf, Failed> {
    let arguments = ["build", "--package", "widget", "--profile", PROFILE, "--target", WASM_TARGET];
    match compiler {
        WasmCompiler::Ready => run::cargo(arguments)?,
        WasmCompiler::Debian { linker } => {
            let mut command = Command::new("/usr/bin/cargo");
            command.args(arguments).arg("-Zbuild-std=std,panic_abort");
            command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            run::program(command)?;
        }
    }
    Ok(run::target().join(WASM_TARGET).join(PROFILE).join("widget.wasm"))
}

/// The library behind wasm-bindgen's command: its version is that of `Cargo.lock`, so the two cannot differ.
fn bind(wasm: &PathBuf, out: &PathBuf) -> Result<(), Failed> {
    let fail = |error: &dyn std::fmt::Display| Failed(format!("wasm-bindgen: {error:#}"));
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(wasm).out_name("widget").typescript(false);
    bindgen.web(true).map_err(|error| fail(&error))?;
    bindgen.generate(out).map_err(|error| fail(&error))
}
