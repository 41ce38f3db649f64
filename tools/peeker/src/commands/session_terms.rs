//! What a session carries beside its plan: prices, an approval, and labels for the partner and for messages.

use crate::failure::Failure;
use crate::output::plain;
use clap::Args;
use serde_json::{Map, Value, json};

/// Prices, approval and labels of a session.
#[derive(Debug, Default, Args)]
pub(crate) struct Terms {
    /// What the customer sees and pays (docs/payments.md) [default: the stage's]
    #[arg(long, value_name = "JSON|@FILE")]
    pricing: Option<String>,
    /// Approval that the order needs [default: the stage's]
    #[arg(long, value_parser = ["none", "token", "call"])]
    approval: Option<String>,
    /// Your own name of the sale, up to 128 characters
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    #[arg(
        help = "Your own note about the sale; repeatable up to 10 times",
        long = "metadata",
        value_name = "NAME=VALUE"
    )]
    metadata: Vec<String>,
    /// Page on which the customer sees the order, such as `https://app.acme.com/orders/{id}`
    #[arg(long, value_name = "URL")]
    order_link: Option<String>,
    /// Language of the customer, such as pt-BR
    #[arg(long, value_name = "LANGUAGE")]
    locale: Option<String>,
}

impl Terms {
    /// The claims, as the API and a signed token take them, which is where what they mean is checked.
    pub(super) fn claims(&self) -> Result<Map<String, Value>, Failure> {
        let mut claims = Map::new();
        if let Some(pricing) = &self.pricing {
            claims.insert("pricing".to_owned(), read_pricing(pricing)?);
        }
        for (name, value) in [
            ("approval", &self.approval),
            ("reference", &self.reference),
            ("order_link", &self.order_link),
            ("locale", &self.locale),
        ] {
            claims.extend(value.iter().map(|value| (name.to_owned(), json!(value))));
        }
        if !self.metadata.is_empty() {
            claims.insert("metadata".to_owned(), Value::Object(self.pairs()?));
        }
        Ok(claims)
    }

    fn pairs(&self) -> Result<Map<String, Value>, Failure> {
        let mut pairs = Map::new();
        for given in &self.metadata {
            let Some((name, value)) = given.split_once('=').filter(|(name, _)| !name.is_empty()) else {
                let message = format!("--metadata {}: write it as NAME=VALUE.", plain(given));
                return Err(Failure::usage("metadata_invalid", message));
            };
            if pairs.insert(name.to_owned(), json!(value)).is_some() {
                let message = format!("--metadata {}: each name may be given once.", plain(name));
                return Err(Failure::usage("metadata_invalid", message));
            }
        }
        Ok(pairs)
    }
}

/// A price list, as it is given or in a file.
fn read_pricing(given: &str) -> Result<Value, Failure> {
    let text = match given.strip_prefix('@') {
        None => given.to_owned(),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::usage("unreadable", format!("--pricing {}: {error}", plain(path))))?,
    };
    let pricing: Option<Value> = serde_json::from_str(&text).ok();
    pricing.filter(Value::is_object).ok_or_else(|| {
        let message = "--pricing takes a JSON object such as {\"show\": \"none\"}, or @ and a file that contains one.";
        Failure::usage("pricing_invalid", message)
    })
}
