//! The demo's command line.

use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// Run the whole product in one process: sandbox, database, functions, and a partner's page with the widget
#[derive(Debug, Parser)]
#[command(name = "demo")]
pub(crate) struct Options {
    /// Port of the signup page; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8787)]
    pub(crate) port: u16,
    /// Keep orders and keys in this folder over restarts
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Run the demo's clock this many times as fast, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = speed)]
    pub(crate) speed: f64,
    /// How the sandbox behaves where Peeker's documentation leaves room
    #[arg(long, value_name = "WORD", default_value = "usual")]
    pub(crate) upstream: Upstream,
    /// Where to describe the running demo
    #[arg(long, value_name = "FILE", default_value = "target/demo/demo.json")]
    pub(crate) json: PathBuf,
    /// The built widget
    #[arg(long, value_name = "DIR", default_value = "widget/dist")]
    pub(crate) dist: PathBuf,
}

/// How the sandbox behaves where Peeker's documentation leaves room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Upstream {
    /// It asks least of its clients
    Usual,
    /// It asks most of its clients
    Strictest,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (1.0..=1_000.0).contains(&speed) => Ok(speed),
        _ => Err("give a number from 1 to 1000".to_owned()),
    }
}
