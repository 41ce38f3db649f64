//! The conditions of writes, and the filters of queries, by name: the only file that writes their text.

use crate::clock::Timestamp;
use crate::model::approval::{Approval, State, Step};
use crate::model::placement::{Phase, Placement};
use crate::store::dynamo::expression::Placeholders;
use crate::store::dynamo::value::IntoValue;
use aws_sdk_dynamodb::types::AttributeValue;
use shared::ids::SessionId;

/// What has to hold of an item.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// The attribute exists.
    Exists(&'static str),
    /// The attribute does not exist.
    Missing(&'static str),
    /// The attribute compares so with the value; an attribute that is missing never does.
    Compare(&'static str, Comparison, AttributeValue),
    /// The attribute is one of the values.
    OneOf(&'static str, Vec<AttributeValue>),
    /// The set in the attribute contains the value.
    Contains(&'static str, AttributeValue),
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One of them holds.
    Or(Box<Condition>, Box<Condition>),
}

/// How an attribute compares with a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Comparison {
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Condition {
    pub(crate) fn and(self, other: Self) -> Self {
        Self::And(Box::new(self), Box::new(other))
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self::Or(Box::new(self), Box::new(other))
    }

    /// The condition as an expression.
    pub(crate) fn text(&self, placeholders: &mut Placeholders) -> String {
        match self {
            Self::Exists(attribute) => format!("attribute_exists({})", placeholders.name(attribute)),
            Self::Missing(attribute) => format!("attribute_not_exists({})", placeholders.name(attribute)),
            Self::Compare(attribute, comparison, value) => {
                let sign = match comparison {
                    Comparison::Equal => "=",
                    Comparison::Less => "<",
                    Comparison::AtMost => "<=",
                    Comparison::More => ">",
                    Comparison::AtLeast => ">=",
                };
                format!("{} {sign} {}", placeholders.name(attribute), placeholders.value(attribute, value.clone()))
            }
            Self::OneOf(attribute, values) => {
                let values: Vec<String> =
                    values.iter().map(|value| placeholders.value(attribute, value.clone())).collect();
                format!("{} IN ({})", placeholders.name(attribute), values.join(", "))
            }
            Self::Contains(attribute, value) => {
                format!("contains({}, {})", placeholders.name(attribute), placeholders.value(attribute, value.clone()))
            }
            Self::And(one, other) => format!("{} AND {}", one.text(placeholders), other.text(placeholders)),
            Self::Or(one, other) => format!("({} OR {})", one.text(placeholders), other.text(placeholders)),
        }
    }
}

fn compare(attribute: &'static str, comparison: Comparison, value: impl IntoValue) -> Condition {
    Condition::Compare(attribute, comparison, value.into_value())
}

/// The item does not exist.
pub(crate) const fn not_exists() -> Condition {
    Condition::Missing("pk")
}

/// The item exists.
pub(crate) const fn exists() -> Condition {
    Condition::Exists("pk")
}

/// The item has the attribute.
pub(crate) const fn has(attribute: &'static str) -> Condition {
    Condition::Exists(attribute)
}

/// The item does not have the attribute.
pub(crate) const fn has_no(attribute: &'static str) -> Condition {
    Condition::Missing(attribute)
}

/// The attribute has this value.
pub(crate) fn equals(attribute: &'static str, value: impl IntoValue) -> Condition {
    compare(attribute, Comparison::Equal, value)
}

/// The attribute has this value, or `None` and is missing.
pub(crate) fn is_still(attribute: &'static str, value: Option<impl IntoValue>) -> Condition {
    value.map_or(has_no(attribute), |value| equals(attribute, value))
}

/// `version` is newer than the attribute.
pub(crate) fn newer_than(attribute: &'static str, version: i64) -> Condition {
    has_no(attribute).or(compare(attribute, Comparison::Less, version))
}

/// The counter, or the time, in the attribute is at most `most`, or was never written.
pub(crate) fn at_most(attribute: &'static str, most: impl IntoValue) -> Condition {
    has_no(attribute).or(compare(attribute, Comparison::AtMost, most))
}

/// The attribute is at least `least`.
pub(crate) fn at_least(attribute: &'static str, least: impl IntoValue) -> Condition {
    compare(attribute, Comparison::AtLeast, least)
}

/// The attribute is later than `at`.
pub(crate) fn later_than(attribute: &'static str, at: Timestamp) -> Condition {
    compare(attribute, Comparison::More, at)
}

/// The placement has the claim and the phase of `placement`: no other request has changed it.
pub(crate) fn claim_is(placement: &Placement) -> Condition {
    claim_in_phase(&placement.claim, placement.phase.as_str())
}

/// The placement has this claim and this phase.
pub(crate) fn claim_in_phase(claim: &str, phase: &str) -> Condition {
    equals("claim", claim).and(equals("phase", phase))
}

/// The placement is finished, with or without an order.
pub(crate) fn is_finished() -> Condition {
    let phases = [Phase::PLACED, Phase::Refused.as_str()];
    Condition::OneOf("phase", phases.into_iter().map(IntoValue::into_value).collect())
}

/// The placement ended with an order.
pub(crate) fn is_placed() -> Condition {
    equals("phase", Phase::PLACED)
}

/// The approval is in a state in which `step` can happen.
pub(crate) fn approval_allows(step: Step) -> Condition {
    let states = step.from().iter().map(|state| state.as_str().into_value());
    Condition::OneOf("state", states.collect())
}

/// The approval is open, and was presented before by `session` for the same.
pub(crate) fn presented_again(session: &SessionId, approval: &Approval) -> Condition {
    let amount = approval.amount.as_ref();
    equals("state", State::Open.as_str())
        .and(equals("session", session.as_str()))
        .and(equals("quote", approval.quote.as_str()))
        .and(is_still("amount_cents", amount.map(|amount| amount.cents)))
        .and(is_still("currency", amount.map(|amount| amount.currency.as_str())))
}

/// The claim on a domain is as it was read.
pub(crate) fn claim_unchanged(customer: &str, revision: u64) -> Condition {
    equals("owner", customer).and(equals("revision", revision))
}

/// The claim belongs to `customer`, and no job was started for it.
pub(crate) fn claim_unused(customer: &str) -> Condition {
    equals("owner", customer).and(equals("jobs", "[]"))
}

/// The domain belongs to `customer`, and no newer order than that of `at` has it.
pub(crate) fn newest_order_of(customer: &str, at: Timestamp) -> Condition {
    equals("owner", customer).and(at_most("on_order_at", at))
}

/// The claim is neither connected nor released, and keeps others away at `now`.
pub(crate) fn is_open_claim(now: Timestamp) -> Condition {
    has_no("connected").and(has_no("released")).and(later_than("until", now))
}

/// No other writer has used the lock since `revision` was read.
pub(crate) fn claims_lock_unchanged(revision: u64) -> Condition {
    has_no("revision").or(equals("revision", revision))
}

/// The import belongs to `customer`, or to no customer.
pub(crate) fn import_available_to(customer: &str) -> Condition {
    has_no("customers").or(Condition::Contains("customers", customer.into_value()))
}

/// The customer was not forgotten at or after `since`.
pub(crate) fn not_forgotten_since(since: Timestamp) -> Condition {
    newer_than("at", since)
}

/// No call that was made counts against the rate any more at `now_us`. A value above `beyond_us` comes from a wrong
/// clock.
pub(crate) fn rate_unused(now_us: i64, beyond_us: i64) -> Condition {
    newer_than("paid_until", now_us).or(compare("paid_until", Comparison::More, beyond_us))
}

/// Calls count against the rate at `now_us`, and until `room_us` at most.
pub(crate) fn rate_has_room(now_us: i64, room_us: i64) -> Condition {
    at_least("paid_until", now_us).and(compare("paid_until", Comparison::AtMost, room_us))
}

/// Upstream has not asked for a pause beyond `now`. A pause beyond `longest` comes from a wrong clock.
pub(crate) fn not_paused(now: Timestamp, longest: Timestamp) -> Condition {
    at_most("silent_until", now).or(later_than("silent_until", longest))
}

/// The pause until `until` is longer than the one that is stored, or that one comes from a wrong clock.
pub(crate) fn longer_pause(until: Timestamp, longest: Timestamp) -> Condition {
    newer_than("silent_until", until).or(later_than("silent_until", longest))
}

#[cfg(test)]
mod tests {
    use super::{Condition, claim_in_phase, is_still, not_exists, rate_has_room, rate_unused};
    use crate::store::dynamo::expression::Placeholders;

    fn text(condition: &Condition) -> String {
        condition.text(&mut Placeholders::default())
    }

    #[test]
    fn conditions_combine_without_losing_precedence() {
        assert_eq!(text(&not_exists()), "attribute_not_exists(#pk)");
        assert_eq!(text(&claim_in_phase("a", "sent")), "#claim = :claim AND #phase = :phase");
        assert_eq!(text(&is_still("event_count", None::<i64>)), "attribute_not_exists(#event_count)");
        assert_eq!(
            text(&rate_unused(5, 9).and(rate_has_room(5, 7))),
            "((attribute_not_exists(#paid_until) OR #paid_until < :paid_until) OR #paid_until > :paid_until2) AND \
             #paid_until >= :paid_until AND #paid_until <= :paid_until3"
        );
    }
}
