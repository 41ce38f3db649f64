//! The order proxy on Lambda.

use functions::environment::from_environment;
use functions::wiring::start;
use functions::{exit, lambda, telemetry};
use std::process::ExitCode;

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    telemetry::start();
    exit::code(run().await)
}

async fn run() -> Result<(), lambda_http::Error> {
    let function = start::order_proxy(&from_environment).await?;
    lambda::run(function.warm().await).await
}
