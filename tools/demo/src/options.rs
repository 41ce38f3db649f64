//! The demo's command line.

use std::ffi::OsString;
use std::path::PathBuf;

/// Where the signup page is unless told otherwise.
const DEFAULT_PORT: u16 = 8787;

/// What the demo was asked to do.
#[derive(Debug)]
pub(crate) struct Options {
    /// The page's port; the others follow it, or take free ones.
    pub(crate) port: u16,
    /// Keeps orders over restarts.
    pub(crate) data: Option<PathBuf>,
    /// How many times as fast as the machine's the demo's clock runs.
    pub(crate) speed: f64,
    /// Whether the sandbox asks most of a client wherever upstream's documentation leaves room.
    pub(crate) strictest: bool,
    /// Where to describe the running demo.
    pub(crate) json: PathBuf,
    /// The built widget.
    pub(crate) dist: PathBuf,
}

/// Shown on `--help` and beside each mistake.
const USAGE: &str = "cargo xtask demo [--port N] [--data DIR] [--speed N] [--upstream WORD]

  --port N     the signup page's port (default 8787; 0 takes a free one)
  --data DIR   keep orders and keys in DIR over restarts
  --speed N    run the demo's clock N times as fast (default 1)
  --upstream WORD
               usual (default), or strictest: the sandbox does what asks most of a client
               wherever Peeker's documentation leaves room
  --json FILE  where to describe the running demo (default target/demo/demo.json)
  --dist DIR   the built widget (default widget/dist)";

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self {
            port: DEFAULT_PORT,
            data: None,
            speed: 1.0,
            strictest: false,
            json: PathBuf::from("target/demo/demo.json"),
            dist: PathBuf::from("widget/dist"),
        };
        while let Some(argument) = arguments.next() {
            let argument = argument.to_string_lossy().into_owned();
            if matches!(argument.as_str(), "--help" | "-h") {
                return Err(USAGE.to_owned());
            }
            let known =
                matches!(argument.as_str(), "--port" | "--data" | "--speed" | "--upstream" | "--json" | "--dist");
            let value = arguments.next().filter(|_| known);
            let value = value.ok_or_else(|| format!("{argument} is unknown or lacks its value.\n\n{USAGE}"))?;
            let text = value.to_string_lossy();
            match argument.as_str() {
                "--port" => {
                    options.port =
                        text.parse().map_err(|_| format!("--port takes a number from 0 to 65535, not {text}."))?;
                }
                "--speed" => match text.parse() {
                    Ok(speed) if (1.0..=1_000.0).contains(&speed) => options.speed = speed,
                    _ => return Err(format!("--speed takes a number from 1 to 1000, not {text}.")),
                },
                "--upstream" => match &*text {
                    "usual" => options.strictest = false,
                    "strictest" => options.strictest = true,
                    _ => return Err(format!("--upstream takes usual or strictest, not {text}.")),
                },
                "--data" => options.data = Some(value.into()),
                "--json" => options.json = value.into(),
                _ => options.dist = value.into(),
            }
        }
        Ok(options)
    }
}
