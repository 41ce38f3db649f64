//! The bucket for code. A bucket of another account is never used.

use super::aws::Aws;
use super::code::Archive;
use crate::run::Failed;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::Command;

/// A bucket. Bucket names are global, so each call states our account as the expected owner, and S3 refuses it if the
/// bucket belongs to another account.
pub(super) struct Bucket<'a> {
    aws: &'a Aws,
    pub(super) name: String,
}

/// Whether the bucket exists.
pub(super) enum There {
    Yes,
    No,
}

impl<'a> Bucket<'a> {
    pub(super) fn new(aws: &'a Aws, name: &str) -> Self {
        Self { aws, name: name.to_owned() }
    }

    /// `aws s3api ACTION` on this bucket of this account.
    pub(super) fn command(&self, action: &str) -> Command {
        self.aws.command(&["s3api", action, "--bucket", &self.name, "--expected-bucket-owner", &self.aws.account])
    }

    /// Checks whether it exists and is ours.
    pub(super) fn look(&self) -> Result<There, Failed> {
        match self.aws.run(self.command("head-bucket")) {
            Ok(_) => Ok(There::Yes),
            Err(said) if said.contains("(404)") || said.contains("NoSuchBucket") => Ok(There::No),
            Err(said) if said.contains("(403)") || said.contains("AccessDenied") => Err(self.foreign()),
            Err(said) => Err(Failed(format!("the bucket {} cannot be accessed: {said}", self.name))),
        }
    }

    fn foreign(&self) -> Failed {
        Failed(format!(
            "the bucket {} does not belong to account {}, or you may not use it. Nothing was uploaded. Name another bucket \
             of yours: --bucket NAME",
            self.name, self.aws.account
        ))
    }

    /// The command that creates it.
    pub(super) fn make(&self) -> Command {
        self.aws.command(&["s3", "mb", &format!("s3://{}", self.name)])
    }

    /// Uploads a file; S3 verifies the checksum.
    pub(super) fn put(&self, file: &Path, key: &str, sha256: &str) -> Command {
        let mut put = self.command("put-object");
        put.args(["--key", key, "--checksum-sha256", sha256, "--body"]).arg(file);
        put
    }

    /// The hash of the archive's object, computed from its content; `None` if it does not exist.
    fn hash_of(&self, archive: &Archive) -> Result<Option<String>, Failed> {
        let (key, copy) = (&archive.key, archive.file.with_extension("compared.zip"));
        let _ = std::fs::remove_file(&copy);
        let mut get = self.command("get-object");
        get.args(["--key", key]).arg(&copy);
        match self.aws.run(get) {
            Ok(_) => {}
            Err(said) if said.contains("NoSuchKey") || said.contains("(404)") => return Ok(None),
            Err(said) if said.contains("AccessDenied") || said.contains("(403)") => return Err(self.foreign()),
            Err(said) => return Err(Failed(format!("s3://{}/{key} cannot be read: {said}", self.name))),
        }
        let bytes = std::fs::read(&copy).map_err(|error| Failed(format!("{}: {error}", copy.display())))?;
        let _ = std::fs::remove_file(&copy);
        Ok(Some(STANDARD.encode(Sha256::digest(&bytes))))
    }

    /// Uploads an archive unless the same one exists. Afterwards the object equals the archive, or this fails.
    pub(super) fn upload(&self, archive: &Archive) -> Result<(), Failed> {
        if self.hash_of(archive)?.as_ref() == Some(&archive.sha256) {
            return Ok(());
        }
        let put = self.put(&archive.file, &archive.key, &archive.sha256);
        self.aws.run(put).map_err(|said| Failed(format!("{} cannot be uploaded: {said}", archive.function)))?;
        match self.hash_of(archive)? {
            Some(hash) if hash == archive.sha256 => Ok(()),
            _ => Err(Failed(format!(
                "s3://{}/{} is not the code that was built here. Nothing was deployed. Find out who else writes to this \
                 bucket, or name another: --bucket NAME",
                self.name, archive.key
            ))),
        }
    }
}
