//! `cargo xtask deploy`: deploys a stage to AWS with the commands of `infra/README.md`, and shows a plan first. A
//! second run without changes does nothing.

mod aws;
mod bucket;
mod code;
mod data_key;
mod options;
mod secrets;
mod widget;

use crate::run::{self, Failed};
use aws::{Aws, Stack};
use bucket::{Bucket, There};
pub(crate) use options::Options;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name of the build step.
const BUILD: &str = "build the functions";
/// Name of the CloudFormation step.
const DEPLOY: &str = "deploy the template";

/// Name of the step that creates a bucket.
const MAKE: &str = "create a bucket for code";
/// Name of the upload step.
const UPLOAD: &str = "upload changed code, and compare it with the build";
/// Maximum size in bytes of a template without a bucket.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_TEMPLATE: usize = 51_200;

/// Deploys, or removes, a stage.
pub(crate) fn deploy(options: Options) -> Result<(), Failed> {
    let options = &options;
    let aws = Aws::find()?;
    let name = options.stack_name();
    let stack = aws.stack(&name)?;
    if options.remove {
        return remove(&aws, options, stack.is_some());
    }
    if stack.as_ref().is_some_and(Stack::is_stillborn) {
        return Err(Failed(format!(
            "The first deployment of {name} failed and was rolled back.{}\nRemove what is left, and try again: \
             cargo xtask deploy --stage {} --remove",
            aws.reasons(&name),
            options.stage
        )));
    }
    options.check_first(stack.is_some())?;
    let chosen = options.secrets.as_deref().map(|file| secrets::read(file, &options.stage)).transpose()?;
    let build = build(options, options.processor(stack.as_ref()))?;
    let bucket = Bucket::new(
        &aws,
        &options.bucket.clone().unwrap_or_else(|| format!("peeker-checkout-code-{}-{}", aws.account, aws.region)),
    );
    let make = matches!(bucket.look()?, There::No).then(|| bucket.make());
    let change = change(&aws, options);
    println!(
        "{} {name} in account {}, {}",
        if stack.is_some() { "Updates" } else { "Creates" },
        aws.account,
        aws.region
    );
    let show = |what: &str, command: &Command| println!("  {what}\n    {}", run::shown(command));
    build.iter().for_each(|command| show(BUILD, command));
    make.iter().for_each(|command| show(MAKE, command));
    let folder = folder(&name);
    let archive = shown_from_root(&folder.join("FUNCTION.zip"));
    show(UPLOAD, &bucket.put(&archive, &code::key_of("HASH"), "HASH"));
    println!("  create the secret {} if it does not exist", data_key::id(&options.stage));
    show(DEPLOY, &change);
    println!("  deploy this code to functions that run other code, and publish a version");
    for kind in chosen.iter().flat_map(|chosen| chosen.kinds()) {
        println!("  store the secret peeker-checkout/{}/{kind} if it changed", options.stage);
    }
    println!("  store the secret peeker-checkout/{}/endpoints without endpoints if it has no value", options.stage);
    if options.hosts_widget(stack.as_ref()) {
        println!("  upload the widget's files, under a name that changes with them");
    }
    if options.plan {
        return Ok(());
    }
    for (what, command) in [(BUILD, build), (MAKE, make)] {
        if let Some(command) = command {
            run::step(what);
            run::program(command)?;
        }
    }
    run::step(UPLOAD);
    let archives = code::pack(&folder)?;
    run::each(&archives, |archive| bucket.upload(archive))?;
    let template = code::template(&bucket.name, &archives)?;
    let file = packaged(&name);
    std::fs::write(&file, &template).map_err(|error| Failed(format!("{}: {error}", file.display())))?;
    let kms_key = options.kms_key(stack.as_ref());
    data_key::make_once(&aws, &options.stage, kms_key)?;
    // The functions may use the key as long as the template gives it to them.
    if kms_key.is_none() && stack.as_ref().and_then(Stack::kms_key).is_some() {
        data_key::encrypt(&aws, &options.stage, None)?;
    }
    run::step(DEPLOY);
    let mut change = change;
    if template.len() > MAX_TEMPLATE {
        // CloudFormation's command uploads it to the bucket, whose owner was just verified.
        change.args(["--s3-bucket", &bucket.name]);
    }
    run::program(change).map_err(|Failed(why)| Failed(format!("{why}{}", aws.reasons(&name))))?;
    if kms_key.is_some() {
        data_key::encrypt(&aws, &options.stage, kms_key)?;
    }
    code::settle(&aws, &bucket.name, &name, &archives)?;
    if let Some(chosen) = chosen {
        chosen.put(&aws, &options.stage)?;
    }
    secrets::put_no_endpoints(&aws, &options.stage)?;
    let stack = aws.stack(&name)?.ok_or_else(|| Failed(format!("{name} does not exist after the deployment")))?;
    let script = widget::upload(&aws, options, &stack)?;
    summarize(options, &stack, script);
    Ok(())
}

/// The folder for what is uploaded: each stage has its own, so that two can be deployed at the same time.
fn folder(stack: &str) -> PathBuf {
    run::target().join("deploy").join(stack)
}

/// The template with the code's location in the bucket.
fn packaged(stack: &str) -> PathBuf {
    folder(stack).join("template.packaged.yaml")
}

/// The build command; `None` if the functions are already built.
fn build(options: &Options, processor: &str) -> Result<Option<Command>, Failed> {
    if options.prebuilt {
        for function in code::FUNCTIONS {
            let file = run::target().join("lambda").join(function).join("bootstrap");
            if !file.exists() {
                return Err(Failed(format!("{} is missing: leave out --prebuilt to build it", file.display())));
            }
        }
        return Ok(None);
    }
    if run::output("cargo", &["lambda", "--version"]).is_none() {
        return Err(Failed(
            "cargo-lambda is missing. Install it with cargo install cargo-lambda, brew install cargo-lambda or \
             pip install cargo-lambda."
                .to_owned(),
        ));
    }
    let mut build = Command::new("cargo");
    build.args(["lambda", "build", "--release", processor, "--package", "functions"]);
    Ok(Some(build))
}

/// The command that deploys the packaged template.
fn change(aws: &Aws, options: &Options) -> Command {
    let mut deploy = aws.command(&["cloudformation", "deploy", "--template-file"]);
    deploy.arg(shown_from_root(&packaged(&options.stack_name()))).args(["--stack-name", &options.stack_name()]);
    deploy.args(["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"]);
    deploy.args(["--tags", "application=peeker-checkout", &format!("stage={}", options.stage)]);
    deploy.arg("--parameter-overrides").args(options.parameters());
    deploy
}

/// A path relative to the workspace, where the commands run.
fn shown_from_root(path: &Path) -> PathBuf {
    path.strip_prefix(run::root()).unwrap_or(path).to_path_buf()
}

fn summarize(options: &Options, stack: &Stack, script: Option<String>) {
    let output = |key: &str| stack.output(key).unwrap_or_default();
    let script = script.unwrap_or_else(|| "https://your-host/peeker-checkout.js".to_owned());
    println!(
        "\nRegister this address in Peeker's portal, as the webhook of this environment:\n  {}\nThe portal shows a secret \
         then. Put it into your secrets file, and run\n  cargo xtask deploy --stage {} --secrets FILE\n\nOn your page:\n  \
         <script type=\"module\" src=\"{script}\"></script>\n  <peeker-checkout endpoint=\"{}\" session=\"…\">\
         </peeker-checkout>\n\nDashboard {}, table {}",
        output("WebhookUrl"),
        options.stage,
        output("Endpoint"),
        output("DashboardName"),
        output("TableName"),
    );
}

fn remove(aws: &Aws, options: &Options, there: bool) -> Result<(), Failed> {
    let name = options.stack_name();
    if !there {
        println!("{name} does not exist in account {}, {}.", aws.account, aws.region);
        return Ok(());
    }
    let stack = aws.stack(&name)?;
    let table = stack.as_ref().and_then(|stack| stack.output("TableName")).unwrap_or("the stage's table").to_owned();
    let delete = aws.command(&["cloudformation", "delete-stack", "--stack-name", &name]);
    println!("Deletes {name} in account {}, {}; {table} stays\n    {}", aws.account, aws.region, run::shown(&delete));
    if options.plan {
        return Ok(());
    }
    run::program(delete)?;
    run::step("waiting for the deletion");
    run::program(aws.command(&["cloudformation", "wait", "stack-delete-complete", "--stack-name", &name]))?;
    println!(
        "The stage is deleted. The orders are still in the table {table}; infra/README.md says how to delete it too."
    );
    Ok(())
}
