//! The status endpoints on Lambda: wiring.

use functions::config::{Settings, from_environment, open_vault};
use functions::{gateway, lambda, telemetry};

// One event at a time: more threads would only pass it around.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let vault = open_vault(from_environment).await?;
    let mut settings = Settings::new(&from_environment);
    let origins = settings.origins();
    let window = settings.window(&vault);
    let (window, origins) = settings.finish(window.zip(origins))?;
    let function = (window.dependencies(), gateway::status(window, &origins));
    function.0.warm().await;
    lambda::run(function.1).await
}
