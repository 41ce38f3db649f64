//! The webhook receiver on Lambda: wiring.

use functions::environment::from_environment;
use functions::{gateway, lambda, start, telemetry};

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let receiver = start::webhook(&from_environment).await?;
    let dependencies = receiver.dependencies();
    let router = gateway::webhook(receiver, dependencies.clone());
    dependencies.warm().await;
    lambda::run(router).await
}
