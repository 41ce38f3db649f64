//! The partner's card payments: authorises a test card before an order, and says what became of each approval.

use crate::account::{Account, escaped};
use crate::operator::money;
use crate::partner::Partner;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::PoisonError;

/// The test card that pays.
const ACCEPTED: &str = "4242424242424242";
/// The test card that does not.
const DECLINED: &str = "4000000000000002";
/// Rows of the operator's table of payments, as many as of the table of orders.
const SHOWN: usize = 100;

/// What the page asks a payment for, and with which card.
#[derive(Debug, Deserialize)]
pub(crate) struct Payment {
    #[serde(default)]
    card: String,
    #[serde(flatten)]
    terms: Terms,
}

/// What an approval is for, as the element gives it to the page.
#[derive(Debug, Deserialize, Serialize)]
struct Terms {
    session: String,
    quote: String,
    amount_cents: u64,
    currency: String,
}

/// `POST /demo/pay`: authorises the card, and answers as `checkout.approve` does: with the approval, or why there is none.
pub(crate) async fn pay(State(partner): State<Partner>, headers: HeaderMap, Json(payment): Json<Payment>) -> Response {
    let account = Account::read(&headers);
    if account.session.is_none() && account.customer.is_none() {
        return (StatusCode::UNAUTHORIZED, "This browser has no session.").into_response();
    }
    let last_digits = match authorise(&payment.card) {
        Ok(last_digits) => last_digits,
        Err(refused) => return Json(json!({"refused": refused})).into_response(),
    };
    match partner.approve(&payment.terms, last_digits).await {
        Ok(approval) => Json(json!({"approval": approval})).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, format!("No approval could be created: {error}")).into_response(),
    }
}

/// The last four digits of a card that pays, or what the customer reads.
fn authorise(card: &str) -> Result<&'static str, &'static str> {
    match card.replace([' ', '-'], "").as_str() {
        ACCEPTED => Ok("4242"),
        DECLINED => Err("Your card was declined. Use another card."),
        "" => Err("Enter the number of a test card."),
        _ => Err("This demo takes only its two test cards."),
    }
}

impl Partner {
    /// An approval of the amount; which card pays it is remembered.
    async fn approve(&self, terms: &Terms, last_digits: &'static str) -> Result<String, String> {
        let url = format!("{}/v1/approvals", self.api);
        let answer = self.http.post(url).bearer_auth(&self.key).json(terms).send().await;
        let answer: Value =
            answer.map_err(|error| error.to_string())?.json().await.map_err(|error| error.to_string())?;
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let (Some(id), Some(token)) = (text("/data/id"), text("/data/token")) else { return Err(answer.to_string()) };
        self.cards.lock().unwrap_or_else(PoisonError::into_inner).insert(id, last_digits);
        Ok(token)
    }

    /// The table of the newest approvals and what the partner does with each payment, as HTML.
    pub(crate) async fn payments(&self) -> Result<String, String> {
        let approvals = self.approvals().await?;
        let cards = self.cards.lock().unwrap_or_else(PoisonError::into_inner);
        let card = |approval: &Value| cards.get(approval.get("approval").and_then(Value::as_str)?).copied();
        Ok(approvals.iter().rev().take(SHOWN).map(|approval| row(approval, card(approval))).collect())
    }

    /// Every approval, oldest first: the newest are on the last page.
    async fn approvals(&self) -> Result<Vec<Value>, String> {
        let mut found = Vec::new();
        let mut next = Some("/v1/approvals?per_page=100".to_owned());
        while let Some(path) = next {
            let url = format!("{}{path}", self.api);
            let answer = self.http.get(url).bearer_auth(&self.key).send().await.map_err(|error| error.to_string())?;
            let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
            let page = answer.get("data").and_then(Value::as_array).ok_or_else(|| answer.to_string())?;
            found.extend(page.iter().cloned());
            next = answer.pointer("/links/next").and_then(Value::as_str).map(str::to_owned);
        }
        Ok(found)
    }
}

fn row(approval: &Value, card: Option<&str>) -> String {
    let text = |pointer: &str| escaped(approval.pointer(pointer).and_then(Value::as_str).unwrap_or("–"));
    let payment = match approval.get("state").and_then(Value::as_str) {
        Some("capture") => "captured",
        Some("void") => "released",
        _ => "authorised",
    };
    let cells = [
        text("/approval"),
        text("/order"),
        payment.to_owned(),
        money(approval.get("amount_cents").and_then(Value::as_i64)),
        card.map_or_else(|| "–".to_owned(), |last| format!("card ending in {last}")),
        text("/at"),
    ];
    format!("<tr>{}</tr>\n", cells.map(|cell| format!("<td>{cell}</td>")).concat())
}

#[cfg(test)]
mod tests {
    use super::{authorise, row};
    use serde_json::json;

    #[test]
    fn only_the_accepted_test_card_pays() {
        assert_eq!(authorise("4242 4242 4242 4242"), Ok("4242"));
        assert_eq!(authorise("4000-0000-0000-0002"), Err("Your card was declined. Use another card."));
        assert_eq!(authorise(" "), Err("Enter the number of a test card."));
        assert_eq!(authorise("5555 5555 5555 4444"), Err("This demo takes only its two test cards."));
    }

    #[test]
    fn row_says_what_becomes_of_the_payment() {
        let approval = |state| json!({"approval": "apr_1", "order": null, "state": state, "amount_cents": 17_500, "at": "2026-11-30T12:00:00Z"});
        for (state, payment) in [("open", "authorised"), ("capture", "captured"), ("void", "released")] {
            let expected = format!(
                "<tr><td>apr_1</td><td>–</td><td>{payment}</td><td>$175.00</td><td>card ending in 4242</td>\
                 <td>2026-11-30T12:00:00Z</td></tr>\n"
            );
            assert_eq!(row(&approval(state), Some("4242")), expected);
        }
        assert!(row(&approval("open"), None).contains("<td>$175.00</td><td>–</td>"));
    }
}
