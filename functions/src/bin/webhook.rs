//! The webhook receiver on Lambda: wiring.

use functions::config::{Settings, from_environment};
use functions::{gateway, telemetry};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let mut settings = Settings::new(&from_environment);
    let receiver = settings.receiver();
    let receiver = settings.finish(receiver)?;
    let function = (receiver.dependencies(), gateway::webhook(receiver));
    function.0.warm().await;
    lambda_http::run(function.1).await
}
