//! The order proxy on Lambda: wiring.

use functions::environment::from_environment;
use functions::{gateway, lambda, start, telemetry};

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let (proxy, origins) = start::order_proxy(&from_environment).await?;
    let dependencies = proxy.dependencies();
    let router = gateway::order_proxy(proxy, dependencies.clone(), &origins);
    dependencies.warm().await;
    lambda::run(router).await
}
