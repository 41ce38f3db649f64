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
    // An error means that signals are unavailable; then it runs until it is killed.
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
    // If this write fails too, only the exit code remains.
    let _ = writeln!(std::io::stderr(), "sandbox: {problem}");
    ExitCode::FAILURE
}
