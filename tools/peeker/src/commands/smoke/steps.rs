//! Steps common to both targets: names, import, and the content of the order.

use super::arguments::Arguments;
use super::step::Step;
use crate::commands::session::random_hex;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::http::{Target, client};
use crate::json::{number, rows, shown, text};
use crate::output::money;
use crate::settings::Name;
use reqwest::Method;
use serde_json::{Value, json};
use shared::domain_name::DomainName;
use std::time::{Duration, Instant};

/// Refuses a live key in our settings, unless confirmed twice.
pub(super) fn refuse_live_key(context: &Context, arguments: &Arguments) -> Result<(), Failure> {
    let key = context.settings.found(Name::PeekerKey).map(|found| found.value.expose());
    match key {
        Some(key) if key.starts_with("pk_live_") => refuse_live(arguments, "This is a live key"),
        Some(key) if !key.starts_with("pk_test_") => refuse_live(arguments, "This is no pk_test_ key"),
        _ => Ok(()),
    }
}

/// Refuses steps that may cost money, unless confirmed twice.
pub(super) fn refuse_live(arguments: &Arguments, what: &str) -> Result<(), Failure> {
    if arguments.live && arguments.yes_spend_money {
        return Ok(());
    }
    let message = format!("{what}: the smoke test would buy domains and inboxes.");
    Err(Failure::usage("live_key", message).advise(
        "Use a pk_test_ key, or a deployment with one; or say twice that it is meant: --live --yes-spend-money",
    ))
}

/// The domains and the customer of this run.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) customer: String,
    /// Names to register: one, and one to replace the import if it is not done in time.
    register: Vec<String>,
    /// Whether the first name was given: no other name replaces it.
    is_named: bool,
    import: String,
}

impl Names {
    pub(super) fn choose(arguments: &Arguments) -> Result<Self, Failure> {
        let run = random_hex(5)?;
        let named = arguments.domain.as_deref().map(|name| domain("--domain", name)).transpose()?;
        let import = arguments.import.as_deref().map(|name| domain("--import", name)).transpose()?;
        Ok(Self {
            customer: arguments.customer.clone().unwrap_or_else(|| format!("smoke-{run}@example.com")),
            is_named: named.is_some(),
            register: vec![named.unwrap_or_else(|| format!("smoke-{run}.com")), format!("smoke-{run}-mail.com")],
            import: import.unwrap_or_else(|| format!("owned-{run}.com")),
        })
    }
}

/// Normalizes a name of the command line, as in responses.
fn domain(option: &str, name: &str) -> Result<String, Failure> {
    // Peeker decides which TLDs are sold.
    let read = DomainName::parse_listed(name, |_| true).map(|name| name.as_str().to_owned());
    read.map_err(|problem| Failure::usage("domain_invalid", format!("{option} {name}: {problem}")))
}

/// The available names.
pub(super) async fn availability(target: &Target, names: &Names) -> Result<(Step, Vec<String>), Failure> {
    let body = json!({ "domains": names.register });
    let answer = target.send(Method::POST, "/domains/availability", &[], Some(&body)).await?.data();
    let rows = rows(&answer, "/domains");
    let mut free: Vec<&Value> = rows.iter().filter(|row| row.get("available") == Some(&Value::Bool(true))).collect();
    let why = |row: &Value| format!("{} is {}", shown(row, "/domain"), shown(row, "/reason"));
    let is_first = |row: &Value| text(row, "/domain") == names.register.first().map(String::as_str);
    free.sort_by_key(|row| !is_first(row));
    if names.is_named && !free.first().is_some_and(|row| is_first(row)) {
        let why = rows.iter().find(|row| is_first(row)).map_or_else(|| "Peeker gave no answer for it".to_owned(), why);
        return Err(Failure::new(Exit::Refused, "domain_not_free", format!("Nothing was ordered: {why}."))
            .advise("Choose another one: --domain"));
    }
    let Some(first) = free.first() else {
        let why: Vec<String> = rows.iter().map(why).collect();
        return Err(Failure::new(Exit::Refused, "no_domain_free", format!("No name is free: {}.", why.join(", ")))
            .advise("Choose another one: --domain"));
    };
    let price = money(number(first, "/price_cents"), text(first, "/currency"));
    let what = format!("{} of {} names free, {} for {price}", free.len(), rows.len(), shown(first, "/domain"));
    let names = free.iter().filter_map(|row| text(row, "/domain").map(str::to_owned)).collect();
    Ok((Step::ok("availability", what, json!({ "domains": rows })), names))
}

/// Pause between two reads of an import on this machine; upstream asks for a minute between polls.
const LOCAL_POLL: Duration = Duration::from_secs(1);
/// Pause between two reads of an import at Peeker, where imports of a test key take seconds.
const POLL: Duration = Duration::from_secs(10);

/// The imported name, once it can be ordered.
pub(super) async fn import(
    context: &Context,
    arguments: &Arguments,
    target: &Target,
    names: &Names,
    live: bool,
) -> Result<(Step, Option<String>), Failure> {
    if arguments.no_import || (live && arguments.import.is_none()) {
        let what = if arguments.no_import { "left out" } else { "a live import takes a domain of yours: --import" };
        return Ok((Step::skipped("import", what.to_owned(), Value::Null), None));
    }
    let body = json!({ "domains": [names.import] });
    let mut job = target.send(Method::POST, "/domains/import", &[], Some(&body)).await?.data();
    if text(&job, "/id").is_none() && text(&job, "/status") == Some("in_progress") {
        // Peeker's response was lost: the import is found by its domain.
        job = target.get("/domains/import", &[("domains", names.import.as_str())]).await?.data();
    }
    let Some(id) = text(&job, "/id").map(str::to_owned) else {
        return Err(refused(names, &job));
    };
    let nameservers: Vec<String> = rows(&job, "/nameserver_groups")
        .iter()
        .flat_map(|group| rows(group, "/nameservers"))
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let control = context.settings.text(Name::SandboxControl);
    if let Some(control) = control {
        switch_nameservers(control, &id).await?;
    }
    let began = Instant::now();
    let progress = context.output.progress();
    while !matches!(text(&job, "/status"), Some("completed" | "failed")) && began.elapsed() < arguments.import_timeout {
        progress.show(&format!("{}: {}, nameservers {}", names.import, shown(&job, "/status"), nameservers.join(" ")));
        tokio::time::sleep(if control.is_some() { LOCAL_POLL } else { POLL }).await;
        job = target.get(&format!("/domains/import/{id}"), &[]).await?.data();
    }
    let data = json!({"id": id, "domain": names.import, "status": shown(&job, "/status"), "nameservers": nameservers});
    match text(&job, "/status") {
        Some("completed") if row(names, &job).is_none_or(|row| text(row, "/status") != Some("failed")) => {
            let step = Step::ok("import", format!("{} is in the inventory ({id})", names.import), data);
            Ok((step, Some(names.import.clone())))
        }
        Some("completed" | "failed") => Err(refused(names, &job)),
        _ => {
            let what = format!(
                "{} waits for its nameservers ({}); the order goes on without it",
                names.import,
                nameservers.join(", ")
            );
            Ok((Step::skipped("import", what, data), None))
        }
    }
}

fn row<'j>(names: &Names, job: &'j Value) -> Option<&'j Value> {
    rows(job, "/domains").iter().find(|row| text(row, "/domain") == Some(names.import.as_str()))
}

fn refused(names: &Names, job: &Value) -> Failure {
    let reason = row(names, job).and_then(|row| text(row, "/reason")).unwrap_or("no reason is given");
    let message = format!("{} cannot be imported: {reason}.", names.import);
    Failure::new(Exit::Refused, "import_failed", message)
        .advise("Choose another one: --import; or skip it: --no-import")
}

/// Plays the customer in the demo: the sandbox sets the nameservers.
async fn switch_nameservers(control: &str, id: &str) -> Result<(), Failure> {
    let url = format!("{}/imports/{id}/switch", control.trim_end_matches('/'));
    let (http, _) = client(&url)?;
    let answer = http.post(&url).send().await;
    match answer {
        // Any response is fine: in a fast demo they are set automatically. Otherwise the import does not end.
        Ok(_) => Ok(()),
        _ => Err(Failure::new(Exit::Refused, "sandbox", "The demo's sandbox did not accept the nameservers.")),
    }
}

/// The two domains of the order: the imported one if available, otherwise registered ones.
pub(super) fn domains(imported: Option<String>, free: Vec<String>) -> Result<Vec<String>, Failure> {
    let domains: Vec<String> = imported.into_iter().chain(free).take(2).collect();
    if domains.len() == 2 {
        return Ok(domains);
    }
    let message = "Two domains are needed: one name was not available, and nothing was imported.";
    Err(Failure::new(Exit::Refused, "domains_missing", message).advise("Choose another one: --domain"))
}

/// The personas of the inboxes.
pub(super) fn personas() -> Value {
    json!([{"first_name": "Sam", "last_name": "Smoke", "profile_picture_url": null}])
}

/// The output of a placed order.
pub(super) fn placed(id: &str, domains: &[String], receipt: Value) -> Step {
    let costs = money(number(&receipt, "/costs/total_cents"), text(&receipt, "/costs/currency"));
    Step::ok("order", format!("{id}: {}, {costs}", domains.join(" and ")), receipt)
}
