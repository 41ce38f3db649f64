//! Deliberate mistakes at the table, which the checks must detect.

use crate::dice::Dice;
use crate::life;
use crate::options::Sabotage;
use crate::values::TABLE;
use serde_json::Value;
use std::borrow::Cow;

/// Charges to budgets per 1,000 that are not written.
const NOT_CHARGED: u64 = 500;

/// The sort key of a notification in a response.
const NOTIFICATION: &str = r#"{"S":"NOTIFICATION"}"#;
/// The status in a notification of a completed order, as the response has it.
const COMPLETED: &str = r#"\"status\":\"completed\""#;
/// As above, of a failed one.
const FAILED: &str = r#"\"status\":\"failed\""#;

/// The write that is executed; `None` if it is dropped silently.
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
        (Sabotage::EndlessApprovals, "TransactWriteItems") => Some(without_approval_conditions(body).into()),
        (Sabotage::NoMemory, "PutItem") if body.contains("\"FORGOTTEN\"") => None,
        (Sabotage::FreeCalls, "UpdateItem") if body.contains("\"BUDGET\"") && dice.chance(NOT_CHARGED) => None,
        _ => Some(body.into()),
    }
}

/// The response that the function receives.
pub(crate) fn of_answer(sabotage: Option<Sabotage>, operation: &str, answer: String) -> String {
    match (sabotage, operation) {
        (Some(Sabotage::NoOwners), "BatchGetItem") => of_whoever_asks(&answer),
        (Some(Sabotage::WrongStatus), "Query") if answer.contains(NOTIFICATION) => answer.replace(COMPLETED, FAILED),
        _ => answer,
    }
}

/// The write without its condition.
fn without_condition(body: &str) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| name != "ConditionExpression" && !name.starts_with("ExpressionAttribute"));
    }
    body.to_string()
}

/// The write without a version check.
fn without_versions(body: &str) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    for item in body.get_mut("TransactItems").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(Value::String(condition)) = item.pointer_mut("/Update/ConditionExpression") {
            *condition = condition.replace(" < :", " <> :");
        }
    }
    body.to_string()
}

/// The write without the conditions of approvals. Its values stay, except those that only a condition names.
fn without_approval_conditions(body: &str) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    for item in body.get_mut("TransactItems").and_then(Value::as_array_mut).into_iter().flatten() {
        let is_approval =
            item.pointer("/Update/Key/pk/S").and_then(Value::as_str).is_some_and(|pk| pk.starts_with("APPROVAL#"));
        if is_approval && let Some(Value::String(condition)) = item.pointer_mut("/Update/ConditionExpression") {
            // Always true, and names everything that it named before. DynamoDB refuses parentheses that change nothing.
            *condition = format!("attribute_not_exists(pk) OR attribute_exists(pk) OR {condition}");
        }
    }
    body.to_string()
}

/// The response with every connected domain assigned to the caller.
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
