//! The calls of the smoke test, one function each.

use super::{Arguments, Step};
use crate::commands::session::random_hex;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::http::{Target, client};
use crate::json::{number, rows, shown, text};
use crate::output::money;
use crate::secret::Secret;
use crate::settings::Name;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Refuses a key that costs money, unless it was said twice. `environment` is what Peeker says of the key, once it did.
pub(super) fn refuse_live(context: &Context, arguments: &Arguments, environment: &str) -> Result<(), Failure> {
    let key = context.settings.require(Name::PeekerKey)?.value.expose();
    let test = key.starts_with("pk_test_") && matches!(environment, "" | "test");
    if test || (arguments.live && arguments.yes_spend_money) {
        return Ok(());
    }
    let message = if key.starts_with("pk_live_") || environment == "live" {
        "This is a live key: the smoke test would buy domains and inboxes."
    } else {
        "This is no pk_test_ key, so it may be a live one: the smoke test might buy domains and inboxes."
    };
    Err(Failure::usage("live_key", message)
        .advise("Use a pk_test_ key; or say twice that it is meant: --live --yes-spend-money"))
}

/// The Smartlead login that orders carry.
pub(super) struct Login {
    email: Secret,
    password: Secret,
}

pub(super) fn login(context: &Context) -> Result<Login, Failure> {
    let secret = |name| context.settings.require(name).map(|found| found.value.clone());
    Ok(Login { email: secret(Name::LoginEmail)?, password: secret(Name::LoginPassword)? })
}

/// What this run orders, and for whom.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) customer: String,
    /// To be registered: one, and one in place of the import should that not be done in time.
    register: Vec<String>,
    import: String,
}

impl Names {
    pub(super) fn choose(arguments: &Arguments) -> Result<Self, Failure> {
        let run = random_hex(5)?;
        let first = arguments.domain.clone().unwrap_or_else(|| format!("smoke-{run}.com"));
        Ok(Self {
            customer: arguments.customer.clone().unwrap_or_else(|| format!("smoke-{run}@example.com")),
            register: vec![first, format!("smoke-{run}-mail.com")],
            import: arguments.import.clone().unwrap_or_else(|| format!("owned-{run}.com")),
        })
    }
}

pub(super) async fn key(context: &Context, arguments: &Arguments, peeker: &Target) -> Result<Step, Failure> {
    let me = peeker.get("/me", &[]).await?.data();
    let environment = shown(&me, "/api_key/environment");
    refuse_live(context, arguments, &environment)?;
    let permission = shown(&me, "/api_key/permission_preset");
    if permission != "full" && permission != "–" {
        let message = format!("The key may only do what the preset {permission} allows, and orders take a full one.");
        return Err(Failure::new(Exit::NotAuthorised, "key_not_full", message)
            .advise("Make a key with full permissions in Peeker's portal: a preset cannot be changed."));
    }
    let what = format!("{environment} key of {}, {permission} permissions", shown(&me, "/partner/name"));
    Ok(Step::ok("key", what, json!({"environment": environment, "permission_preset": permission})))
}

pub(super) async fn availability(peeker: &Target, names: &Names) -> Result<Step, Failure> {
    let body = json!({ "domains": names.register });
    let answer = peeker.send(Method::POST, "/domains/availability", &[], Some(&body)).await?.data();
    let rows = rows(&answer, "/domains");
    let free: Vec<&Value> = rows.iter().filter(|row| row.get("available") == Some(&Value::Bool(true))).collect();
    let Some(first) = free.first() else {
        let why: Vec<String> =
            rows.iter().map(|row| format!("{} is {}", shown(row, "/domain"), shown(row, "/reason"))).collect();
        return Err(Failure::new(Exit::Refused, "no_domain_free", format!("No name is free: {}.", why.join(", ")))
            .advise("Name another one: --domain"));
    };
    let price = money(number(first, "/price_cents"), text(first, "/currency"));
    let what = format!("{} of {} names free, {} for {price}", free.len(), rows.len(), shown(first, "/domain"));
    Ok(Step::ok("availability", what, json!({ "domains": rows })))
}

/// Pause between two looks at an import on this machine; upstream asks for a minute between polls.
const LOCAL_POLL: Duration = Duration::from_secs(1);
/// The same against upstream, where a test key's imports take seconds.
const POLL: Duration = Duration::from_secs(10);

pub(super) async fn import(
    context: &Context,
    arguments: &Arguments,
    peeker: &Target,
    names: &Names,
    live: bool,
) -> Result<Step, Failure> {
    if arguments.no_import || (live && arguments.import.is_none()) {
        let what = if arguments.no_import { "left out" } else { "a live import takes a domain of yours: --import" };
        return Ok(Step::skipped("import", what.to_owned(), Value::Null));
    }
    let body = json!({ "domains": [names.import] });
    let mut job = peeker.send(Method::POST, "/domains/import", &[], Some(&body)).await?.data();
    let id = shown(&job, "/id");
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
    let mut progress = context.output.progress();
    while !matches!(text(&job, "/status"), Some("completed" | "failed")) && began.elapsed() < arguments.import_timeout {
        progress.show(&format!("{}: {}, nameservers {}", names.import, shown(&job, "/status"), nameservers.join(" ")));
        tokio::time::sleep(if control.is_some() { LOCAL_POLL } else { POLL }).await;
        job = peeker.get(&format!("/domains/import/{id}"), &[]).await?.data();
    }
    progress.clear();
    let row = rows(&job, "/domains").iter().find(|row| text(row, "/domain") == Some(names.import.as_str()));
    let data = json!({"id": id, "domain": names.import, "status": shown(&job, "/status"), "nameservers": nameservers});
    let reason = row.and_then(|row| text(row, "/reason")).unwrap_or("no reason is given");
    match text(&job, "/status") {
        Some("completed") if row.is_none_or(|row| text(row, "/status") != Some("failed")) => {
            Ok(Step::ok("import", format!("{} is in the inventory ({id})", names.import), data))
        }
        Some("completed" | "failed") => {
            Err(Failure::new(Exit::Refused, "import_failed", format!("{} cannot be imported: {reason}.", names.import)))
        }
        _ => {
            let what = format!(
                "{} waits for its nameservers ({}); the order goes on without it",
                names.import,
                nameservers.join(", ")
            );
            Ok(Step::skipped("import", what, data))
        }
    }
}

/// In the demo we are the customer, too: the sandbox is told that the nameservers are in place.
async fn switch_nameservers(control: &str, id: &str) -> Result<(), Failure> {
    let url = format!("{}/imports/{id}/switch", control.trim_end_matches('/'));
    let (http, _) = client(&url)?;
    let answer = http.post(&url).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(()),
        _ => Err(Failure::new(Exit::Refused, "sandbox", "The demo's sandbox does not take the nameservers as set.")),
    }
}

/// The two domains of the order: the imported one where it is there, else registered ones.
pub(super) fn domains(names: &Names, free: &Value, imported: &Value) -> Result<Vec<String>, Failure> {
    let mut domains = Vec::new();
    if text(imported, "/status") == Some("completed") {
        domains.push(names.import.clone());
    }
    let free = rows(free, "/domains").iter().filter(|row| row.get("available") == Some(&Value::Bool(true)));
    domains.extend(free.filter_map(|row| text(row, "/domain").map(str::to_owned)));
    domains.truncate(2);
    if domains.len() < 2 {
        let message = "There are not two domains to order: one name was not free, and nothing was imported.";
        return Err(Failure::new(Exit::Refused, "domains_missing", message));
    }
    Ok(domains)
}

pub(super) async fn order(
    peeker: &Target,
    arguments: &Arguments,
    login: &Login,
    customer: &str,
    domains: &[String],
) -> Result<Step, Failure> {
    let body = json!({
        "user": customer,
        "google_licenses": 2,
        "microsoft_licenses": 1,
        "google_inboxes_per_domain": 2,
        "sequencer": {
            "provider": "smartlead",
            "client_id": arguments.client_id,
            "login_email": login.email.expose(),
            "login_password": login.password.expose(),
        },
        "domains": domains,
        "personas": [{"first_name": "Sam", "last_name": "Smoke", "profile_picture_url": null}],
    });
    let receipt = peeker.send(Method::POST, "/orders", &[], Some(&body)).await.map_err(|failure| {
        if failure.code == "no_answer" {
            return failure.advise("The order may have been taken all the same: peeker orders list --via peeker");
        }
        failure
    })?;
    let receipt = receipt.data();
    let Some(id) = text(&receipt, "/id") else {
        return Err(Failure::new(Exit::Refused, "no_receipt", "Peeker took the order and gave no id."));
    };
    let costs = money(number(&receipt, "/costs/total_cents"), text(&receipt, "/costs/currency"));
    let what = format!("{id}: {}, {costs}", domains.join(" and "));
    Ok(Step::ok("order", what, receipt.clone()))
}
