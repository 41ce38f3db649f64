//! `POST /v1/customers/forget`: removes a customer's personal data, and keeps the data that accounting needs.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::keys::{DerivedKey, Purpose};
use crate::order_proxy::bodies::Forget;
use crate::order_proxy::proxy::Proxy;
use crate::session::Partner;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::customer::{PSEUDONYM, customer_key, is_customer};
use std::time::Duration;

/// How long one call works: API Gateway waits 30 s, and a step under way takes a few more.
const WORK: Duration = Duration::from_secs(20);

pub(super) async fn forget(
    State(proxy): State<Proxy>,
    _: Partner,
    body: JsonObject<Forget>,
) -> Result<Response, Failure> {
    let customer = read(body.fields)?;
    let pseudonym = pseudonym(&proxy, &customer)?;
    let forgotten = proxy.store.forget(&customer, &pseudonym, proxy.clock.now(), WORK).await?;
    tracing::info!(customer.pseudonym = %pseudonym, orders = forgotten.orders, "customer erased");
    Ok(reply::data(StatusCode::OK, forgotten))
}

/// The customer in the spelling of the table.
pub(super) fn read(body: Map<String, Value>) -> Result<String, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let customer = fields.required_string("customer");
    if customer.as_deref().is_some_and(|text| !is_customer(&customer_key(text))) {
        fields.add_finding("customer", "customer_invalid", "Give an e-mail address or upstream's usr_… id.");
    }
    fields.finish();
    refuse_if_any(findings)?;
    let customer = customer.ok_or(Failure::Internal("a customer passed its checks and is missing".into()))?;
    Ok(customer_key(&customer))
}

/// The pseudonym of the customer from now on: keyed, because a plain hash of an address can be found by trial.
fn pseudonym(proxy: &Proxy, customer: &str) -> Result<String, Failure> {
    let secrets = proxy.keys.secret_store.secrets();
    let key = secrets.data.as_ref().ok_or(Failure::Internal("there is no data key".into()))?;
    let digest = DerivedKey::of(key, Purpose::Pseudonym).hmac(&[customer.as_bytes()]);
    let digest = digest.ok_or(Failure::Internal("the data key cannot sign".into()))?;
    Ok(format!("{PSEUDONYM}{}", digest.get(..32).unwrap_or(&digest)))
}
