//! Builds `<peeker-checkout>`: Rust → WASM → bindings → minified modules and small binaries.

use crate::run::{self, Failed};
use crate::setup::{self, WASM_TARGET, WasmCompiler};
use std::path::PathBuf;
use std::process::Command;

/// The package that becomes the module; a profile of its name is in the workspace's manifest.
const PACKAGE: &str = "widget";

/// Builds into `widget/dist`.
pub(crate) fn build() -> Result<(), Failed> {
    setup::npm_packages(&run::root().join("widget"))?;
    let compiler = setup::wasm_compiler()?;
    let bindgen = run::target().join("widget/bindgen");
    run::step("compiling the widget and generating its bindings");
    bind(PACKAGE, &compile(&compiler, PACKAGE)?, &bindgen)?;
    bundle()
}

/// Optimises and bundles what was compiled last.
pub(crate) fn bundle() -> Result<(), Failed> {
    run::step("optimising and bundling");
    let bindgen = run::target().join("widget/bindgen");
    let mut command = Command::new("node");
    command.arg(run::root().join("widget/build.mjs"));
    command.arg("--bindgen").arg(&bindgen).arg("--out").arg(run::root().join("widget/dist"));
    run::program(command)
}

fn compile(compiler: &WasmCompiler, package: &str) -> Result<PathBuf, Failed> {
    let arguments = ["build", "--package", package, "--profile", package, "--target", WASM_TARGET];
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
    Ok(run::target().join(WASM_TARGET).join(package).join(format!("{package}.wasm")))
}

/// The library behind wasm-bindgen's command: its version is that of `Cargo.lock`, so the two cannot differ.
fn bind(package: &str, wasm: &PathBuf, out: &PathBuf) -> Result<(), Failed> {
    let fail = |error: &dyn std::fmt::Display| Failed(format!("wasm-bindgen: {error:#}"));
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(wasm).out_name(package).typescript(true);
    // The module has another name in the package, and bundlers would look for the one written here.
    bindgen.omit_default_module_path(true);
    bindgen.web(true).map_err(|error| fail(&error))?;
    bindgen.generate(out).map_err(|error| fail(&error))
}
