//! The functions' code in a stage: builds are reproducible, and the deployed code is verified.

use super::aws::Aws;
use crate::run::{self, Failed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The functions, by the names of their binaries.
pub(super) const FUNCTIONS: [&str; 5] = ["order-proxy", "webhook", "status", "reconciler", "notifier"];

/// The code of one function, as Lambda expects it.
pub(super) struct Archive {
    pub(super) function: &'static str,
    pub(super) file: PathBuf,
    /// Its key in the bucket: its hash, so that another build never replaces it.
    pub(super) key: String,
    /// SHA-256 of the archive in base64, as S3 and Lambda write it.
    pub(super) sha256: String,
}

/// The key of an archive in the bucket.
pub(super) fn key_of(hash: &str) -> String {
    format!("code/{hash}.zip")
}

/// Packs the build into `folder`. Timestamps are left out, so that the same build gives the same archive.
pub(super) fn pack(folder: &Path) -> Result<Vec<Archive>, Failed> {
    std::fs::create_dir_all(folder).map_err(|error| Failed(format!("{}: {error}", folder.display())))?;
    FUNCTIONS.iter().map(|function| pack_one(folder, function)).collect()
}

fn pack_one(folder: &Path, function: &'static str) -> Result<Archive, Failed> {
    let built = run::target().join("lambda").join(function).join("bootstrap");
    let unreadable = |error: std::io::Error| Failed(format!("{}: {error}", built.display()));
    let binary = std::fs::read(&built).map_err(unreadable)?;
    let zipped = || -> zip::result::ZipResult<Vec<u8>> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(0o755))?;
        archive.write_all(&binary)?;
        Ok(archive.finish()?.into_inner())
    };
    let bytes = zipped().map_err(|error| Failed(format!("{}: {error}", built.display())))?;
    let file = folder.join(format!("{function}.zip"));
    std::fs::write(&file, &bytes).map_err(|error| Failed(format!("{}: {error}", file.display())))?;
    let hash = Sha256::digest(&bytes);
    Ok(Archive { function, file, key: key_of(&hex::encode(hash)), sha256: STANDARD.encode(hash) })
}

/// The template with the code's locations in the bucket.
pub(super) fn template(bucket: &str, archives: &[Archive]) -> Result<String, Failed> {
    let source = run::root().join("infra/template.yaml");
    let text = std::fs::read_to_string(&source).map_err(|error| Failed(format!("{}: {error}", source.display())))?;
    // Comments count against CloudFormation's size limit.
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut text = lines.collect::<Vec<_>>().join("\n");
    for archive in archives {
        let before = format!("Code: ../target/lambda/{}\n", archive.function);
        let after = format!("Code: {{S3Bucket: {bucket}, S3Key: {}}}\n", archive.key);
        if text.matches(&before).count() != 1 {
            return Err(Failed(format!("{} must contain the code of {} once", source.display(), archive.function)));
        }
        text = text.replace(&before, &after);
    }
    Ok(text + "\n")
}

/// Deploys each function that runs other code, and publishes a version for rollbacks. `cargo lambda deploy` changes
/// functions without CloudFormation, which then misses a return to its own last code.
pub(super) fn settle(aws: &Aws, bucket: &str, stack: &str, archives: &[Archive]) -> Result<(), Failed> {
    run::each(archives, |archive| {
        let name = format!("{stack}-{}", archive.function);
        let of_function = |what: &'static str| vec!["lambda", what, "--function-name", &name];
        let runs = || {
            let query = ["--query", "CodeSha256", "--output", "text"];
            aws.read(&[of_function("get-function-configuration"), query.to_vec()].concat()).map_err(Failed)
        };
        if runs()? != archive.sha256 {
            run::step(&format!("restore the code of this deployment in {name}"));
            let place = ["--s3-bucket", bucket, "--s3-key", &archive.key].to_vec();
            aws.read(&[of_function("update-function-code"), place].concat()).map_err(Failed)?;
            aws.read(&["lambda", "wait", "function-updated-v2", "--function-name", &name]).map_err(Failed)?;
            if runs()? != archive.sha256 {
                return Err(Failed(format!(
                    "{name} runs other code than the one built here. Find out who else deploys it"
                )));
            }
        }
        // With the same code and settings, Lambda returns the existing version.
        aws.read(&of_function("publish-version")).map(drop).map_err(Failed)
    })
}
