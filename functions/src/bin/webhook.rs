//! The webhook receiver on Lambda: wiring.

use functions::config::from_environment;
use functions::{gateway, lambda, start, telemetry};

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let receiver = start::webhook(&from_environment).await?;
    let function = (receiver.dependencies(), gateway::webhook(receiver));
    function.0.warm().await;
    lambda::run(function.1).await
}
