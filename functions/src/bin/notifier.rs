//! The notifier on Lambda, started by the table's stream, by a queue, and by a schedule.

use functions::environment::from_environment;
use functions::notifier::invocation::Invocation;
use functions::wiring::start;
use functions::{exit, telemetry};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use std::process::ExitCode;
use std::time::Duration;

/// How long the schedule works: with the longest attempt it ends before the function's timeout, and before it starts again.
const LIMIT: Duration = Duration::from_secs(40);

// One invocation at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    telemetry::start();
    // Boxed, because the compiler would otherwise compute the layout of all futures in one.
    exit::code(Box::pin(run()).await)
}

async fn run() -> Result<(), lambda_runtime::Error> {
    let notifier = start::notifier(&from_environment).await?;
    let run = service_fn(|event: LambdaEvent<Value>| async {
        let invocation = Invocation::read(event.payload);
        // Boxed for the same reason.
        Box::pin(notifier.invoke(invocation, LIMIT)).await.map_err(lambda_runtime::Error::from)
    });
    lambda_runtime::run(run).await
}
