//! The bucket that code is uploaded to: ours, or nothing is put into it and nothing is taken from it.

use super::aws::Aws;
use super::code::Archive;
use crate::run::{self, Failed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::Command;

/// A bucket by name. A bucket's name belongs to whoever took it first in the world, so each call names our account as
/// its owner, and S3 refuses it when somebody else has the name.
pub(super) struct Bucket<'a> {
    aws: &'a Aws,
    pub(super) name: String,
}

/// Whether the bucket is there.
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

    /// Whether it is there and ours.
    pub(super) fn look(&self) -> Result<There, Failed> {
        match self.aws.run(self.command("head-bucket")) {
            Ok(_) => Ok(There::Yes),
            Err(said) if said.contains("(404)") || said.contains("NoSuchBucket") => Ok(There::No),
            Err(said) if said.contains("(403)") || said.contains("AccessDenied") => Err(self.foreign()),
            Err(said) => Err(Failed(format!("the bucket {} cannot be looked at: {said}", self.name))),
        }
    }

    fn foreign(&self) -> Failed {
        Failed(format!(
            "the bucket {} does not belong to account {}, or you may not use it. Nothing was uploaded. Name another bucket \
             of yours: --bucket NAME",
            self.name, self.aws.account
        ))
    }

    /// What makes it.
    pub(super) fn make(&self) -> Command {
        self.aws.command(&["s3", "mb", &format!("s3://{}", self.name)])
    }

    /// Puts a file in, and lets S3 compare it on the way with what we say it is.
    pub(super) fn put(&self, file: &Path, key: &str, sha256: &str) -> Command {
        let mut put = self.command("put-object");
        put.args(["--key", key, "--checksum-sha256", sha256, "--body"]).arg(file);
        put
    }

    /// The hash of what lies under `key`, by reading all of it; `None` when there is nothing.
    fn hash_of(&self, key: &str) -> Result<Option<String>, Failed> {
        let copy = run::target().join("lambda/compared.zip");
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

    /// Brings an archive there, unless the very same is there. Afterwards it is what was built here, or this fails.
    pub(super) fn bring(&self, archive: &Archive) -> Result<(), Failed> {
        if self.hash_of(&archive.key)?.as_ref() == Some(&archive.sha256) {
            return Ok(());
        }
        let put = self.put(&archive.file, &archive.key, &archive.sha256);
        self.aws.run(put).map_err(|said| Failed(format!("{} cannot be uploaded: {said}", archive.function)))?;
        match self.hash_of(&archive.key)? {
            Some(hash) if hash == archive.sha256 => Ok(()),
            _ => Err(Failed(format!(
                "s3://{}/{} is not the code that was built here. Nothing was deployed. Find out who else writes to this \
                 bucket, or name another: --bucket NAME",
                self.name, archive.key
            ))),
        }
    }
}
