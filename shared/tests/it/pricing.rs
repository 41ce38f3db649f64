//! Charges: markups against exact fractions, price lists, and properties that hold for any list and any cost.

use crate::cases::{self, same};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::domain_name::DomainName;
use shared::pricing::{Amounts, BelowFloor, MAX_AMOUNT_CENTS, Pricing};
use shared::quote::{Quote, QuoteLine};

#[derive(Deserialize)]
struct Case {
    cost_cents: u32,
    markup_percent: u32,
    markup_cents: u32,
    round_up_to_cents: u32,
    charge_cents: u32,
}

fn retail(domains: &Value) -> Pricing {
    serde_json::from_value(json!({"show": "retail", "currency": "usd", "domains": domains})).unwrap()
}

fn charge(pricing: &Pricing, name: &str, owned: bool, price: u32, renewal: Option<u32>) -> Option<(u32, Option<u32>)> {
    let cost = Amounts { price_cents: price, renewal_price_cents: renewal };
    let charge = pricing.charge(&DomainName::parse(name).unwrap(), owned, cost)?;
    Some((charge.price_cents, charge.renewal_price_cents))
}

fn costs(prices: &[u32]) -> Quote {
    let line = |(index, price): (usize, &u32)| QuoteLine {
        domain: format!("acme-{index}.com"),
        price_cents: *price,
        renewal_price_cents: Some(*price),
    };
    Quote::from_lines(prices.iter().enumerate().map(line).collect(), "usd".to_owned())
}

#[test]
fn markups_equal_exact_fractions() {
    let all: Vec<Case> = cases::read("markups.json");
    cases::all(&all, |case| {
        let pricing = retail(&json!([{
            "tld": "*",
            "markup_percent": case.markup_percent,
            "markup_cents": case.markup_cents,
            "round_up_to_cents": case.round_up_to_cents,
        }]));
        let got = charge(&pricing, "acme.com", false, case.cost_cents, Some(case.cost_cents));
        let expected = Some((case.charge_cents, Some(case.charge_cents)));
        same(&format!("{} + {} %", case.cost_cents, case.markup_percent), &got, &expected)
    });
}

#[test]
fn the_first_entry_that_fits_decides() {
    let pricing = retail(&json!([
        {"tld": "co.uk", "price_cents": 900},
        {"tld": "com", "price_cents": 1900, "renewal_price_cents": 2100},
        {"owned": true, "price_cents": 500},
        {"tld": "com", "price_cents": 1},
        {"tld": "*", "markup_cents": 100},
    ]));
    assert_eq!(charge(&pricing, "acme.com", false, 1300, None), Some((1900, Some(2100))));
    assert_eq!(charge(&pricing, "acme.co.uk", false, 700, None), Some((900, Some(900))));
    assert_eq!(charge(&pricing, "acme.net", false, 700, None), Some((800, None)));
    assert_eq!(charge(&pricing, "acme.com", true, 0, Some(0)), Some((500, Some(500))));
}

#[test]
fn without_an_entry_only_owned_names_are_sold() {
    let pricing = retail(&json!([{"tld": "com", "price_cents": 1900}]));
    assert_eq!(charge(&pricing, "acme.net", false, 1300, None), None);
    assert_eq!(charge(&pricing, "acme.net", true, 0, None), Some((0, Some(0))));
    // `uk` is not the ending of a name below `co.uk`.
    let uk = retail(&json!([{"tld": "uk", "price_cents": 900}]));
    assert_eq!(charge(&uk, "acme.co.uk", false, 700, None), None);
}

#[test]
fn charges_equal_to_the_floor_are_enough() {
    let pricing = Pricing { min_margin_percent: 25, ..retail(&json!([{"tld": "*", "price_cents": 1000}])) };
    assert_eq!(pricing.check_floor(&costs(&[1000, 1000]), &costs(&[800, 800])), Ok(()));
    assert_eq!(pricing.check_floor(&costs(&[1000, 1000]), &costs(&[800, 801])), Err(BelowFloor::TooLow));
    let euro = Quote { currency: "eur".to_owned(), ..costs(&[1]) };
    assert_eq!(pricing.check_floor(&costs(&[1000]), &euro), Err(BelowFloor::OtherCurrency));
}

#[test]
fn the_first_payment_includes_the_plan_once() {
    let mut pricing = retail(&json!([]));
    assert_eq!(pricing.first_payment_cents(1900), 1900);
    pricing.plan = Some(serde_json::from_value(json!({"price_cents": 9900, "per": "month"})).unwrap());
    assert_eq!(pricing.first_payment_cents(1900), 11_800);
}

#[test]
fn a_price_list_is_read_as_it_was_written() {
    let text = json!({
        "show": "retail", "currency": "usd", "min_margin_percent": 10,
        "domains": [
            {"tld": "com", "price_cents": 1900, "renewal_price_cents": 2000},
            {"owned": true, "price_cents": 0},
            {"tld": "*", "markup_percent": 37, "markup_cents": 100, "round_up_to_cents": 50},
        ],
        "plan": {"price_cents": 9900, "per": "month"},
    });
    let pricing: Pricing = serde_json::from_value(text.clone()).unwrap();
    assert_eq!(serde_json::to_value(&pricing).unwrap(), text);
}

fn prices() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0..=MAX_AMOUNT_CENTS, 1..50)
}

proptest! {
    #[test]
    fn a_markup_never_falls_below_the_cost(prices in prices(), percent in 0..=1_000_u32, cents in 0..=MAX_AMOUNT_CENTS, step in 1..=MAX_AMOUNT_CENTS) {
        let entry = json!({"tld": "*", "markup_percent": percent, "markup_cents": cents, "round_up_to_cents": step});
        let pricing = retail(&json!([entry]));
        let costs = costs(&prices);
        let charges = pricing.charges(&costs, |_| false).unwrap();
        prop_assert_eq!(pricing.check_floor(&charges, &costs), Ok(()));
        for (charge, cost) in charges.lines.iter().zip(&costs.lines) {
            let least = u64::from(cost.price_cents) * u64::from(100 + percent);
            prop_assert!((u64::from(charge.price_cents) - u64::from(cents).min(u64::from(charge.price_cents))) * 100 + u64::from(cents) * 100 >= least);
            prop_assert_eq!(charge.price_cents % step, 0);
            // Rounding adds less than one step, and less than a cent before it.
            prop_assert!(u64::from(charge.price_cents) * 100 < least + (u64::from(cents) + u64::from(step) + 1) * 100);
        }
    }

    #[test]
    fn lines_add_up_to_totals(prices in prices(), fixed in 0..=MAX_AMOUNT_CENTS) {
        let pricing = retail(&json!([{"tld": "*", "price_cents": fixed}]));
        let charges = pricing.charges(&costs(&prices), |_| false).unwrap();
        let sum: u64 = charges.lines.iter().map(|line| u64::from(line.price_cents)).sum();
        prop_assert_eq!(charges.total_cents, sum);
        prop_assert_eq!(charges.renewal_total_cents, Some(sum));
        prop_assert_eq!(charges.total_cents, u64::from(fixed) * prices.len() as u64);
    }

    #[test]
    fn the_floor_is_exact(charge in any::<u32>(), cost in any::<u32>(), margin in 0..=1_000_u32) {
        let pricing = Pricing { min_margin_percent: margin, ..retail(&json!([])) };
        let is_met = pricing.check_floor(&costs(&[charge]), &costs(&[cost])).is_ok();
        prop_assert_eq!(is_met, u128::from(charge) * 100 >= u128::from(cost) * u128::from(100 + margin));
    }
}
