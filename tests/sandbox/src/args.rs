//! The command line of the binary.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sandbox::{ClockMode, SandboxConfig};
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};

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

What the documentation leaves open. The first word is the default; the README says what each means.

  --answers-age WORD        off, on: answers about names are stale after five minutes
  --import-reading WORD     connected, prepared
  --resign-retries WORD     on, off
  --minimal-receipts WORD   off, on
  --actions WORD            order, domains: what waits for a picture
  --inventory-uses WORD     known, google, microsoft, null, missing, unknown, mixed
  --inventory-available WORD  off, on: names in the inventory are available
  --inboxes WORD            objects, addresses, absent
  --strictest WORD          off, on: all of them as they ask most of a client; later options
                            change single ones

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
        _ => return apply_reading(config, option, &value),
    }
    Ok(())
}

/// The settings of what is unknown: docs/upstream.md#editions-and-marks.
fn apply_reading(config: &mut SandboxConfig, option: &str, value: &str) -> Result<(), String> {
    let readings = &mut config.readings;
    match option {
        "--answers-age" => readings.answers_age = switch(option, value)?,
        "--import-reading" => config.import_reading = word(option, value)?,
        "--resign-retries" => config.resign_retries = switch(option, value)?,
        "--minimal-receipts" => config.minimal_receipts = switch(option, value)?,
        "--actions" => readings.actions = word(option, value)?,
        "--inventory-uses" => readings.inventory_uses = word(option, value)?,
        "--inventory-available" => readings.inventory_available = switch(option, value)?,
        "--inboxes" => readings.inboxes = word(option, value)?,
        "--strictest" => {
            if switch(option, value)? {
                *config = std::mem::take(config).strictest();
            }
        }
        _ => return Err(format!("there is no option {option}; see --help")),
    }
    Ok(())
}

fn switch(option: &str, value: &str) -> Result<bool, String> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("{option} {value}: give on or off")),
    }
}

/// One of the words of a setting, as they are spelled in JSON.
fn word<T: DeserializeOwned>(option: &str, value: &str) -> Result<T, String> {
    T::deserialize(StrDeserializer::<WordError>::new(value)).map_err(|error| format!("{option} {value}: {error}"))
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

#[cfg(test)]
mod tests {
    use super::{USAGE, read};
    use sandbox::{ActionReading, ImportReading, InboxForm, InventoryUses, Readings, SandboxConfig};

    fn of(options: &[&str]) -> Result<SandboxConfig, String> {
        let read = read(options.iter().map(|option| (*option).to_owned()))?;
        read.ok_or_else(|| "the usage".to_owned())
    }

    #[test]
    fn each_reading_has_an_option() -> Result<(), String> {
        let plain = of(&[])?;
        assert_eq!((plain.readings, plain.resign_retries, plain.minimal_receipts), (Readings::default(), true, false));
        let all = [
            ["--answers-age", "on"],
            ["--import-reading", "prepared"],
            ["--resign-retries", "off"],
            ["--minimal-receipts", "on"],
            ["--actions", "domains"],
            ["--inventory-uses", "mixed"],
            ["--inventory-available", "on"],
            ["--inboxes", "addresses"],
        ];
        let config = of(all.as_flattened())?;
        let strictest = of(&["--strictest", "on"])?;
        for config in [&config, &strictest] {
            assert_eq!(config.readings, Readings::strictest());
            assert_eq!(config.import_reading, ImportReading::Prepared);
            assert!(!config.resign_retries && config.minimal_receipts);
        }
        let mended =
            of(&["--strictest", "on", "--inboxes", "absent", "--actions", "order", "--inventory-uses", "null"])?;
        let expected = Readings {
            inboxes: InboxForm::Absent,
            actions: ActionReading::Order,
            inventory_uses: InventoryUses::Null,
            ..Readings::strictest()
        };
        assert_eq!(mended.readings, expected);
        assert_eq!(of(&["--strictest", "off"])?.readings, Readings::default());
        assert!(all.iter().all(|[option, _]| USAGE.contains(option)));
        Ok(())
    }

    #[test]
    fn a_word_that_is_none_is_refused_with_those_that_are() {
        for (option, word, part) in [
            ("--inboxes", "some", "`objects`, `addresses`, `absent`"),
            ("--answers-age", "yes", "give on or off"),
            ("--strictes", "on", "there is no option --strictes"),
        ] {
            let problem = of(&[option, word]).err().unwrap_or_default();
            assert!(problem.contains(part), "{problem}");
        }
    }
}
