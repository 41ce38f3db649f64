//! `peeker webhook rejected`: deliveries that the stage rejected and stored.

use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::{Report, plain};
use crate::pages;
use crate::table::table;
use crate::webhook::doctor::words::WITHHELD;
use crate::webhook::rejected::Delivery;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// List the deliveries that the stage rejected
///
/// A stage keeps up to 100 deliveries for 7 days, up to 256 KB of each, while its setting WEBHOOK_CAPTURE (parameter
/// WebhookCapture) is on. `peeker webhook doctor` reports how they are signed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker webhook rejected\n  \
    peeker webhook rejected --save captures && peeker webhook doctor --file captures")]
pub(crate) struct Rejected {
    /// Save each delivery as a file in this folder, for `webhook verify` and `webhook doctor --file`
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
}

/// Advice if there are no deliveries.
pub(super) const CAPTURE_OFF: &str = "Is WEBHOOK_CAPTURE on (parameter WebhookCapture)? Set it to on, and wait for the next \
    delivery: cargo xtask deploy --stage … --set WebhookCapture=on";

pub(super) async fn run(context: &Context, arguments: &Rejected) -> Result<Report, Failure> {
    let rows = rows(context).await?;
    let deliveries = read(&rows)?;
    let mut saved = Vec::new();
    if let Some(folder) = &arguments.save {
        std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        for delivery in &deliveries {
            saved.push(save(folder, delivery)?);
        }
    }
    let document = |(delivery, row): (&Delivery, &Value)| {
        let mut document = row.clone();
        if let Value::Object(fields) = &mut document {
            fields.insert("event_id".to_owned(), json!(delivery.event_id()));
            fields.insert("bytes".to_owned(), json!(delivery.size()));
        }
        document
    };
    let list: Vec<Value> = deliveries.iter().zip(&rows).map(document).collect();
    Ok(Report::new(json!({"deliveries": list, "saved": saved}), describe(context, &deliveries, arguments)))
}

fn describe(context: &Context, deliveries: &[Delivery], arguments: &Rejected) -> String {
    if deliveries.is_empty() {
        return format!("The stage has no rejected deliveries. {CAPTURE_OFF}");
    }
    let dash = || "–".to_owned();
    let row = |delivery: &Delivery| {
        let cut = match delivery.capture.cut_from {
            Some(_) if delivery.capture.is_withheld => ", withheld",
            Some(_) => ", cut",
            None => "",
        };
        vec![
            delivery.received_at().unwrap_or_else(dash),
            delivery.reason.clone().unwrap_or_else(dash),
            delivery.event_id().unwrap_or_else(dash),
            format!("{} B{cut}", delivery.size()),
        ]
    };
    let rows: Vec<Vec<String>> = deliveries.iter().map(row).collect();
    let mut text = table(context.output, &["TIME", "REASON", "EVENT", "SIZE"], &rows);
    if deliveries.iter().any(|delivery| delivery.capture.is_withheld) {
        text.push_str(&format!("Withheld: {WITHHELD}\n"));
    }
    match &arguments.save {
        Some(folder) => text.push_str(&format!("Saved in {}.", plain(&folder.display().to_string()))),
        None => text.push_str("How they are signed: peeker webhook doctor"),
    }
    text
}

/// The rows of the stage's list.
async fn rows(context: &Context) -> Result<Vec<Value>, Failure> {
    let api = context.api()?;
    pages::linked(&api, "/webhooks/rejected").await.map_err(|failure| match failure.number("http_status") {
        Some(404) => Failure::new(Exit::NotFound, "capture_off", "The stage lists no rejected deliveries.").advise(format!(
            "{CAPTURE_OFF}\nA stage of an older version must be redeployed first."
        )),
        Some(401) => failure.advise(
            "The list takes the partner key (PEEKER_PARTNER_KEY, or --partner-key-file), that of this stage. See which is \
             used: peeker config show",
        ),
        _ if failure.code.contains("capture") => failure.advise(CAPTURE_OFF),
        _ => failure,
    })
}

fn read(rows: &[Value]) -> Result<Vec<Delivery>, Failure> {
    rows.iter().map(|row| Delivery::of(row, "without an id")).collect::<Result<_, _>>().map_err(|failure| {
        Failure::new(
            Exit::Refused,
            "list_unreadable",
            format!("A delivery of the stage is malformed: {}", failure.message),
        )
        .advise("Check that the stage and this command have the same version.")
    })
}

/// The rejected deliveries of the stage.
pub(super) async fn deliveries(context: &Context) -> Result<Vec<Delivery>, Failure> {
    read(&rows(context).await?)
}

/// Writes a delivery to `folder`; returns the path.
fn save(folder: &Path, delivery: &Delivery) -> Result<String, Failure> {
    let path = folder.join(delivery.file_name());
    let text = format!("{:#}\n", delivery.document());
    std::fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
    Ok(path.display().to_string())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage("unwritable", format!("{} cannot be written: {error}", path.display()))
}
