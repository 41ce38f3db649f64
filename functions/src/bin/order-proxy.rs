//! The order proxy on Lambda: wiring.

use functions::config::{Settings, from_environment};
use functions::{gateway, telemetry};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let mut settings = Settings::new(&from_environment);
    let origins = settings.origins();
    let proxy = settings.proxy();
    let (proxy, origins) = settings.finish(proxy.zip(origins))?;
    let function = (proxy.dependencies(), gateway::order_proxy(proxy, &origins));
    function.0.warm().await;
    lambda_http::run(function.1).await
}
