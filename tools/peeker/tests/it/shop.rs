//! A shop whose backend runs the recipes of docs/payments.md with Node, against a stand-in of Stripe that the test serves.

use crate::backends::project;
use crate::harness::{Harness, Run};
use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::process::Command;

/// Calls one function of a recipe with one argument, and prints its result.
const NODE: &str = "import Stripe from 'stripe'; \
    const { STRIPE_PORT, API, PARTNER_KEY, SESSION_KID, SESSION_KEY } = process.env; \
    const stripe = new Stripe('sk_test_stand_in', { host: '127.0.0.1', port: STRIPE_PORT, protocol: 'http', telemetry: false }); \
    const [recipe, name, argument] = process.argv.slice(1); \
    const make = (await import(`./${recipe}.mjs`))[recipe]; \
    const all = make({ stripe, api: API, partnerKey: PARTNER_KEY, kid: SESSION_KID, key: SESSION_KEY }); \
    console.log(JSON.stringify(await all[name](JSON.parse(argument))));";

/// A name or a value of a form: of what is encoded, Stripe's package sends brackets, blanks, `@` and `(`.
fn plain(text: &str) -> String {
    let pairs = [("%5B", "["), ("%5D", "]"), ("%40", "@"), ("%20", " "), ("+", " "), ("%28", "("), ("%29", ")")];
    pairs.into_iter().fold(text.to_owned(), |text, (code, letter)| text.replace(code, letter))
}

/// The fields of a form or of a query.
pub(crate) fn form(body: &str) -> std::collections::BTreeMap<String, String> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (plain(name), plain(value))).collect()
}

pub(crate) struct Shop {
    pub(crate) harness: Harness,
    port: String,
}

impl Shop {
    /// A shop with `stripe` as Stripe.
    pub(crate) async fn open(stripe: Router) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        tokio::spawn(async move { axum::serve(listener, stripe).await });
        Self { harness: Harness::start().await, port }
    }

    /// What the function `name` of `recipe` returns.
    pub(crate) async fn run(&self, recipe: &str, name: &str, argument: &Value) -> Value {
        let run = self.try_run(recipe, name, argument).await.ended(0);
        serde_json::from_str(run.stdout.trim()).unwrap_or_else(|_| panic!("{}", run.stdout))
    }

    /// Runs the function `name` of `recipe`.
    pub(crate) async fn try_run(&self, recipe: &str, name: &str, argument: &Value) -> Run {
        let values = &self.harness.stack.values;
        let mut node = Command::new("node");
        node.args(["--input-type=module", "-e", NODE, recipe, name, &argument.to_string()]);
        node.current_dir(project().join("docs/backends/node"));
        node.env("STRIPE_PORT", &self.port).env("API", &self.harness.stack.api).env("PARTNER_KEY", &values.partner_key);
        node.env("SESSION_KID", &values.session_kid).env("SESSION_KEY", &values.session_key);
        self.harness.finish(node).await
    }

    /// A session of `customer` with further claims.
    pub(crate) fn session(&self, id: &str, customer: &str, further: Value) -> String {
        let now = self.harness.stack.sandbox.now();
        let mut claims = json!({
            "aud": e2e::SESSION_AUDIENCE, "sub": customer, "jti": id, "exp": now + 1_800,
            "plan": {"bundle_id": self.harness.stack.bundle_id()},
        });
        claims.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        self.sign(&claims)
    }

    /// An approval of `quote` in the session `session`, with the id of a payment.
    pub(crate) fn approval(&self, payment: &str, session: &str, quote: &Value) -> String {
        self.sign(&json!({
            "aud": "peeker-checkout/approval", "jti": payment, "exp": self.harness.stack.sandbox.now() + 1_800,
            "session": session, "quote": quote["id"], "amount_cents": quote["total_cents"], "currency": quote["currency"],
        }))
    }

    /// A JWT with these claims, signed with the session key.
    fn sign(&self, claims: &Value) -> String {
        let values = &self.harness.stack.values;
        let header = json!({"alg": "HS256", "typ": "JWT", "kid": values.session_kid});
        let text =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut mac = Hmac::<Sha256>::new_from_slice(values.session_key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    pub(crate) async fn call(&self, path: &str, token: &str, body: Value) -> (u16, Value) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let call = http.post(format!("{}{path}", self.harness.stack.api)).bearer_auth(token).json(&body);
        let answer = call.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub(crate) async fn quote(&self, token: &str, names: &[&str]) -> Value {
        self.call("/v1/quotes", token, json!({ "domains": names })).await.1["data"].clone()
    }

    pub(crate) async fn order(
        &self,
        token: &str,
        names: &[&str],
        quote: &Value,
        approval: Option<&Value>,
    ) -> (u16, Value) {
        let mut body = json!({
            "domains": names, "quote": quote["token"],
            "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}],
        });
        if let Some(approval) = approval {
            body["approval"] = approval.clone();
        }
        self.call("/v1/orders", token, body).await
    }
}
