//! The demo's command line.

use clap::{Parser, ValueEnum};
use functions::placement::ApprovalUrl;
use shared::endpoint::{Hosts, MAX_ENDPOINTS};
use std::collections::HashSet;
use std::path::PathBuf;

/// Run the whole product in one process: sandbox, database, functions, and a partner's page with the widget
#[derive(Debug, Parser)]
#[command(name = "demo")]
pub(crate) struct Options {
    /// Port of the signup page; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8787)]
    pub(crate) port: u16,
    /// Keep orders and keys in this folder across restarts
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Run the demo's clock this many times as fast, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = speed)]
    pub(crate) speed: f64,
    /// Behaviour of the sandbox where Peeker's documentation is incomplete
    #[arg(long, value_name = "WORD", default_value = "usual")]
    pub(crate) upstream: Upstream,
    /// Your backend that approves the orders of sessions whose approval is call; demo.json has the secret
    #[arg(long, value_name = "URL", value_parser = approval_url)]
    pub(crate) approval_url: Option<ApprovalUrl>,
    /// File that describes the running demo
    #[arg(long, value_name = "FILE", default_value = "target/demo/demo.json")]
    pub(crate) json: PathBuf,
    /// Send notifications to this address, such as http://localhost:3000/hook; repeat it for more, up to 19
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub(crate) notify: Vec<String>,
    /// The built widget
    #[arg(long, value_name = "DIR", default_value = "widget/dist")]
    pub(crate) dist: PathBuf,
    /// Read the built widget anew for each request, and have pages reload when it changes
    #[arg(long)]
    pub(crate) watch: bool,
}

/// Behaviour of the sandbox where Peeker's documentation is incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Upstream {
    /// Least demanding for clients
    Usual,
    /// Most demanding for clients
    Strictest,
}

fn approval_url(text: &str) -> Result<ApprovalUrl, String> {
    ApprovalUrl::parse(text)
        .ok_or_else(|| "give an https address on a public host, or an address on this machine".to_owned())
}

/// Addresses beside the demo's own.
const MOST_ENDPOINTS: usize = MAX_ENDPOINTS - 1;

impl Options {
    /// What is wrong with several options together.
    pub(crate) fn check(&self) -> Result<(), String> {
        let mut seen = HashSet::new();
        match self.notify.iter().find(|url| !seen.insert(url.as_str())) {
            Some(twice) => Err(format!("--notify {twice} is given twice")),
            None if self.notify.len() > MOST_ENDPOINTS => {
                Err(format!("--notify is given {} times; at most {MOST_ENDPOINTS} are allowed", self.notify.len()))
            }
            None => Ok(()),
        }
    }
}

fn endpoint(text: &str) -> Result<String, String> {
    Hosts::AndThisMachine.check(text).map(|()| text.to_owned()).map_err(str::to_owned)
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (1.0..=1_000.0).contains(&speed) => Ok(speed),
        _ => Err("give a number from 1 to 1000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use clap::Parser;

    fn problem(arguments: &[&str]) -> String {
        let options = Options::try_parse_from([&["demo"], arguments].concat());
        options.map_err(|error| error.to_string()).and_then(|options| options.check()).unwrap_err()
    }

    #[test]
    fn addresses_for_notifications_are_checked_on_the_command_line() {
        let wrong = problem(&["--notify", "http://localhost:0/"]);
        assert!(wrong.contains("the port after the colon is a number from 1 to 65535"), "{wrong}");
        let url = "http://localhost:3000/";
        assert_eq!(problem(&["--notify", url, "--notify", url]), format!("--notify {url} is given twice"));
        let many: Vec<String> = (1..=20).map(|port| format!("--notify=http://localhost:{port}/")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(problem(&many), "--notify is given 20 times; at most 19 are allowed");
    }
}
