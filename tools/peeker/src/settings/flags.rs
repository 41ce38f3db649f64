//! The options that every command takes. No secret is among them: everybody on the machine can read a command line, and
//! the shell's history keeps it.

use super::found::{Found, Source, read_secret};
use super::names::{Name, SPECS, Spec};
use crate::failure::Failure;
use crate::secret::Secret;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What `--demo` without a file stands for.
pub(super) const NEAREST: &str = "nearest";

/// The options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection (flags go before the environment, the environment before the file)")]
pub(crate) struct Flags {
    #[command(flatten)]
    given: Given,
    /// Configuration file [env: PEEKER_CONFIG] [default: ~/.config/peeker/config.toml]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) config: Option<PathBuf>,
    /// Use the running demo, whatever the environment and the file say [env: PEEKER_DEMO=FILE]
    #[arg(long, global = true, value_name = "DEMO.JSON", num_args = 0..=1, require_equals = true,
          default_missing_value = NEAREST, hide_short_help = true)]
    pub(super) demo: Option<PathBuf>,
}

/// The settings on the command line: texts as they are, secrets as the files that hold them.
#[derive(Debug, Clone)]
struct Given {
    texts: BTreeMap<Name, String>,
    files: BTreeMap<Name, PathBuf>,
}

impl Flags {
    /// The setting `spec`, if its flag is given.
    pub(super) fn found(&self, spec: &Spec) -> Result<Option<Found>, Failure> {
        let source = Source::Flag(spec.flag);
        let value = match (self.given.texts.get(&spec.name), self.given.files.get(&spec.name)) {
            (Some(text), _) => Secret::new(text),
            (None, Some(path)) => read_secret(path, spec.flag)?,
            (None, None) => return Ok(None),
        };
        Ok(Some(Found { value, source }))
    }

    /// How many secrets are to be read from standard input.
    pub(super) fn stdin_reads(&self) -> usize {
        self.given.files.values().filter(|path| *path == Path::new("-")).count()
    }
}

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let text = |spec: &Spec| Some((spec.name, matches.get_one::<String>(spec.flag)?.clone()));
        let file = |spec: &Spec| Some((spec.name, matches.get_one::<PathBuf>(spec.flag)?.clone()));
        Ok(Self {
            texts: flags().filter(|spec| !spec.secret).filter_map(text).collect(),
            files: flags().filter(|spec| spec.secret).filter_map(file).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Given {
    fn augment_args(command: Command) -> Command {
        command.args(flags().map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The settings that have a flag.
fn flags() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().filter(|spec| !spec.flag.is_empty())
}

fn argument(spec: &'static Spec) -> Arg {
    let Spec { env, what, hint, .. } = spec;
    let flag = Arg::new(spec.flag).long(spec.flag.trim_start_matches('-')).value_name(spec.value);
    let flag = flag.global(true).hide_short_help(true);
    if spec.secret {
        let help = format!("File with the {what}{hint}; - is standard input [env: {env}, the value itself]");
        return flag.help(help).value_parser(value_parser!(PathBuf));
    }
    let default = spec.default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
    let (first, rest) = what.split_at_checked(1).unwrap_or_default();
    flag.help(format!("{}{rest}{hint} [env: {env}]{default}", first.to_uppercase()))
}
