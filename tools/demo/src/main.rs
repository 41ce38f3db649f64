//! Runs the whole product in one process: sandbox, database, functions, and a partner's page with the widget.

mod account;
mod files;
mod options;
mod partner;
mod private;
mod site;
mod troubles;

use clap::Parser;
use e2e::{Stack, StackConfig, StackError, listen};
use options::{Options, Upstream};
use sandbox::ClockMode;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("the demo cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(run(&options));
    // Whatever a browser still holds open ends here.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("the demo cannot start: {message}");
            ExitCode::FAILURE
        }
    }
}

/// For whoever reads along. Whoever has gone is no reason to stop.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

async fn run(options: &Options) -> Result<(), String> {
    let told = |error: StackError| error.to_string();
    let page = listen(options.port).await.map_err(|error| match error {
        StackError::PortTaken(port) => format!("port {port} is taken. Stop what uses it, or choose another: --port N"),
        other => other.to_string(),
    })?;
    private::begin();
    if let Some(data) = &options.data {
        private::folder(data, Some(&options.json))?;
    }
    if let Some(folder) = options.json.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        private::folder(folder, Some(&options.json))?;
        log_to(&folder.join("demo.log"))?;
    }
    let port = page.local_addr().map_err(|error| error.to_string())?.port();
    let origins = vec![format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}")];
    let config = StackConfig {
        api_port: free_or_any(port.saturating_add(1)).await,
        sandbox_port: free_or_any(port.saturating_add(2)).await,
        database_port: free_or_any(port.saturating_add(3)).await,
        origins: origins.clone(),
        data: options.data.clone(),
        clock: ClockMode::Real { speed: options.speed },
        // Imports take half a minute here, not hours.
        import_poll_seconds: 5,
        ..StackConfig::default()
    };
    let config = if options.upstream == Upstream::Strictest { config.strictest() } else { config };
    let stack = Stack::start(config).await.map_err(told)?;
    let url = format!("http://127.0.0.1:{port}/");
    let site = site::router(partner::Partner::new(&stack, &origins)?, &options.dist)?;
    // Last: whoever finds it may use everything.
    write_description(&options.json, &url, &stack)?;
    let served = tokio::spawn(async move { axum::serve(page, site).await });
    say(&format!(
        "\n  Signup page   {url}\n  API           {}\n  Sandbox       {}\n  DynamoDB      {}\n  Keys          {}\n\n  \
         Ctrl-C stops it.\n",
        stack.api,
        stack.sandbox.control_url(),
        stack.database_url,
        options.json.display()
    ));
    until_told_to_stop().await;
    say("stopping");
    served.abort();
    stack.stop().await;
    // What it describes is gone.
    let _ = std::fs::remove_file(&options.json);
    Ok(())
}

/// `port` when it is free, any other when not.
async fn free_or_any(port: u16) -> u16 {
    match listen(port).await {
        Ok(_) => port,
        Err(_) => 0,
    }
}

fn log_to(file: &Path) -> Result<(), String> {
    let log = std::fs::File::create(file).map_err(|error| format!("{}: {error}", file.display()))?;
    functions::telemetry::start_to(Arc::new(log), None);
    Ok(())
}

/// Tells any client where everything is and how to be let in.
fn write_description(file: &Path, url: &str, stack: &Stack) -> Result<(), String> {
    let base = stack.sandbox.base_url();
    let description = serde_json::json!({
        "url": url,
        "api": stack.api,
        "sandbox_url": base.trim_end_matches("/partner/v1"),
        "peeker_base_url": base,
        "control_url": stack.sandbox.control_url(),
        "dynamodb_url": stack.database_url,
        "dynamodb_table": e2e::TABLE,
        "session_key": stack.values.session_key,
        "session_kid": stack.values.session_kid,
        "session_audience": e2e::SESSION_AUDIENCE,
        "partner_key": stack.values.partner_key,
        "peeker_key": stack.values.peeker_key,
        "webhook_secret": stack.values.webhook_secret,
        "sequencer_login_email": stack.values.login_email,
        "sequencer_login_password": stack.values.login_password,
        "bundle_id": stack.bundle_id(),
        "bundles": stack.values.bundles.iter().map(|(name, id)| serde_json::json!({"id": id, "name": name})).collect::<Vec<_>>(),
        "pid": std::process::id(),
    });
    let fail = |error: std::io::Error| format!("{}: {error}", file.display());
    let draft = file.with_extension("tmp");
    std::fs::write(&draft, format!("{description:#}\n")).map_err(fail)?;
    std::fs::rename(&draft, file).map_err(fail)
}

async fn until_told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
