//! Input of webhook commands: bytes from a file or standard input, and the signing settings.

use crate::context::Context;
use crate::failure::Failure;
use crate::secret::Secret;
use crate::settings::Name;
use crate::webhook::signature::TEMPLATES;
use std::io::Read;
use std::path::Path;

/// The bytes of `path`; `-` is standard input.
pub(super) fn read(context: &Context, path: &Path) -> Result<Vec<u8>, Failure> {
    let fail = |error: std::io::Error| Failure::usage("unreadable", format!("{}: {error}", path.display()));
    if path != Path::new("-") {
        return std::fs::read(path).map_err(fail);
    }
    if context.settings.stdin_spent {
        let message = "Standard input was read for a secret already. Put one of the two into a file.";
        return Err(Failure::usage("stdin_twice", message));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}

/// The configured base string.
pub(super) fn template(context: &Context) -> Result<&'static str, Failure> {
    let wanted = context.settings.text(Name::BaseString).unwrap_or_default();
    TEMPLATES.into_iter().find(|template| *template == wanted).ok_or_else(|| {
        let message = format!("{wanted} is not a base string. Choose one of: {}", TEMPLATES.join("  "));
        Failure::usage("base_string_invalid", message)
    })
}

/// The webhook secrets, the current one first.
pub(super) fn secrets(context: &Context) -> Result<Vec<Secret>, Failure> {
    let secrets = context.settings.require(Name::WebhookSecret)?.value.split();
    match secrets.is_empty() {
        true => Err(Failure::usage("setting_missing", "The webhook secret is empty.")),
        false => Ok(secrets),
    }
}

/// The webhook secrets of the other environment, if configured.
pub(super) fn other_secrets(context: &Context) -> Vec<Secret> {
    context.settings.found(Name::OtherWebhookSecret).map(|found| found.value.split()).unwrap_or_default()
}
