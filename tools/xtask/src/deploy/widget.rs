//! The widget's files in a stage's bucket: under a name that changes with them, each with its type.

use super::aws::{Aws, Stack};
use super::options::Options;
use crate::run::{self, Failed};

/// What is served, and as what: a browser runs no module and compiles no WASM under another type. The command line's own
/// guess depends on the machine that it runs on.
const TYPES: [(&str, &str); 3] =
    [("*.js", "text/javascript; charset=utf-8"), ("*.wasm", "application/wasm"), ("*.css", "text/css; charset=utf-8")];

/// Puts the widget where the stage serves it from, when it does; gives the address of its script.
pub(super) fn upload(aws: &Aws, options: &Options, stack: &Stack) -> Result<Option<String>, Failed> {
    let Some((bucket, url)) = stack.output("WidgetBucket").zip(stack.output("WidgetUrl")) else {
        return Ok(None);
    };
    let dist = run::root().join("widget/dist");
    if !options.prebuilt || !dist.join("integrity.json").exists() {
        crate::widget::build()?;
    }
    run::step("upload the widget");
    let version = version()?;
    for (files, kind) in TYPES {
        let mut copy = aws.command(&["s3", "cp", "--recursive", "--only-show-errors"]);
        copy.arg(&dist).arg(format!("s3://{bucket}/{version}/")).args(["--exclude", "*", "--include", files]);
        copy.args(["--content-type", kind, "--cache-control", "public, max-age=31536000, immutable"]);
        run::program(copy)?;
    }
    Ok(Some(format!("{url}/{version}/peeker-checkout.js")))
}

/// What tells one build of the widget from another: the folder's name in the bucket, made of the hashes of all its files.
fn version() -> Result<String, Failed> {
    let list = run::root().join("widget/dist/integrity.json");
    let bytes = std::fs::read(&list).map_err(|error| Failed(format!("{}: {error}", list.display())))?;
    // FNV-1a, 64 bit: a name that differs when a file does, and needs to be no secret.
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    Ok(format!("{hash:016x}"))
}
