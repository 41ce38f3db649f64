//! `peeker bundles`: the partner's bundles, with the number of domains of each.

use crate::context::{Context, Via};
use crate::failure::Failure;
use crate::http::Target;
use crate::json::{shown, text};
use crate::output::{Output, Report, brief};
use crate::pages;
use crate::table::table;
use clap::{Args, Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Map, Value, json};

/// What to do with bundles.
#[derive(Debug, Subcommand)]
pub(crate) enum Bundles {
    /// List bundles with the number of domains that each requires
    List {
        /// Filter by status
        #[arg(long, value_enum)]
        status: Option<Status>,
        #[command(flatten)]
        side: Side,
    },
    /// Show one bundle
    Show {
        /// bun_…
        id: String,
        #[command(flatten)]
        side: Side,
    },
    /// Create a bundle; the response has the number of domains that it requires
    #[command(
        after_help = "Example:\n  peeker bundles create --name 'Starter: 25,000 emails a month' --volume 25000 --split 50/50"
    )]
    Create {
        /// Display name
        #[arg(long)]
        name: String,
        /// Emails per month
        #[arg(long, value_name = "EMAILS")]
        volume: u64,
        #[command(flatten)]
        shape: Shape,
        #[command(flatten)]
        side: Side,
    },
    /// Change a bundle; omitted fields stay unchanged
    Update {
        /// bun_…
        id: String,
        /// Display name
        #[arg(long)]
        name: Option<String>,
        /// Emails per month
        #[arg(long, value_name = "EMAILS")]
        volume: Option<u64>,
        #[command(flatten)]
        shape: Shape,
        #[command(flatten)]
        side: Side,
    },
    /// Archive or delete a bundle: archived if an order has used it
    Archive {
        /// bun_…
        id: String,
        /// Skip the confirmation
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        side: Side,
    },
}

/// The API to call.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Side {
    /// API to call [default: the checkout API, if configured]
    #[arg(long, value_enum)]
    pub(crate) via: Option<Via>,
}

/// Status of a bundle.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Status {
    /// Can be ordered
    Active,
    /// Can no longer be ordered
    Archived,
}

/// The split of the volume.
#[derive(Debug, Args)]
pub(crate) struct Shape {
    /// Percent of Google and Microsoft, such as 70/30, or `recommended` for Peeker's own split
    #[arg(long, value_name = "G/M")]
    split: Option<String>,
    /// Whether to send on weekends
    #[arg(long, value_name = "BOOL")]
    weekends: Option<bool>,
    /// Google inboxes per domain
    #[arg(long, value_name = "2|3", value_parser = clap::value_parser!(u32).range(2..=3))]
    inboxes_per_domain: Option<u32>,
}

impl Shape {
    fn write(&self, body: &mut Map<String, Value>) -> Result<(), Failure> {
        if let Some(split) = &self.split {
            let (google, microsoft) = read_split(split)?;
            body.insert("google_percent".to_owned(), json!(google));
            body.insert("microsoft_percent".to_owned(), json!(microsoft));
        }
        if let Some(weekends) = self.weekends {
            body.insert("send_on_weekends".to_owned(), json!(weekends));
        }
        if let Some(inboxes) = self.inboxes_per_domain {
            body.insert("google_inboxes_per_domain".to_owned(), json!(inboxes));
        }
        Ok(())
    }
}

fn read_split(split: &str) -> Result<(Option<u32>, Option<u32>), Failure> {
    if split == "recommended" {
        return Ok((None, None));
    }
    let parts = split.split_once('/').and_then(|(google, microsoft)| {
        Some((google.trim().parse::<u32>().ok()?, microsoft.trim().parse::<u32>().ok()?))
    });
    match parts {
        Some((google, microsoft)) if google.checked_add(microsoft) == Some(100) => Ok((Some(google), Some(microsoft))),
        _ => {
            let message =
                format!("--split {split}: two whole numbers that add up to 100, such as 70/30, or recommended.");
            Err(Failure::usage("split_invalid", message))
        }
    }
}

pub(crate) async fn run(context: &Context, command: Bundles) -> Result<Report, Failure> {
    let output = context.output;
    match command {
        Bundles::List { status, side } => list(&context.via(side.via)?, output, status).await,
        Bundles::Show { id, side } => {
            let answer = context.via(side.via)?.get(&path(&id)?, &[]).await?;
            Ok(one(output, answer.data()))
        }
        Bundles::Create { name, volume, shape, side } => {
            let target = context.via(side.via)?;
            let mut body = Map::from_iter([
                ("name".to_owned(), json!(name)),
                ("monthly_sending_volume".to_owned(), json!(volume)),
            ]);
            shape.write(&mut body)?;
            let answer = target.send(Method::POST, "/bundles", &[], Some(&Value::Object(body))).await;
            let answer = answer.map_err(|failure| match failure.code.as_ref() {
                "no_answer" => failure.advise("The bundle may exist already. Check first: peeker bundles list"),
                _ => failure,
            })?;
            Ok(one(output, answer.data()))
        }
        Bundles::Update { id, name, volume, shape, side } => {
            let mut body = Map::new();
            if let Some(name) = name {
                body.insert("name".to_owned(), json!(name));
            }
            if let Some(volume) = volume {
                body.insert("monthly_sending_volume".to_owned(), json!(volume));
            }
            shape.write(&mut body)?;
            if body.is_empty() {
                return Err(Failure::usage(
                    "nothing_to_change",
                    "Give at least one field to change, such as --name or --volume.",
                ));
            }
            let answer =
                context.via(side.via)?.send(Method::PATCH, &path(&id)?, &[], Some(&Value::Object(body))).await?;
            Ok(one(output, answer.data()))
        }
        Bundles::Archive { id, yes, side } => {
            let (target, path) = (context.via(side.via)?, path(&id)?);
            context.confirm(yes, &format!("{id} can no longer be ordered after this."))?;
            let data = target.send(Method::DELETE, &path, &[], None).await?.data();
            let status = text(&data, "/status").unwrap_or("archived").to_owned();
            Ok(Report::new(data, format!("{id}: {status}")))
        }
    }
}

fn path(id: &str) -> Result<String, Failure> {
    id_path("/bundles", id)
}

/// `base/id` if `id` is valid, so that an id cannot change the path.
pub(crate) fn id_path(base: &str, id: &str) -> Result<String, Failure> {
    if shared::ids::is_id(id) && !id.contains("..") {
        return Ok(format!("{base}/{id}"));
    }
    let what = if id.trim().is_empty() { "The id is empty".to_owned() } else { format!("{} is not an id", brief(id)) };
    Err(Failure::usage("id_invalid", format!("{what}: ids have up to 128 letters, digits, - and _.")))
}

async fn list(target: &Target, output: Output, status: Option<Status>) -> Result<Report, Failure> {
    let mut query = Vec::new();
    match status {
        Some(Status::Active) => query.push(("status", "active")),
        Some(Status::Archived) => query.push(("status", "archived")),
        None => {}
    }
    let bundles = pages::all(target, "/bundles", &query).await?;
    let rows: Vec<Vec<String>> = bundles.iter().map(cells).collect();
    let text = match rows.is_empty() {
        true => "There are no bundles. Create one: peeker bundles create --name Starter --volume 25000".to_owned(),
        false => table(output, &HEADINGS, &rows),
    };
    Ok(Report::new(json!({ "bundles": bundles }), text))
}

const HEADINGS: [&str; 8] = ["ID", "NAME", "EMAILS/MONTH", "SPLIT G/M", "GOOGLE", "MICROSOFT", "DOMAINS", "STATUS"];

fn cells(bundle: &Value) -> Vec<String> {
    let split =
        format!("{}/{}", shown(bundle, "/effective/google_percent"), shown(bundle, "/effective/microsoft_percent"));
    vec![
        shown(bundle, "/id"),
        shown(bundle, "/name"),
        shown(bundle, "/monthly_sending_volume"),
        split,
        shown(bundle, "/required_domains/google"),
        shown(bundle, "/required_domains/microsoft"),
        shown(bundle, "/required_domains/total"),
        shown(bundle, "/status"),
    ]
}

fn one(output: Output, bundle: Value) -> Report {
    let text = table(output, &HEADINGS, &[cells(&bundle)]);
    Report::new(bundle, text)
}
