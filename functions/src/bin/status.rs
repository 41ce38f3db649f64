//! The status endpoints on Lambda: wiring.

use functions::config::{Settings, from_environment};
use functions::{gateway, telemetry};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let mut settings = Settings::new(&from_environment);
    let origins = settings.origins();
    let window = settings.window();
    let (window, origins) = settings.finish(window.zip(origins))?;
    let function = (window.dependencies(), gateway::status(window, &origins));
    function.0.warm().await;
    lambda_http::run(function.1).await
}
