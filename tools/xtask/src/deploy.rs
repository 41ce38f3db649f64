//! `cargo xtask deploy`: a stage on AWS by the commands of `infra/README.md`, with a plan first. Running it again
//! changes nothing that is as it should be.

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

/// The step that compiles.
const BUILD: &str = "build the functions";
/// The step in which CloudFormation works.
const DEPLOY: &str = "bring the stage to what the template says";

/// The step that makes a bucket.
const MAKE: &str = "make a bucket for code";
/// The step that uploads.
const UPLOAD: &str = "upload what changed of the code, and compare it with what was built";
/// Bytes of a template that CloudFormation takes without a bucket.
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
            "The first deployment of {name} failed, and what was made was taken back.{}\nRemove what is left, and try \
             again: cargo xtask deploy --stage {} --remove",
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
    show(UPLOAD, &bucket.put(Path::new("target/lambda/FUNCTION.zip"), &code::key_of("HASH"), "HASH"));
    println!("  make the secret {}, if there is none", data_key::id(&options.stage));
    show(DEPLOY, &change);
    println!("  bring functions to this code that run another since, and keep it as a version");
    for kind in chosen.iter().flat_map(|chosen| chosen.kinds()) {
        println!("  put the secret peeker-checkout/{}/{kind} in, if it is another one", options.stage);
    }
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
    let archives = code::pack()?;
    archives.iter().try_for_each(|archive| bucket.bring(archive))?;
    let template = code::template(&bucket.name, &archives)?;
    let file = packaged();
    std::fs::write(&file, &template).map_err(|error| Failed(format!("{}: {error}", file.display())))?;
    let kms_key = options.kms_key(stack.as_ref());
    data_key::make_once(&aws, &options.stage, kms_key)?;
    // The functions may use a key from when the template gives it to them until it takes it away.
    if kms_key.is_none() && stack.as_ref().and_then(Stack::kms_key).is_some() {
        data_key::encrypt(&aws, &options.stage, None)?;
    }
    run::step(DEPLOY);
    let mut change = change;
    if template.len() > MAX_TEMPLATE {
        // CloudFormation's command puts it into the bucket, which was found to be ours a moment ago.
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
    let stack = aws.stack(&name)?.ok_or_else(|| Failed(format!("{name} is not there after it was deployed")))?;
    let script = widget::upload(&aws, options, &stack)?;
    tell(options, &stack, script);
    Ok(())
}

/// The template with the code's place in the bucket.
fn packaged() -> PathBuf {
    run::target().join("lambda/template.packaged.yaml")
}

/// What compiles the functions; nothing when they were built before.
fn build(options: &Options, processor: &str) -> Result<Option<Command>, Failed> {
    if options.prebuilt {
        for function in code::FUNCTIONS {
            let file = run::target().join("lambda").join(function).join("bootstrap");
            if !file.exists() {
                return Err(Failed(format!(
                    "{} is missing: leave --prebuilt out, so that it is built",
                    file.display()
                )));
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

/// What brings the stack to the packaged template.
fn change(aws: &Aws, options: &Options) -> Command {
    let mut deploy = aws.command(&["cloudformation", "deploy", "--template-file"]);
    deploy.arg(shown_from_root(&packaged())).args(["--stack-name", &options.stack_name()]);
    deploy.args(["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"]);
    deploy.args(["--tags", "application=peeker-checkout", &format!("stage={}", options.stage)]);
    deploy.arg("--parameter-overrides").args(options.parameters());
    deploy
}

/// A path as it is written from the workspace's folder, in which the commands run.
fn shown_from_root(path: &Path) -> PathBuf {
    path.strip_prefix(run::root()).unwrap_or(path).to_path_buf()
}

fn tell(options: &Options, stack: &Stack, script: Option<String>) {
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
        println!("There is no {name} in account {}, {}.", aws.account, aws.region);
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
    run::step("waiting until it is gone");
    run::program(aws.command(&["cloudformation", "wait", "stack-delete-complete", "--stack-name", &name]))?;
    println!("It is gone. The orders are still in the table {table}; infra/README.md says how to delete it too.");
    Ok(())
}
