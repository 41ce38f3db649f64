//! The prices of the demo's brands: a price list, plans that include their domains, and a markup.

use serde_json::{Value, json};

/// What the brand sells at, as the claim `pricing`; `None` for an unknown brand.
pub(crate) fn of(brand: &str) -> Option<Value> {
    Some(match brand {
        "acme" => json!({
            "show": "retail", "currency": "usd", "min_margin_percent": 10,
            "domains": [
                {"tld": "com", "price_cents": 1900, "renewal_price_cents": 2100},
                {"owned": true, "price_cents": 500},
                {"tld": "*", "price_cents": 4900},
            ],
            "plan": {"price_cents": 9900, "per": "month"},
        }),
        "fernwood" => json!({"show": "none"}),
        "nightshift" => json!({
            "show": "retail", "currency": "usd",
            "domains": [{"tld": "*", "markup_percent": 37, "markup_cents": 100, "round_up_to_cents": 50}],
        }),
        _ => return None,
    })
}

/// Whether the brand's customers pay with a card before they order.
pub(crate) fn takes_cards(brand: &str) -> bool {
    brand == "acme"
}

#[cfg(test)]
mod tests {
    use super::of;
    use functions::session::stage_terms::read_pricing;

    #[test]
    fn every_brand_has_prices_that_can_be_minted() {
        for brand in ["acme", "fernwood", "nightshift"] {
            let list = of(brand).unwrap_or_default().to_string();
            assert!(read_pricing(list.as_bytes()).is_ok(), "{brand}: {:?}", read_pricing(list.as_bytes()));
        }
        assert_eq!(of("another"), None);
    }
}
