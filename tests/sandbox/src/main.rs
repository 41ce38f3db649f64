//! Runs the sandbox on a port until it is interrupted.

mod args;

use std::io::Write;
use std::process::ExitCode;

use args::Arguments;
use clap::Parser;
use sandbox::{Sandbox, SandboxConfig};

#[tokio::main]
async fn main() -> ExitCode {
    run(SandboxConfig::from(Arguments::parse())).await
}

async fn run(config: SandboxConfig) -> ExitCode {
    let key = config.test_key.clone();
    let sandbox = match Sandbox::start(config).await {
        Ok(sandbox) => sandbox,
        Err(error) => return fail(&args::with_causes(&error)),
    };
    say(&format!(
        "API      {}\ncontrol  {}\nkey      {key}\nStop it with Ctrl-C.",
        sandbox.base_url(),
        sandbox.control_url(),
    ));
    // An error means that signals cannot be heard here; then it runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    sandbox.stop().await;
    ExitCode::SUCCESS
}

fn say(text: &str) -> ExitCode {
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(problem: &str) -> ExitCode {
    // When this cannot be written either, the exit code is all that is left to say.
    let _ = writeln!(std::io::stderr(), "sandbox: {problem}");
    ExitCode::FAILURE
}
