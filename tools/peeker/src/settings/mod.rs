//! What to speak to and with which keys: from flags, the environment, a file, or a running demo.

mod demo;
mod file;
mod found;
mod names;

pub(crate) use file::default_file;
pub(crate) use found::{Found, Source};
pub(crate) use names::{Name, SPECS, Spec, spec};

use crate::failure::Failure;
use crate::secret::Secret;
use clap::Args;
use found::{path_in, read_secret};
use std::collections::BTreeMap;
use std::env::VarError;
use std::path::{Path, PathBuf};

/// What `--demo` without a file stands for.
const NEAREST: &str = "nearest";

/// The options that every command takes. No secret is among them: what stands in a command line can be read by
/// everybody on the machine, and stays in the shell's history.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection (flags go before the environment, the environment before the file)")]
pub(crate) struct Flags {
    /// The checkout API: your deployment of the functions [env: PEEKER_API]
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    api: Option<String>,
    /// File with the partner key, - for standard input [env: PEEKER_PARTNER_KEY holds the key itself]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    partner_key_file: Option<PathBuf>,
    #[arg(
        help = "Peeker's API [env: PEEKER_URL] [default: https://api.peeker.ai/partner/v1]",
        long,
        global = true,
        value_name = "URL",
        hide_short_help = true
    )]
    peeker_url: Option<String>,
    /// File with the Peeker key, - for standard input [env: PEEKER_KEY]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    peeker_key_file: Option<PathBuf>,
    /// File with the key that signs sessions [env: PEEKER_SESSION_KEY]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    session_key_file: Option<PathBuf>,
    /// The session key's name in a token [env: PEEKER_SESSION_KID]
    #[arg(long, global = true, value_name = "KID", hide_short_help = true)]
    session_kid: Option<String>,
    /// The audience of session tokens: peeker-checkout/test or peeker-checkout/live [env: PEEKER_SESSION_AUDIENCE]
    #[arg(long, global = true, value_name = "AUDIENCE", hide_short_help = true)]
    session_audience: Option<String>,
    /// File with the webhook secret, or two during a rotation: new,old [env: PEEKER_WEBHOOK_SECRET]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    webhook_secret_file: Option<PathBuf>,
    /// File with the webhook secret of the other environment, live or test [env: PEEKER_OTHER_WEBHOOK_SECRET]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    other_webhook_secret_file: Option<PathBuf>,
    /// What of a delivery is signed [env: PEEKER_WEBHOOK_BASE_STRING] [default: {timestamp}.{body}]
    #[arg(long, global = true, value_name = "TEMPLATE", hide_short_help = true)]
    base_string: Option<String>,
    /// File with the e-mail address of the Smartlead login [env: PEEKER_LOGIN_EMAIL]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    login_email_file: Option<PathBuf>,
    /// File with the password of the Smartlead login [env: PEEKER_LOGIN_PASSWORD]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    login_password_file: Option<PathBuf>,
    /// Configuration file [env: PEEKER_CONFIG] [default: ~/.config/peeker/config.toml]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    config: Option<PathBuf>,
    /// Use the running demo, whatever the environment and the file say [env: PEEKER_DEMO=FILE]
    #[arg(long, global = true, value_name = "DEMO.JSON", num_args = 0..=1, require_equals = true,
          default_missing_value = NEAREST, hide_short_help = true)]
    demo: Option<PathBuf>,
}

impl Flags {
    fn text(&self, name: Name) -> Option<&str> {
        match name {
            Name::Api => self.api.as_deref(),
            Name::PeekerUrl => self.peeker_url.as_deref(),
            Name::SessionKid => self.session_kid.as_deref(),
            Name::SessionAudience => self.session_audience.as_deref(),
            Name::BaseString => self.base_string.as_deref(),
            _ => None,
        }
    }

    fn file(&self, name: Name) -> Option<&Path> {
        match name {
            Name::PartnerKey => self.partner_key_file.as_deref(),
            Name::PeekerKey => self.peeker_key_file.as_deref(),
            Name::SessionKey => self.session_key_file.as_deref(),
            Name::WebhookSecret => self.webhook_secret_file.as_deref(),
            Name::OtherWebhookSecret => self.other_webhook_secret_file.as_deref(),
            Name::LoginEmail => self.login_email_file.as_deref(),
            Name::LoginPassword => self.login_password_file.as_deref(),
            _ => None,
        }
    }

    /// How many secrets are to be read from standard input.
    fn stdin_reads(&self) -> usize {
        SPECS.iter().filter(|spec| self.file(spec.name) == Some(Path::new("-"))).count()
    }
}

/// What is set.
#[derive(Debug)]
pub(crate) struct Settings {
    found: BTreeMap<Name, Found>,
    /// Whether standard input was read for a secret, and is spent.
    pub(crate) stdin_spent: bool,
}

impl Settings {
    /// Looks in all places.
    pub(crate) fn read(flags: &Flags) -> Result<Self, Failure> {
        if flags.stdin_reads() > 1 {
            let message = "Only one secret can be read from standard input. Put the others into files.";
            return Err(Failure::usage("stdin_twice", message));
        }
        let mut found = BTreeMap::new();
        for spec in &SPECS {
            if let Some(value) = from_flag(flags, spec)? {
                found.insert(spec.name, value);
            }
        }
        let demo = match &flags.demo {
            Some(path) => Some(path.clone()),
            None => path_in("PEEKER_DEMO"),
        };
        if let Some(path) = demo {
            let path = if path == Path::new(NEAREST) { demo::find().ok_or_else(demo::none)? } else { path };
            fill(&mut found, demo::read(&path)?);
        } else {
            from_environment(&mut found)?;
            fill(&mut found, file::read(flags.config.as_deref())?);
            let connected = SPECS.iter().any(|spec| spec.connects && found.contains_key(&spec.name));
            if !connected && let Some(path) = demo::find() {
                fill(&mut found, demo::read(&path)?);
            }
        }
        for spec in &SPECS {
            if let (Some(default), false) = (spec.default, found.contains_key(&spec.name)) {
                found.insert(spec.name, Found { value: Secret::new(default), source: Source::Default });
            }
        }
        Ok(Self { found, stdin_spent: flags.stdin_reads() > 0 })
    }

    /// The value of `name`, and where it comes from.
    pub(crate) fn found(&self, name: Name) -> Option<&Found> {
        self.found.get(&name)
    }

    /// The text of a setting that is no secret.
    pub(crate) fn text(&self, name: Name) -> Option<&str> {
        self.found(name).filter(|_| spec(name).is_some_and(|spec| !spec.secret)).map(|found| found.value.expose())
    }

    /// The value of `name`, or how to set it.
    pub(crate) fn require(&self, name: Name) -> Result<&Found, Failure> {
        self.found(name).ok_or_else(|| missing(name))
    }

    /// Whether the value of `name` comes from a running demo.
    pub(crate) fn is_demo(&self, name: Name) -> bool {
        self.found(name).is_some_and(|found| matches!(found.source, Source::Demo(_)))
    }
}

fn missing(name: Name) -> Failure {
    let Some(spec) = spec(name) else {
        return Failure::usage("setting_missing", "A setting is missing.");
    };
    let advice = format!(
        "Set {} in the environment, {} on the command line, or {} in {};\n\
         or start the local demo (cargo xtask demo) and run the command in its project, or anywhere with\n\
         --demo=FILE, where FILE is its target/demo/demo.json.",
        spec.env,
        spec.flag,
        spec.key,
        default_file().map_or_else(|| "a file named by --config".to_owned(), |path| path.display().to_string()),
    );
    Failure::usage("setting_missing", format!("Not set: {}.", spec.what)).advise(advice)
}

/// Puts `more` below what is there already.
fn fill(found: &mut BTreeMap<Name, Found>, more: BTreeMap<Name, Found>) {
    for (name, value) in more {
        found.entry(name).or_insert(value);
    }
}

fn from_flag(flags: &Flags, spec: &Spec) -> Result<Option<Found>, Failure> {
    let source = Source::Flag(spec.flag);
    if let Some(text) = flags.text(spec.name) {
        return Ok(Some(Found { value: Secret::new(text), source }));
    }
    match flags.file(spec.name) {
        None => Ok(None),
        Some(path) => read_secret(path, spec.flag).map(|value| Some(Found { value, source })),
    }
}

fn from_environment(found: &mut BTreeMap<Name, Found>) -> Result<(), Failure> {
    for spec in SPECS.iter().filter(|spec| !spec.env.is_empty()) {
        let in_file = format!("{}_FILE", spec.env);
        let value = match (environment(spec.env)?, path_in(&in_file)) {
            (Some(text), _) => Found { value: Secret::new(&text), source: Source::Environment(spec.env.to_owned()) },
            (None, Some(path)) if spec.secret => {
                let value = read_secret(&path, &in_file)?;
                Found { value, source: Source::Environment(in_file) }
            }
            _ => continue,
        };
        found.entry(spec.name).or_insert(value);
    }
    Ok(())
}

/// A variable that is set to something.
fn environment(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Failure::usage("environment_not_utf8", format!("{name} in the environment is not UTF-8 text.")))
        }
    }
}
