//! The status endpoints on Lambda: wiring.

use functions::environment::from_environment;
use functions::{gateway, lambda, start, telemetry};

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let (window, origins) = start::status(&from_environment).await?;
    let dependencies = window.dependencies();
    let router = gateway::status(window, dependencies.clone(), &origins);
    dependencies.warm().await;
    lambda::run(router).await
}
