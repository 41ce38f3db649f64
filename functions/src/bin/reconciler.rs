//! The reconciler on Lambda, started by a schedule.

use functions::environment::from_environment;
use functions::wiring::start;
use functions::{exit, telemetry};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use std::process::ExitCode;

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    telemetry::start();
    // Boxed, because the compiler would otherwise compute the layout of all futures in one.
    exit::code(Box::pin(run()).await)
}

async fn run() -> Result<(), lambda_runtime::Error> {
    let reconciler = start::reconciler(&from_environment).await?;
    let run = service_fn(|_: LambdaEvent<Value>| async {
        let report = reconciler.run().await.map_err(lambda_runtime::Error::from)?;
        tracing::info!(report = %serde_json::to_value(&report).unwrap_or_default(), "reconciler run finished");
        Ok::<_, lambda_runtime::Error>(report)
    });
    lambda_runtime::run(run).await
}
