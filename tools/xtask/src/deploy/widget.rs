//! The widget's files in a stage's bucket: under a name that changes with them, each with its type.

use super::aws::{Aws, Stack};
use super::options::Options;
use crate::run::{self, Failed};
use sha2::{Digest, Sha256};
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
    let version = version(&dist)?;
    for (extension, kind) in TYPES {
        let mut copy = aws.command(&["s3", "cp", "--recursive", "--only-show-errors"]);
        copy.arg(&dist).arg(format!("s3://{bucket}/{version}/")).args([
            "--exclude",
            "*",
            "--include",
            &format!("*.{extension}"),
        ]);
        copy.args(["--content-type", kind, "--cache-control", "public, max-age=31536000, immutable"]);
        run::program(copy)?;
    }
    Ok(Some(format!("{url}/{version}/peeker-checkout.js")))
}

/// What tells one build of the widget from another: the folder's name in the bucket, made of all that is served.
fn version(dist: &Path) -> Result<String, Failed> {
    let mut files = Vec::new();
    served(dist, &mut files).map_err(|error| Failed(format!("{}: {error}", dist.display())))?;
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = std::fs::read(&file).map_err(|error| Failed(format!("{}: {error}", file.display())))?;
        let name = file.strip_prefix(dist).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        // Each part behind its length, so that no two builds read the same.
        for part in [name.as_bytes(), &bytes] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
    }
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

fn served(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            served(&path, files)?;
        } else if TYPES.iter().any(|(extension, _)| path.extension().is_some_and(|is| is == *extension)) {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::version;
    use std::fs::{create_dir_all, write};

    #[test]
    fn the_name_of_a_build_changes_with_every_file_that_is_served_and_with_no_other() {
        let dist = std::env::temp_dir().join(format!("peeker-checkout-widget-{}", std::process::id()));
        create_dir_all(dist.join("locales")).unwrap();
        let mut names = Vec::new();
        for (file, text) in [
            ("peeker-checkout.js", "one"),
            ("peeker-checkout.wasm", "one"),
            ("locales/de.js", "one"),
            ("reserve.css", "one"),
            ("locales/de.js", "two"),
            ("README.md", "not served"),
        ] {
            write(dist.join(file), text).unwrap();
            names.push(version(&dist).unwrap());
        }
        std::fs::remove_dir_all(&dist).unwrap();
        assert_eq!(names.pop(), names.last().cloned());
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{names:?}");
    }
}
