//! The reconciler on Lambda, started by a schedule: wiring.

use functions::environment::from_environment;
use functions::{start, telemetry};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let reconciler = start::reconciler(&from_environment).await?;
    let run = service_fn(|_: LambdaEvent<Value>| async {
        let report = reconciler.run().await.map_err(lambda_runtime::Error::from)?;
        tracing::info!(report = %serde_json::to_value(&report).unwrap_or_default(), "reconciled");
        Ok::<_, lambda_runtime::Error>(report)
    });
    lambda_runtime::run(run).await
}
