//! The order proxy on Lambda: wiring.

use functions::config::{Settings, from_environment, open_vault};
use functions::{gateway, lambda, telemetry};

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let vault = open_vault(from_environment).await?;
    let mut settings = Settings::new(&from_environment);
    let origins = settings.origins();
    let proxy = settings.proxy(&vault);
    let (proxy, origins) = settings.finish(proxy.zip(origins))?;
    let function = (proxy.dependencies(), gateway::order_proxy(proxy, &origins));
    function.0.warm().await;
    lambda::run(function.1).await
}
