//! The functions' code in a stage: the same build makes the same archive, and what runs is what was built here.

use super::aws::Aws;
use crate::run::{self, Failed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};
use std::path::PathBuf;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The functions, as their binaries are named.
pub(super) const FUNCTIONS: [&str; 4] = ["order-proxy", "webhook", "status", "reconciler"];

/// The code of one function, as Lambda takes it.
pub(super) struct Archive {
    pub(super) function: &'static str,
    pub(super) file: PathBuf,
    /// Where it goes in the bucket: its own hash, so that another build never replaces it.
    pub(super) key: String,
    /// Of the archive, in base64, as S3 and Lambda write it.
    pub(super) sha256: String,
}

/// The place of an archive in the bucket.
pub(super) fn key_of(hash: &str) -> String {
    format!("code/{hash}.zip")
}

/// Packs what was built. Times are left out, so that the same build is the same archive.
pub(super) fn pack() -> Result<Vec<Archive>, Failed> {
    FUNCTIONS.iter().map(|function| pack_one(function)).collect()
}

fn pack_one(function: &'static str) -> Result<Archive, Failed> {
    let folder = run::target().join("lambda").join(function);
    let built = folder.join("bootstrap");
    let unreadable = |error: std::io::Error| Failed(format!("{}: {error}", built.display()));
    let binary = std::fs::read(&built).map_err(unreadable)?;
    let zipped = || -> zip::result::ZipResult<Vec<u8>> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(0o755))?;
        archive.write_all(&binary)?;
        Ok(archive.finish()?.into_inner())
    };
    let bytes = zipped().map_err(|error| Failed(format!("{}: {error}", built.display())))?;
    let file = run::target().join("lambda").join(format!("{function}.zip"));
    std::fs::write(&file, &bytes).map_err(|error| Failed(format!("{}: {error}", file.display())))?;
    let hash = Sha256::digest(&bytes);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Archive { function, file, key: key_of(&hex), sha256: STANDARD.encode(hash) })
}

/// The template with the code's places in the bucket.
pub(super) fn template(bucket: &str, archives: &[Archive]) -> Result<String, Failed> {
    let source = run::root().join("infra/template.yaml");
    let text = std::fs::read_to_string(&source).map_err(|error| Failed(format!("{}: {error}", source.display())))?;
    // Comments are for people, and count against what CloudFormation takes.
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut text = lines.collect::<Vec<_>>().join("\n");
    for archive in archives {
        let before = format!("Code: ../target/lambda/{}\n", archive.function);
        let after = format!("Code: {{S3Bucket: {bucket}, S3Key: {}}}\n", archive.key);
        if text.matches(&before).count() != 1 {
            return Err(Failed(format!("{}: it has to name the code of {} once", source.display(), archive.function)));
        }
        text = text.replace(&before, &after);
    }
    Ok(text + "\n")
}

/// Deploys the code of each function that runs other code, and keeps it as a version that can be gone back to.
/// `cargo lambda deploy` changes a function without CloudFormation, which then finds nothing to do when the code goes back
/// to what it deployed last.
pub(super) fn settle(aws: &Aws, bucket: &str, stack: &str, archives: &[Archive]) -> Result<(), Failed> {
    for archive in archives {
        let name = format!("{stack}-{}", archive.function);
        let of_function = |what: &'static str| vec!["lambda", what, "--function-name", &name];
        let runs = || {
            let query = ["--query", "CodeSha256", "--output", "text"];
            aws.read(&[of_function("get-function-configuration"), query.to_vec()].concat()).map_err(Failed)
        };
        if runs()? != archive.sha256 {
            run::step(&format!("bring {name} back to the code of this deployment"));
            let place = ["--s3-bucket", bucket, "--s3-key", &archive.key].to_vec();
            aws.read(&[of_function("update-function-code"), place].concat()).map_err(Failed)?;
            aws.read(&["lambda", "wait", "function-updated-v2", "--function-name", &name]).map_err(Failed)?;
            if runs()? != archive.sha256 {
                return Err(Failed(format!(
                    "{name} runs other code than was built here. Find out who else deploys it"
                )));
            }
        }
        // The same code and settings are the same version: Lambda makes no other.
        aws.read(&of_function("publish-version")).map_err(Failed)?;
    }
    Ok(())
}
