//! `peeker webhook verify`: reports every problem of a captured delivery.

use super::input;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::{Report, Tone, plain};
use crate::times;
use crate::webhook::capture::{Capture, FORMAT};
use crate::webhook::criteria::Criteria;
use crate::webhook::diagnosis::{Diagnosis, diagnose};
use clap::Args;
use std::path::PathBuf;

/// Report what is wrong with a captured delivery
///
/// Exit code 0: the receiver would accept the delivery. 1: it would reject it. The secret is the webhook
/// secret of the settings; two during a rotation: new,old.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker webhook verify capture.txt\n  \
    peeker webhook verify --headers headers.txt --body body.json --at 2026-05-08T12:00:05Z\n  \
    PEEKER_WEBHOOK_SECRET=whsec_… peeker webhook verify - < capture.txt", after_long_help = FORMAT)]
pub(crate) struct Verify {
    /// The captured delivery: headers, an empty line, the body; - for standard input
    #[arg(required_unless_present = "headers", conflicts_with_all = ["headers", "body"])]
    capture: Option<PathBuf>,
    /// File with only the headers
    #[arg(long, value_name = "FILE", requires = "body")]
    headers: Option<PathBuf>,
    /// File with only the body, unchanged
    #[arg(long, value_name = "FILE", requires = "headers")]
    body: Option<PathBuf>,
    /// Time of arrival [default: from the capture, or now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Signature tolerance in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    tolerance: u32,
}

pub(super) fn run(context: &Context, arguments: &Verify) -> Result<Report, Failure> {
    let secrets = input::secrets(context)?;
    let template = input::template(context)?;
    let capture = match (&arguments.capture, &arguments.headers, &arguments.body) {
        (Some(path), _, _) => Capture::parse(&input::read(context, path)?)?,
        (None, Some(headers), Some(body)) => {
            Capture::from_parts(&input::read(context, headers)?, input::read(context, body)?)?
        }
        _ => return Err(Failure::usage("capture_missing", "Give the captured delivery.").advise(FORMAT)),
    };
    let now = times::now();
    let said = arguments.at.as_deref().map(|at| times::instant(at, now)).transpose();
    let said = said.map_err(|message| Failure::usage("time_invalid", message))?.or(capture.received_at);
    let by = Criteria {
        secrets: &secrets,
        template,
        tolerance: arguments.tolerance.into(),
        at: said.unwrap_or(now),
        at_is_known: said.is_some(),
    };
    let diagnosis = diagnose(&capture, &by);
    let exit = if diagnosis.verified() { Exit::Ok } else { Exit::Refused };
    Ok(Report::new(diagnosis.document(), describe(context, &diagnosis)).ending(exit))
}

fn describe(context: &Context, diagnosis: &Diagnosis) -> String {
    let output = context.output;
    let mut lines = Vec::new();
    for finding in &diagnosis.findings {
        let (tone, word) = if finding.fatal { (Tone::Bad, "wrong") } else { (Tone::Warn, "note ") };
        lines.push(format!("{}  {}: {}", output.paint(tone, word), finding.code, plain(&finding.message)));
    }
    lines.push(match (diagnosis.verified(), &diagnosis.matched) {
        (true, Some(matched)) => {
            format!("{}  The signature is valid: signed over {}.", output.paint(Tone::Good, "good "), matched.template)
        }
        _ => "The receiver rejects this delivery.".to_owned(),
    });
    lines.join("\n")
}
