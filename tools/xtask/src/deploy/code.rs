//! The functions' code in a stage: the same build makes the same archive, and what is deployed is what was packaged.

use super::FUNCTIONS;
use super::aws::Aws;
use crate::run::{self, Failed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::Path;

/// Gives each built file the time at which the compiler made it. cargo-lambda copies them anew with every build, and an
/// archive holds its files' times: without this, a build that changed nothing would be uploaded and start all functions
/// anew.
pub(super) fn keep_time_of_build(target: &str) -> Result<(), Failed> {
    for function in FUNCTIONS {
        let built = run::target().join(target).join("release").join(function);
        let copied = run::target().join("lambda").join(function).join("bootstrap");
        let keep = || -> std::io::Result<()> {
            let time = std::fs::metadata(&built)?.modified()?;
            File::options().write(true).open(&copied)?.set_modified(time)
        };
        keep().map_err(|error| Failed(format!("{}: {error}", copied.display())))?;
    }
    Ok(())
}

/// Deploys the packaged code of each function that runs other code, and keeps it as a version that can be gone back to.
/// `cargo lambda deploy` changes a function without CloudFormation, which then finds nothing to do when the code goes back
/// to what it deployed last.
pub(super) fn settle(aws: &Aws, stack: &str, packaged: &Path) -> Result<(), Failed> {
    let unreadable = |why: String| Failed(format!("{}: {why}", packaged.display()));
    let text = std::fs::read(packaged).map_err(|error| unreadable(error.to_string()))?;
    let template: Value = serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    for function in FUNCTIONS {
        let (bucket, key) =
            place(&template, function).ok_or_else(|| unreadable(format!("it has no code of {function}")))?;
        let name = format!("{stack}-{function}");
        let query = ["--query", "CodeSha256", "--output", "text"];
        let of_function = |what: &'static str| vec!["lambda", what, "--function-name", &name];
        let runs = aws.read(&[of_function("get-function-configuration"), query.to_vec()].concat()).map_err(Failed)?;
        let archive = aws.bytes(&["s3", "cp", &format!("s3://{bucket}/{key}"), "-"]).map_err(Failed)?;
        if runs != STANDARD.encode(Sha256::digest(&archive)) {
            run::step(&format!("bring {name} back to the code of this deployment"));
            let place = ["--s3-bucket", bucket, "--s3-key", key].to_vec();
            aws.read(&[of_function("update-function-code"), place].concat()).map_err(Failed)?;
            aws.read(&["lambda", "wait", "function-updated-v2", "--function-name", &name]).map_err(Failed)?;
        }
        // The same code and settings are the same version: Lambda makes no other.
        aws.read(&of_function("publish-version")).map_err(Failed)?;
    }
    Ok(())
}

/// Bucket and key of a function's code.
fn place<'t>(template: &'t Value, function: &str) -> Option<(&'t str, &'t str)> {
    let named = |resource: &&Value| {
        let name = resource.pointer("/Properties/FunctionName/Fn::Sub").and_then(Value::as_str);
        name.is_some_and(|name| name.ends_with(&format!("-{function}")))
    };
    let code = template.get("Resources")?.as_object()?.values().find(named)?.pointer("/Properties/Code")?;
    Some((code.get("S3Bucket")?.as_str()?, code.get("S3Key")?.as_str()?))
}
