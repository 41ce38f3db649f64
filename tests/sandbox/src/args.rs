//! The command line of the binary.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sandbox::{ClockMode, SandboxConfig};

pub(crate) const USAGE: &str = "\
A Peeker that runs on this machine. Every option can be left out.

  --port N                  port on the address, default 8790; 0 picks a free one
  --address IP              default 127.0.0.1
  --test-key KEY            default pk_test_sandbox
  --live-key KEY            a key of the live world, default none
  --webhook-url URL         where events go, default nowhere
  --webhook-secret TEXT     signs events of the test world
  --live-webhook-secret TEXT
  --signature TEMPLATE      {timestamp}.{body} (default), {event_id}.{timestamp}.{body},
                            {timestamp}{body} or {body}
  --provisioning SECONDS    from order to completion, default 6
  --speed N                 virtual seconds per real second, default 1
  --paused UNIX_SECONDS     a clock that stands there until it is advanced
  --seed N                  predictable identifiers
  --data FILE               keep the state in this file
  --rate-limit N            requests a minute and key, default 600; 0 is no limit
  --retry-factor N          multiplies the waits between delivery attempts, default 1
  --help                    this text
";

/// Reads the options; `None` asks for the usage.
pub(crate) fn read(args: impl Iterator<Item = String>) -> Result<Option<SandboxConfig>, String> {
    let mut config = SandboxConfig::default();
    config.address.set_port(8790);
    let mut args = args;
    while let Some(option) = args.next() {
        if option == "--help" {
            return Ok(None);
        }
        let value = args.next().ok_or_else(|| format!("{option} needs a value; see --help"))?;
        apply(&mut config, &option, value)?;
    }
    Ok(Some(config))
}

fn apply(config: &mut SandboxConfig, option: &str, value: String) -> Result<(), String> {
    match option {
        "--port" => config.address.set_port(parse(option, &value)?),
        "--address" => {
            let ip: IpAddr = parse(option, &value)?;
            config.address = SocketAddr::new(ip, config.address.port());
        }
        "--test-key" => config.test_key = value,
        "--live-key" => config.live_key = Some(value),
        "--webhook-url" => config.webhook_url = Some(value),
        "--webhook-secret" => config.webhook_secret = value,
        "--live-webhook-secret" => config.live_webhook_secret = value,
        "--signature" => config.signature_template = value,
        "--provisioning" => {
            let seconds = parse(option, &value)?;
            config.provisioning = Duration::try_from_secs_f64(seconds)
                .map_err(|_| format!("{option} {value}: give a number of zero or more"))?;
        }
        "--speed" => config.clock = ClockMode::Real { speed: parse(option, &value)? },
        "--paused" => config.clock = ClockMode::Paused { start: parse(option, &value)? },
        "--seed" => config.seed = Some(parse(option, &value)?),
        "--data" => config.data_file = Some(PathBuf::from(value)),
        "--rate-limit" => config.rate_limit_per_minute = parse(option, &value)?,
        "--retry-factor" => config.retry_factor = parse(option, &value)?,
        _ => return Err(format!("there is no option {option}; see --help")),
    }
    Ok(())
}

fn parse<T: FromStr>(option: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{option} {value}: cannot be read; see --help"))
}

/// An error and what caused it, on one line.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
