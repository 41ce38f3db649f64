//! Reads a price list strictly: the claim `pricing`, and the stage's default of it.

use crate::currency;
use crate::fields::Fields;
use crate::pricing::{
    Applies, Entry, MAX_AMOUNT_CENTS, MAX_ENTRIES, MAX_PERCENT, Markup, Period, PlanPrice, Price, Pricing, Show,
};
use crate::root_domain::is_sold_ending;
use serde_json::Value;

/// Reads `value`, the price list at `key`. Problems are added to the findings of `fields`, and then it must not be
/// used.
pub(super) fn read(fields: &mut Fields<'_>, key: &str, value: Value) -> Option<Pricing> {
    let mut list = fields.nested(key, value)?.strict();
    let pricing = read_list(&mut list);
    list.finish();
    pricing
}

/// Reads the fields of a price list. Unknown ones are left for the caller.
pub fn read_list(list: &mut Fields<'_>) -> Option<Pricing> {
    let show = word(list, "show", &[("none", Show::None), ("retail", Show::Retail), ("cost", Show::Cost)]);
    let currency = read_currency(list, show == Some(Show::Retail));
    let entries = list.optional_array("domains").unwrap_or_default();
    if entries.len() > MAX_ENTRIES {
        list.add_finding("domains", "out_of_range", "A price list must have at most 100 entries.");
    }
    let mut domains = Vec::new();
    for (index, entry) in entries.into_iter().take(MAX_ENTRIES).enumerate() {
        domains.extend(read_entry(list, &format!("domains[{index}]"), entry));
    }
    let plan = list.optional("plan").and_then(|plan| read_plan(list, plan));
    if plan.is_some() && show == Some(Show::Cost) {
        let message = "With show: cost the customer pays what upstream charges. Leave out plan, or set show to retail.";
        list.add_finding("plan", "plan_not_charged", message);
    }
    let min_margin_percent = number(list, "min_margin_percent", 0, MAX_PERCENT).unwrap_or(0);
    Some(Pricing { show: show?, currency, domains, plan, min_margin_percent })
}

fn read_currency(list: &mut Fields<'_>, is_required: bool) -> Option<String> {
    let currency = match is_required {
        true => list.required_string("currency")?,
        false => list.optional_string("currency")?,
    };
    currency::check(list, &currency).then_some(currency)
}

fn read_entry(list: &mut Fields<'_>, path: &str, entry: Value) -> Option<Entry> {
    let mut entry = list.nested(path, entry)?;
    let applies = read_applies(&mut entry);
    let price = read_price(&mut entry);
    entry.finish();
    Some(Entry { applies: applies?, price: price? })
}

fn read_applies(entry: &mut Fields<'_>) -> Option<Applies> {
    let before = entry.count();
    let (tld, owned) = (entry.optional_string("tld"), entry.optional("owned"));
    match (tld, owned) {
        (Some(tld), None) if tld == "*" || is_sold_ending(&tld) => Some(Applies::Tld(tld)),
        (Some(_), None) => {
            let message = "Give an ending that a registry sells, in lower case and without the dot before it, such as com \
                           or co.uk; or * for all.";
            entry.add_finding("tld", "tld_unknown", message);
            None
        }
        (None, Some(Value::Bool(true))) => Some(Applies::Owned(true)),
        (None, Some(_)) => {
            entry.add_finding("owned", "wrong_type", "owned must be true or absent.");
            None
        }
        (Some(_), Some(_)) => {
            entry.add_finding("owned", "entry_ambiguous", "An entry must have tld or owned, not both.");
            None
        }
        // A `tld` that is no string was reported already.
        (None, None) => {
            if entry.count() == before {
                entry.add_finding("tld", "missing_field", "tld or owned is required.");
            }
            None
        }
    }
}

fn read_price(entry: &mut Fields<'_>) -> Option<Price> {
    let before = entry.count();
    let price_cents = number(entry, "price_cents", 0, MAX_AMOUNT_CENTS);
    let renewal_price_cents = number(entry, "renewal_price_cents", 0, MAX_AMOUNT_CENTS);
    let markup = [
        number(entry, "markup_percent", 0, MAX_PERCENT),
        number(entry, "markup_cents", 0, MAX_AMOUNT_CENTS),
        number(entry, "round_up_to_cents", 1, MAX_AMOUNT_CENTS),
    ];
    if entry.count() > before {
        return None;
    }
    let is_markup = markup.iter().any(Option::is_some);
    match (price_cents, renewal_price_cents, is_markup) {
        (Some(price_cents), renewal_price_cents, false) => Some(Price::Fixed { price_cents, renewal_price_cents }),
        (None, None, true) => {
            let [percent, cents, step] = markup;
            Some(Price::Markup(Markup {
                markup_percent: percent.unwrap_or(0),
                markup_cents: cents.unwrap_or(0),
                round_up_to_cents: step.unwrap_or(1),
            }))
        }
        (_, _, true) => {
            let field = if price_cents.is_some() { "price_cents" } else { "renewal_price_cents" };
            entry.add_finding(field, "entry_ambiguous", "An entry must have a price or a markup, not both.");
            None
        }
        (None, _, false) => {
            entry.add_finding("price_cents", "missing_field", "price_cents or a markup is required.");
            None
        }
    }
}

fn read_plan(list: &mut Fields<'_>, plan: Value) -> Option<PlanPrice> {
    let mut plan = list.nested("plan", plan)?;
    let before = plan.count();
    let price_cents = number(&mut plan, "price_cents", 0, MAX_AMOUNT_CENTS);
    if price_cents.is_none() && plan.count() == before {
        let message = format!("{} is required.", plan.path_of("price_cents"));
        plan.add_finding("price_cents", "missing_field", message);
    }
    let per = word(&mut plan, "per", &[("month", Period::Month), ("year", Period::Year)]);
    plan.finish();
    Some(PlanPrice { price_cents: price_cents?, per: per? })
}

/// A whole number from `least` to `most`, or nothing.
fn number(fields: &mut Fields<'_>, key: &str, least: u32, most: u32) -> Option<u32> {
    let number = fields.optional_u64(key)?;
    let found = u32::try_from(number).ok().filter(|number| (least..=most).contains(number));
    if found.is_none() {
        let message = format!("{} must be a whole number from {least} to {most}.", fields.path_of(key));
        fields.add_finding(key, "out_of_range", message);
    }
    found
}

/// The value of one of `words`, which is required.
fn word<T: Copy>(fields: &mut Fields<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
    let given = fields.required_string(key)?;
    let found = words.iter().find(|(word, _)| *word == given).map(|(_, meaning)| *meaning);
    if found.is_none() {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        fields.add_finding(
            key,
            "word_unknown",
            format!("{} must be one of: {}.", fields.path_of(key), names.join(", ")),
        );
    }
    found
}
