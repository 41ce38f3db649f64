//! Mistakes at the table that are made on purpose, to see them found.

use crate::dice::Dice;
use crate::life;
use crate::options::Sabotage;
use crate::values::TABLE;
use serde_json::Value;
use std::borrow::Cow;

/// Of 1,000 charges to budgets, those that are not written.
const NOT_CHARGED: u64 = 500;

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
