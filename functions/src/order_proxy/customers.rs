//! `POST /v1/customers/forget`: removes a customer's personal data, and keeps what accounting needs.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::keys::{DerivedKey, Purpose};
use crate::order_proxy::Proxy;
use crate::session::Partner;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::customer::{PSEUDONYM, customer_key, is_customer};
use std::time::Duration;

/// How long one call works: API Gateway waits 30 s, and a step under way takes a few more.
const WORK: Duration = Duration::from_secs(20);

pub(super) async fn forget(
    State(proxy): State<Proxy>,
    _: Partner,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let customer = fields.required_string("customer");
    if customer.as_deref().is_some_and(|text| !is_customer(&customer_key(text))) {
        fields.blame("customer", "customer_invalid", "Give an e-mail address or upstream's usr_… id.");
    }
    fields.finish();
    refuse_if_any(findings)?;
    let customer = customer.ok_or(Failure::Internal("a customer passed its checks and is missing".into()))?;
    let customer = customer_key(&customer);
    let pseudonym = pseudonym(&proxy, &customer)?;
    let forgotten = proxy.store.forget(&customer, &pseudonym, proxy.clock.now(), WORK).await?;
    tracing::info!(customer.pseudonym = %pseudonym, orders = forgotten.orders, "a customer was forgotten");
    Ok(reply::data(StatusCode::OK, forgotten))
}

/// What stands for the customer from now on: keyed, because a plain hash of an address can be found by trying.
fn pseudonym(proxy: &Proxy, customer: &str) -> Result<String, Failure> {
    let secrets = proxy.keys.vault.secrets();
    let key = secrets.data.as_ref().ok_or(Failure::Internal("there is no data key".into()))?;
    let digest = DerivedKey::of(key, Purpose::Pseudonym).hmac(&[customer.as_bytes()]);
    let digest = digest.ok_or(Failure::Internal("the data key cannot sign".into()))?;
    Ok(format!("{PSEUDONYM}{}", digest.get(..32).unwrap_or(&digest)))
}
