//! Mistakes that are made on purpose, to see them found: those at the table, and what a world needs for each to show.

use crate::crowd::{Comer, Leaving};
use crate::customer::{Character, Special};
use crate::dice::Dice;
use crate::features::{Features, OFFERED};
use crate::life;
use crate::options::Sabotage;
use crate::values::TABLE;
use serde_json::Value;
use std::borrow::Cow;

/// Milliseconds after ordering at which customers leave: the order is still on its way.
const SOON: u64 = 200;
/// Seconds from an order to its end within which its first event is easily overtaken by its last.
const OVERTAKEN: u64 = 10;
/// Tabs that order at once, each something else.
const TABS: u64 = 4;
/// Milliseconds until nameservers are set, and until the domain is connected, whatever fails meanwhile.
const SET_SOON: u64 = 60_000;
/// As above.
const CONNECTED: u64 = 30 * 60_000;
/// Of 1,000 charges to budgets, those that are not written.
const NOT_CHARGED: u64 = 500;

/// Gives a world what the mistake needs to show.
pub(crate) fn prepare(sabotage: Option<Sabotage>, features: &mut Features, provisioning: &mut u64) {
    match sabotage {
        Some(Sabotage::NoVersions) => *provisioning = OVERTAKEN,
        Some(Sabotage::AnyEnding) => features.tlds = OFFERED.map(str::to_owned).to_vec(),
        Some(Sabotage::SharedSecret) => features.other_environment = true,
        Some(Sabotage::Mislaid) => (features.other_environment, features.passes_on) = (true, true),
        _ => {}
    }
}

/// Lets customers do what the mistake needs to show.
pub(crate) fn tempt(sabotage: Option<Sabotage>, comers: &mut [Comer]) {
    let mut owned: Option<(String, u64)> = None;
    for comer in comers {
        match sabotage {
            Some(Sabotage::NoConditions) => (comer.character.tabs, comer.character.undecided) = (TABS, true),
            Some(Sabotage::NoOwners) => covet(&mut comer.character, &mut owned),
            Some(Sabotage::AnyEnding) => comer.character.ending = "org",
            Some(Sabotage::SoldTwice) => comer.character.special = Special::Contested,
            Some(Sabotage::NoMemory) => comer.leaving = Some(Leaving::AfterOrdering(SOON)),
            _ => {}
        }
    }
}

/// Who owns a domain has it connected soon, and orders nothing; who comes after that picks it.
fn covet(character: &mut Character, owned: &mut Option<(String, u64)>) {
    match (&mut character.owns, owned) {
        (Some(owns), owned) => {
            (owns.switch, owns.impatient, owns.releases, owns.orders) = (Some(SET_SOON), false, false, false);
            *owned = owns.names.first().cloned().map(|name| (name, character.arrives.saturating_add(CONNECTED)));
        }
        (None, Some((name, at))) => (character.borrows, character.arrives) = (Some(name.clone()), *at),
        (None, None) => {}
    }
}

/// The write as it is carried out; `None`: it is not, and nobody hears of it.
pub(crate) fn of_write<'b>(
    sabotage: Option<Sabotage>,
    operation: &str,
    body: &'b str,
    dice: &Dice,
) -> Option<Cow<'b, str>> {
    let Some(sabotage) = sabotage else {
        return Some(body.into());
    };
    match (sabotage, operation) {
        (Sabotage::NoConditions, "PutItem") => Some(without_condition(body).into()),
        (Sabotage::NoVersions, "TransactWriteItems") => Some(without_versions(body).into()),
        (Sabotage::NoMemory, "PutItem") if body.contains("\"FORGOTTEN\"") => None,
        (Sabotage::FreeCalls, "UpdateItem") if body.contains("\"BUDGET\"") && dice.chance(NOT_CHARGED) => None,
        _ => Some(body.into()),
    }
}

/// The answer as the function hears it.
pub(crate) fn of_answer(sabotage: Option<Sabotage>, operation: &str, answer: String) -> String {
    match (sabotage, operation) {
        (Some(Sabotage::NoOwners), "BatchGetItem") => of_whoever_asks(&answer),
        _ => answer,
    }
}

/// The write as a careless program would do it.
fn without_condition(body: &str) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| name != "ConditionExpression" && name != "ExpressionAttributeValues");
    }
    body.to_string()
}

/// Whatever asks for a newer version is content with another one.
fn without_versions(body: &str) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    for item in body.get_mut("TransactItems").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(Value::String(condition)) = item.pointer_mut("/Update/ConditionExpression") {
            *condition = condition.replace(" < :v", " <> :v");
        }
    }
    body.to_string()
}

/// The answer in which every connected domain belongs to the caller.
fn of_whoever_asks(answer: &str) -> String {
    let mut answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let Some(caller) = life::current().and_then(|life| life.caller().map(|caller| caller.customer.clone())) else {
        return answer.to_string();
    };
    let found = answer.pointer_mut(&format!("/Responses/{TABLE}")).and_then(Value::as_array_mut);
    for item in found.into_iter().flatten().filter(|item| item.get("connected").is_some()) {
        if let Some(owner) = item.pointer_mut("/owner/S") {
            *owner = caller.clone().into();
        }
    }
    answer.to_string()
}
