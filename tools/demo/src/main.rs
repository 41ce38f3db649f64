//! Runs the whole product in one process: sandbox, database, functions, and a partner's page with the widget.

mod account;
mod files;
mod inbox;
mod operator;
mod options;
mod partner;
mod payments;
mod prices;
mod private;
mod site;
mod troubles;

use clap::Parser;
use e2e::{Stack, StackConfig, StackError, listen};
use functions::config::ApprovalSettings;
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
    // Connections that a browser still holds open end here.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("the demo cannot start: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a line; a closed standard output is not an error.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

async fn run(options: &Options) -> Result<(), String> {
    options.check()?;
    let shown = |error: StackError| error.to_string();
    let page = listen(options.port).await.map_err(|error| match error {
        StackError::PortTaken(port) => {
            format!("port {port} is in use. Stop the program that uses it, or choose another port: --port N")
        }
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
        // Imports take half a minute in the demo, not hours.
        import_poll_seconds: 5,
        endpoints: endpoints(port, &options.notify),
        approvals: ApprovalSettings { url: options.approval_url.clone(), ..ApprovalSettings::default() },
        ..StackConfig::default()
    };
    let config = if options.upstream == Upstream::Strictest { config.strictest() } else { config };
    let stack = Stack::start(config).await.map_err(shown)?;
    let url = format!("http://127.0.0.1:{port}/");
    let secret = stack.values.endpoint_secrets.get(&own_endpoint(port)).cloned().unwrap_or_default();
    let partner = partner::Partner::new(&stack, &origins)?;
    let inbox = inbox::routes(partner.clone(), &secret)?;
    let site = site::router(partner, &options.dist, options.watch)?.merge(inbox);
    // Last, because a reader may use every part immediately.
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
    for url in &options.notify {
        let secret = stack.values.endpoint_secrets.get(url).map_or("", String::as_str);
        say(&format!("  Notifications go to {url}, signed with {secret}\n"));
    }
    wait_for_stop().await;
    say("stopping");
    served.abort();
    stack.stop().await;
    // The described stack no longer runs.
    let _ = std::fs::remove_file(&options.json);
    Ok(())
}

/// The address at which the demo's partner receives notifications.
fn own_endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}{}", inbox::PATH)
}

/// The names and addresses of all endpoints: the demo's partner, and those of the command line.
fn endpoints(port: u16, notify: &[String]) -> Vec<(String, String)> {
    let named = |(index, url): (usize, &String)| (format!("notify-{}", index.saturating_add(1)), url.clone());
    std::iter::once((inbox::NAME.to_owned(), own_endpoint(port))).chain(notify.iter().enumerate().map(named)).collect()
}

/// `port` if it is free, otherwise a free one.
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

/// Describes URLs and credentials for other programs.
fn write_description(file: &Path, url: &str, stack: &Stack) -> Result<(), String> {
    let base = stack.sandbox.base_url();
    let own = stack.endpoints().iter();
    let notifications = own.map(
        |(name, url)| serde_json::json!({"name": name, "url": url, "secret": stack.values.endpoint_secrets.get(url)}),
    );
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
        "approval_secret": stack.values.approval_secret,
        "peeker_key": stack.values.peeker_key,
        "webhook_secret": stack.values.webhook_secret,
        "sequencer_login_email": stack.values.login_email,
        "sequencer_login_password": stack.values.login_password,
        "bundle_id": stack.bundle_id(),
        "bundles": stack.values.bundles.iter().map(|(name, id)| serde_json::json!({"id": id, "name": name})).collect::<Vec<_>>(),
        "notifications": notifications.collect::<Vec<_>>(),
        "pid": std::process::id(),
    });
    let fail = |error: std::io::Error| format!("{}: {error}", file.display());
    let draft = file.with_extension("tmp");
    std::fs::write(&draft, format!("{description:#}\n")).map_err(fail)?;
    std::fs::rename(&draft, file).map_err(fail)
}

async fn wait_for_stop() {
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
