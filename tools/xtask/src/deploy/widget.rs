//! Uploads the widget's files to a stage's bucket: in a folder named after their hash, each with its media type.

use super::aws::{Aws, Stack};
use super::bucket::Bucket;
use super::options::Options;
use crate::run::{self, Failed};
use std::path::{Path, PathBuf};

/// File endings and media types: browsers refuse modules and WASM with another type, and the command line's own guess
/// depends on the machine.
const TYPES: [(&str, &str); 4] = [
    ("js", "text/javascript; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("css", "text/css; charset=utf-8"),
    ("map", "application/json"),
];

/// Uploads the widget if the stage hosts it; returns the URL of its script.
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

/// Every served file: path, name in the version's folder, media type.
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

/// The name of the version's folder, derived from the hashes of all files.
fn version() -> Result<String, Failed> {
    let list = run::root().join("widget/dist/integrity.json");
    let bytes = std::fs::read(&list).map_err(|error| Failed(format!("{}: {error}", list.display())))?;
    // FNV-1a, 64 bit: the name must change with the files, and is not a secret.
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    Ok(format!("{hash:016x}"))
}
