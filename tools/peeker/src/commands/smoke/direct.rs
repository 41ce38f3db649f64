//! Calls of the smoke test to Peeker: identifying the key, and ordering with the login.

use super::arguments::Arguments;
use super::step::Step;
use super::steps::{personas, placed, refuse_live};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::json::{shown, text};
use crate::secret::Secret;
use crate::settings::Name;
use reqwest::Method;
use serde_json::json;

/// The Smartlead login of orders.
pub(super) struct Login {
    email: Secret,
    password: Secret,
}

pub(super) fn login(context: &Context) -> Result<Login, Failure> {
    let secret = |name| context.settings.require(name).map(|found| found.value.clone());
    Ok(Login { email: secret(Name::LoginEmail)?, password: secret(Name::LoginPassword)? })
}

/// Whether the key is a live one.
pub(super) async fn key(arguments: &Arguments, peeker: &Target) -> Result<(Step, bool), Failure> {
    let me = peeker.get("/me", &[]).await?.data();
    let environment = shown(&me, "/api_key/environment");
    if environment != "test" {
        refuse_live(arguments, &format!("Peeker calls this a {environment} key"))?;
    }
    let permission = shown(&me, "/api_key/permission_preset");
    if permission != "full" && permission != "–" {
        let message = format!("The key may only do what the preset {permission} allows, and orders take a full one.");
        return Err(Failure::new(Exit::NotAuthorised, "key_not_full", message)
            .advise("Make a key with full permissions in Peeker's portal: a preset cannot be changed."));
    }
    let what = format!("{environment} key of {}, {permission} permissions", shown(&me, "/partner/name"));
    let data = json!({"environment": environment, "permission_preset": permission});
    Ok((Step::ok("key", what, data), environment != "test"))
}

/// The order's id.
pub(super) async fn order(
    peeker: &Target,
    arguments: &Arguments,
    login: &Login,
    customer: &str,
    domains: &[String],
) -> Result<(Step, String), Failure> {
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
        "personas": personas(),
    });
    let receipt = peeker.send(Method::POST, "/orders", &[], Some(&body)).await.map_err(|failure| {
        if failure.code == "no_answer" {
            return failure.advise("The order may have been taken all the same: peeker orders list --via peeker");
        }
        failure
    })?;
    let receipt = receipt.data();
    let Some(id) = text(&receipt, "/id").map(str::to_owned) else {
        return Err(Failure::new(Exit::Refused, "no_receipt", "Peeker took the order and gave no id."));
    };
    Ok((placed(&id, domains, receipt), id))
}
