//! `peeker webhook doctor`: detects how rejected deliveries are signed, and which setting would accept them.

use super::{input, rejected};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::{Output, Report, Tone, plain};
use crate::webhook::RECEIVER;
use crate::webhook::doctor::diagnosis::{Diagnosis, Expected, Group};
use crate::webhook::doctor::finding::{Finding, Remedy};
use crate::webhook::doctor::groups::diagnose;
use crate::webhook::doctor::ring::Ring;
use crate::webhook::doctor::words::{conclusion, heading};
use crate::webhook::rejected::Delivery;
use crate::webhook::search::listing::Listing;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Find out how rejected deliveries are signed, and which settings would accept them
///
/// Reads the rejected deliveries of the stage (WEBHOOK_CAPTURE=on), or capture files, and searches for the key, base
/// string, encoding and header that reproduce each signature completely. Exit code 0: changing settings is enough. 1:
/// something else has to change, or nothing matches. Secrets are never printed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker webhook doctor\n  peeker webhook doctor --file captures\n  \
    peeker webhook doctor --file capture.txt --other-webhook-secret-file live.secret")]
pub(crate) struct Doctor {
    /// A captured delivery, a list from `webhook rejected --json`, or a folder of them [default: the stage's list]
    #[arg(long, value_name = "PATH")]
    file: Vec<PathBuf>,
    /// Webhook URL registered in Peeker's portal, in case the URL is part of the signature
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// WEBHOOK_TOLERANCE_SECONDS of the stage
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    tolerance: u32,
    /// If nothing matches, list all combinations that were tried: base strings, separators, keys, encodings
    #[arg(long)]
    verbose: bool,
}

pub(super) async fn run(context: &Context, arguments: &Doctor) -> Result<Report, Failure> {
    let ring = Ring::new(&input::secrets(context)?, &input::other_secrets(context));
    let expected = Expected { template: input::template(context)?, tolerance: arguments.tolerance.into() };
    let (deliveries, unreadable) = match arguments.file.as_slice() {
        [] => (rejected::deliveries(context).await?, Vec::new()),
        paths => files(context, paths)?,
    };
    if deliveries.is_empty() {
        let message = "There are no rejected deliveries.";
        return Err(Failure::new(Exit::NotFound, "nothing_rejected", message).advise(rejected::CAPTURE_OFF));
    }
    let mut urls: Vec<String> = arguments.url.clone().into_iter().collect();
    urls.extend(context.api_base().ok().map(|base| format!("{base}{RECEIVER}")));
    let progress = context.output.progress();
    let seen = |done| progress.show(&format!("{done} of {} deliveries", deliveries.len()));
    let diagnosis = diagnose(&deliveries, &ring, expected, &urls, seen);
    let settled = unreadable.is_empty() && diagnosis.groups.iter().all(Group::is_settled);
    let data = document(&diagnosis, &deliveries, &unreadable, &ring);
    let mut text = describe(context.output, &diagnosis, deliveries.len(), &unreadable, &ring);
    if let Some(listing) = diagnosis.listing.as_ref().filter(|_| arguments.verbose) {
        text.push_str("\nTried in every usual combination:");
        listing.lines().iter().for_each(|line| text.push_str(&format!("\n  {}", plain(line))));
    }
    Ok(Report::new(data, text).ending(if settled { Exit::Ok } else { Exit::Refused }))
}

/// Deliveries in files and folders, and the errors of files without a delivery.
fn files(context: &Context, paths: &[PathBuf]) -> Result<(Vec<Delivery>, Vec<String>), Failure> {
    let mut all = Vec::new();
    let mut unreadable = Vec::new();
    let mut first = None;
    for path in paths.iter().map(|path| below(path)).collect::<Result<Vec<_>, _>>()?.concat() {
        let name = path.display().to_string();
        match input::read(context, &path).and_then(|bytes| Delivery::all_in(&bytes, &name)) {
            Ok(deliveries) => all.extend(deliveries),
            Err(failure) => {
                unreadable.push(format!("{name}: {}", failure.message));
                first.get_or_insert(failure);
            }
        }
    }
    match first {
        // With a single file, or no valid one, the error is the whole result.
        Some(failure) if all.is_empty() => Err(Failure { message: unreadable.join("\n"), ..failure }),
        _ => Ok((all, unreadable)),
    }
}

/// The file itself, or the files in a folder.
fn below(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let fail = |error: std::io::Error| Failure::usage("unreadable", format!("{}: {error}", path.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.path().is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Failure::usage("folder_empty", format!("{} has no files.", path.display()))
            .advise("Save the rejected deliveries: peeker webhook rejected --save FOLDER"));
    }
    Ok(found)
}

fn document(diagnosis: &Diagnosis, deliveries: &[Delivery], unreadable: &[String], ring: &Ring) -> Value {
    let group = |group: &Group| {
        let names = group.members.iter().filter_map(|index| deliveries.get(*index)).map(|delivery| &delivery.name);
        json!({
            "count": group.members.len(),
            "deliveries": names.collect::<Vec<_>>(),
            "heading": heading(group, diagnosis, deliveries.len(), ring),
            "rule": group.rule.and_then(|rule| diagnosis.rules.get(rule)).map(|rule| rule.document(ring)),
            "findings": group.findings.iter().map(Finding::document).collect::<Vec<_>>(),
            "conclusion": conclusion(group, diagnosis, ring),
            "settled": group.is_settled(),
        })
    };
    json!({
        "deliveries": deliveries.len(),
        "groups": diagnosis.groups.iter().map(group).collect::<Vec<_>>(),
        "unreadable": unreadable,
        "combinations": diagnosis.tried.combinations,
        "tried": diagnosis.listing.as_ref().map(Listing::document),
    })
}

fn describe(output: Output, diagnosis: &Diagnosis, all: usize, unreadable: &[String], ring: &Ring) -> String {
    let mut lines = Vec::new();
    for group in &diagnosis.groups {
        lines.push(output.paint(Tone::Strong, &plain(&heading(group, diagnosis, all, ring))));
        for finding in &group.findings {
            let (tone, word) = match finding.remedy {
                Remedy::Setting { .. } => (Tone::Good, "set   "),
                Remedy::Report => (Tone::Bad, "report"),
                Remedy::Check => (Tone::Warn, "check "),
                Remedy::Note => (Tone::Faint, "note  "),
            };
            lines.push(format!("  {}  {}: {}", output.paint(tone, word), finding.code, plain(&finding.message)));
        }
        lines.extend(conclusion(group, diagnosis, ring).map(|line| format!("  {}", plain(&line))));
    }
    lines.extend(unreadable.iter().map(|line| format!("Not read: {}", plain(line))));
    lines.join("\n")
}
