//! The command line of the sandbox.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use sandbox::{ActionReading, ClockMode, ImportReading, InboxForm, InventoryUses, SandboxConfig};
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};

/// An emulator of Peeker's partner API. Every option has a default.
#[derive(Debug, Parser)]
#[command(name = "sandbox")]
pub(crate) struct Arguments {
    /// Port; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 8790)]
    port: u16,
    /// Address to listen on
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// Key of the test environment [default: pk_test_sandbox]
    #[arg(long, value_name = "KEY")]
    test_key: Option<String>,
    /// Key of the live environment [default: none]
    #[arg(long, value_name = "KEY")]
    live_key: Option<String>,
    /// URL that receives events [default: events are not sent]
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// Secret that signs events of the test environment
    #[arg(long, value_name = "TEXT")]
    webhook_secret: Option<String>,
    /// Secret that signs events of the live environment
    #[arg(long, value_name = "TEXT")]
    live_webhook_secret: Option<String>,
    /// Base string of the signature: {timestamp}.{body} (default), {event_id}.{timestamp}.{body}, {timestamp}{body} or {body}
    #[arg(long, value_name = "TEMPLATE")]
    signature: Option<String>,
    /// Seconds from order to completion [default: 6]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    provisioning: Option<Duration>,
    /// Virtual seconds per real second [default: 1]
    #[arg(long, value_name = "N", conflicts_with = "paused")]
    speed: Option<f64>,
    /// Start a clock that is paused at this time until it is advanced
    #[arg(long, value_name = "UNIX_SECONDS", allow_negative_numbers = true)]
    paused: Option<i64>,
    /// Seed of predictable identifiers
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Keep the state in this file
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Requests per minute and key; 0 means no limit [default: 600]
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
    /// Factor of the delays between delivery attempts [default: 1]
    #[arg(long, value_name = "N")]
    retry_factor: Option<f64>,
    #[command(
        flatten,
        next_help_heading = "What the documentation leaves open (the README says what each word means)"
    )]
    readings: ReadingArguments,
}

/// The settings of what is unknown: docs/upstream.md#editions-and-marks.
#[derive(Debug, clap::Args)]
struct ReadingArguments {
    /// Availability becomes stale after five minutes [default: off]
    #[arg(long, value_name = "WORD")]
    answers_age: Option<Switch>,
    /// Meaning of completed in the first response to an import: connected (default) or prepared
    #[arg(long, value_name = "WORD", value_parser = word::<ImportReading>)]
    import_reading: Option<ImportReading>,
    /// Sign retries again [default: on]
    #[arg(long, value_name = "WORD")]
    resign_retries: Option<Switch>,
    /// Receipts contain only an id [default: off]
    #[arg(long, value_name = "WORD")]
    minimal_receipts: Option<Switch>,
    /// Entity that waits for a picture: order (default) or domains
    #[arg(long, value_name = "WORD", value_parser = word::<ActionReading>)]
    actions: Option<ActionReading>,
    /// usable_for of imported domains: known (default), google, microsoft, null, missing, unknown, mixed
    #[arg(long, value_name = "WORD", value_parser = word::<InventoryUses>)]
    inventory_uses: Option<InventoryUses>,
    /// Names in the inventory are available [default: off]
    #[arg(long, value_name = "WORD")]
    inventory_available: Option<Switch>,
    /// Inboxes of a full order: objects (default), addresses, absent
    #[arg(long, value_name = "WORD", value_parser = word::<InboxForm>)]
    inboxes: Option<InboxForm>,
    /// Use the most demanding value of each option above that is not given [default: off]
    #[arg(long, value_name = "WORD")]
    strictest: Option<Switch>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Switch {
    const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

impl From<Arguments> for SandboxConfig {
    fn from(given: Arguments) -> Self {
        let plain = Self::default();
        let clock = match (given.paused, given.speed) {
            (Some(start), _) => ClockMode::Paused { start },
            (None, Some(speed)) => ClockMode::Real { speed },
            (None, None) => plain.clock,
        };
        let config = Self {
            address: SocketAddr::new(given.address, given.port),
            test_key: given.test_key.unwrap_or(plain.test_key),
            live_key: given.live_key.or(plain.live_key),
            webhook_url: given.webhook_url.or(plain.webhook_url),
            webhook_secret: given.webhook_secret.unwrap_or(plain.webhook_secret),
            live_webhook_secret: given.live_webhook_secret.unwrap_or(plain.live_webhook_secret),
            signature_template: given.signature.unwrap_or(plain.signature_template),
            provisioning: given.provisioning.unwrap_or(plain.provisioning),
            clock,
            seed: given.seed.or(plain.seed),
            data_file: given.data.or(plain.data_file),
            rate_limit_per_minute: given.rate_limit.unwrap_or(plain.rate_limit_per_minute),
            retry_factor: given.retry_factor.unwrap_or(plain.retry_factor),
            ..Self::default()
        };
        given.readings.apply(config)
    }
}

impl ReadingArguments {
    /// Applies the strictest readings first, so that explicit options win.
    fn apply(self, config: SandboxConfig) -> SandboxConfig {
        let mut config = if self.strictest.is_some_and(Switch::is_on) { config.strictest() } else { config };
        config.import_reading = self.import_reading.unwrap_or(config.import_reading);
        config.resign_retries = self.resign_retries.map_or(config.resign_retries, Switch::is_on);
        config.minimal_receipts = self.minimal_receipts.map_or(config.minimal_receipts, Switch::is_on);
        let readings = &mut config.readings;
        readings.answers_age = self.answers_age.map_or(readings.answers_age, Switch::is_on);
        readings.actions = self.actions.unwrap_or(readings.actions);
        readings.inventory_uses = self.inventory_uses.unwrap_or(readings.inventory_uses);
        readings.inventory_available = self.inventory_available.map_or(readings.inventory_available, Switch::is_on);
        readings.inboxes = self.inboxes.unwrap_or(readings.inboxes);
        config
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "give a number of zero or more".to_owned())
}

/// Parses a value of a setting, spelled as in JSON.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    T::deserialize(StrDeserializer::<WordError>::new(text)).map_err(|error| error.to_string())
}

/// An error with its causes, on one line.
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
    use super::Arguments;
    use clap::Parser;
    use sandbox::{ActionReading, ImportReading, InboxForm, InventoryUses, Readings, SandboxConfig};

    fn of(options: &[&str]) -> Result<SandboxConfig, String> {
        let given = Arguments::try_parse_from(["sandbox"].iter().chain(options));
        given.map(SandboxConfig::from).map_err(|error| error.to_string())
    }

    #[test]
    fn every_reading_has_an_option() -> Result<(), String> {
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
        let adjusted =
            of(&["--strictest", "on", "--inboxes", "absent", "--actions", "order", "--inventory-uses", "null"])?;
        let expected = Readings {
            inboxes: InboxForm::Absent,
            actions: ActionReading::Order,
            inventory_uses: InventoryUses::Null,
            ..Readings::strictest()
        };
        assert_eq!(adjusted.readings, expected);
        assert_eq!(of(&["--strictest", "off"])?.readings, Readings::default());
        Ok(())
    }

    #[test]
    fn unknown_option_value_is_refused_with_the_valid_ones() {
        for (option, word, part) in [
            ("--inboxes", "some", "`objects`, `addresses`, `absent`"),
            ("--answers-age", "yes", "[possible values: on, off]"),
            ("--strictes", "on", "unexpected argument '--strictes' found"),
        ] {
            let problem = of(&[option, word]).err().unwrap_or_default();
            assert!(problem.contains(part), "{problem}");
        }
    }
}
