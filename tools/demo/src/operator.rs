//! The operator's page: the partner's orders with what they cost, what they were sold for, and what is left.

use crate::account::escaped;
use crate::partner::Partner;
use serde_json::Value;

impl Partner {
    /// The table of the partner's newest orders, as HTML.
    pub(crate) async fn margins(&self) -> Result<String, String> {
        let url = format!("{}/v1/orders?per_page=100", self.api);
        let answer = self.http.get(url).bearer_auth(&self.key).send().await.map_err(|error| error.to_string())?;
        let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
        let orders = answer.get("data").and_then(Value::as_array).ok_or_else(|| answer.to_string())?;
        Ok(orders.iter().map(row).collect())
    }
}

fn row(order: &Value) -> String {
    let text = |pointer: &str| escaped(order.pointer(pointer).and_then(Value::as_str).unwrap_or("–"));
    let amount = |pointer: &str| money(order.pointer(pointer).and_then(Value::as_i64));
    let cells = [
        text("/id"),
        text("/customer"),
        text("/reference"),
        text("/status"),
        amount("/cost/total_cents"),
        amount("/charge/total_cents"),
        amount("/margin_cents"),
    ];
    format!("<tr>{}</tr>\n", cells.map(|cell| format!("<td>{cell}</td>")).concat())
}

/// Cents as dollars: the sandbox sells in nothing else.
pub(crate) fn money(cents: Option<i64>) -> String {
    let Some(cents) = cents else { return "–".to_owned() };
    let (sign, cents) = (if cents < 0 { "−" } else { "" }, cents.unsigned_abs());
    format!("{sign}${}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::row;
    use serde_json::json;

    #[test]
    fn row_shows_amounts_and_escapes_texts() {
        let order = json!({"id": "ord_1", "customer": "<b>@example.com", "reference": null, "status": "completed",
            "cost": {"total_cents": 6_700}, "charge": {"total_cents": 6_605}, "margin_cents": -95});
        let expected = "<tr><td>ord_1</td><td>&lt;b&gt;@example.com</td><td>–</td><td>completed</td><td>$67.00</td>\
                        <td>$66.05</td><td>−$0.95</td></tr>\n";
        assert_eq!(row(&order), expected);
    }
}
