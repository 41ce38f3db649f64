//! The widget's files in a stage's bucket: under a name that changes with them, each with its type.

use super::aws::{Aws, Stack};
use super::bucket::Bucket;
use super::options::Options;
use crate::run::{self, Failed};
use std::path::{Path, PathBuf};

/// What is served, and as what: a browser runs no module and compiles no WASM under another type. The command line's own
/// guess depends on the machine that it runs on.
const TYPES: [(&str, &str); 3] =
    [("js", "text/javascript; charset=utf-8"), ("wasm", "application/wasm"), ("css", "text/css; charset=utf-8")];

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
    let bucket = Bucket::new(aws, bucket);
    for (file, name, kind) in files(&dist)? {
        let mut put = bucket.command("put-object");
        put.args(["--key", &format!("{version}/{name}"), "--content-type", kind, "--checksum-algorithm", "SHA256"]);
        put.args(["--cache-control", "public, max-age=31536000, immutable", "--body"]).arg(&file);
        aws.run(put).map_err(|said| Failed(format!("{name} cannot be uploaded: {said}")))?;
    }
    Ok(Some(format!("{url}/{version}/peeker-checkout.js")))
}

/// Every file that is served: where it is, its name below the version's folder, its type.
fn files(dist: &Path) -> Result<Vec<(PathBuf, String, &'static str)>, Failed> {
    let mut found = Vec::new();
    let mut open = vec![dist.to_path_buf()];
    while let Some(folder) = open.pop() {
        let fail = |error: std::io::Error| Failed(format!("{}: {error}", folder.display()));
        for entry in std::fs::read_dir(&folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            let extension = path.extension().unwrap_or_default();
            if path.is_dir() {
                open.push(path);
            } else if let Some((_, kind)) = TYPES.iter().find(|(known, _)| extension == *known) {
                let name = path.strip_prefix(dist).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                found.push((path, name, *kind));
            }
        }
    }
    found.sort();
    Ok(found)
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
