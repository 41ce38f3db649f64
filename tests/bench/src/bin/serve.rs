//! All functions on one port, with the settings of the functions and nothing else in the process: what its memory
//! does is what theirs does.

#![expect(clippy::print_stdout, reason = "a program that a person starts tells where it answers")]

use functions::config::Settings;
use functions::environment::from_environment;
use functions::needs::Need;
use functions::{gateway, telemetry};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    telemetry::start_to(std::io::sink, None);
    let mut settings = Settings::new(&from_environment);
    let vault = settings.vault(Need::ALL).await;
    let parts = (settings.proxy(&vault), settings.window(&vault), settings.receiver(&vault), settings.origins());
    let parts = match parts {
        (Some(proxy), Some(window), Some(receiver), Some(origins)) => Some((proxy, window, receiver, origins)),
        _ => None,
    };
    let (proxy, window, receiver, origins) = settings.finish(parts)?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, gateway::whole(proxy, window, receiver, &origins)).await?;
    Ok(())
}
