//! Serves all functions on one port with their own settings and nothing else in the process, so that its memory use is
//! theirs.

#![expect(clippy::print_stdout, reason = "a command-line program prints its URL")]

use functions::environment::from_environment;
use functions::telemetry;
use functions::wiring::start;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    telemetry::start_to(std::io::sink, None);
    let functions = start::all(&from_environment).await?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, functions.router).await?;
    Ok(())
}
