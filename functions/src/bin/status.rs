//! The status endpoints on Lambda: wiring.

use functions::config::from_environment;
use functions::{gateway, lambda, start, telemetry};

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let (window, origins) = start::status(&from_environment).await?;
    let function = (window.dependencies(), gateway::status(window, &origins));
    function.0.warm().await;
    lambda::run(function.1).await
}
