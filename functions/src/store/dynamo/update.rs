//! An update of one item, from named parts instead of expression text.

use crate::store::StoreError;
use crate::store::condition::Condition;
use crate::store::dynamo::expression::Placeholders;
use crate::store::dynamo::item::key_item;
use crate::store::dynamo::value::IntoValue;
use crate::store::key::Key;
use aws_sdk_dynamodb::types::{self, ReturnValuesOnConditionCheckFailure};

/// An update of the item under `key`; DynamoDB creates the item when there is none.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Update {
    key: Key,
    sets: Vec<String>,
    adds: Vec<String>,
    deletes: Vec<String>,
    removes: Vec<String>,
    condition: Option<Condition>,
    placeholders: Placeholders,
    returns_refused_item: bool,
}

impl Update {
    /// An update that changes nothing yet.
    pub(crate) fn of(key: Key) -> Self {
        Self {
            key,
            sets: Vec::new(),
            adds: Vec::new(),
            deletes: Vec::new(),
            removes: Vec::new(),
            condition: None,
            placeholders: Placeholders::default(),
            returns_refused_item: false,
        }
    }

    /// Gives `attribute` this value.
    pub(crate) fn set(mut self, attribute: &str, value: impl IntoValue) -> Self {
        let (name, value) = self.names(attribute, value);
        self.sets.push(format!("{name} = {value}"));
        self
    }

    /// Gives `attribute` this value unless it has one.
    pub(crate) fn set_once(mut self, attribute: &str, value: impl IntoValue) -> Self {
        let (name, value) = self.names(attribute, value);
        self.sets.push(format!("{name} = if_not_exists({name}, {value})"));
        self
    }

    /// Adds a number to a number, or elements to a set; DynamoDB creates both.
    pub(crate) fn add(mut self, attribute: &str, value: impl IntoValue) -> Self {
        let (name, value) = self.names(attribute, value);
        self.adds.push(format!("{name} {value}"));
        self
    }

    /// Takes elements out of a set.
    pub(crate) fn delete(mut self, attribute: &str, elements: impl IntoValue) -> Self {
        let (name, value) = self.names(attribute, elements);
        self.deletes.push(format!("{name} {value}"));
        self
    }

    /// Removes an attribute.
    pub(crate) fn remove(mut self, attribute: &str) -> Self {
        let name = self.placeholders.name(attribute);
        self.removes.push(name);
        self
    }

    /// Applies the update only if `condition` and all conditions before it are met.
    pub(crate) fn only_if(mut self, condition: Condition) -> Self {
        self.condition = Some(match self.condition.take() {
            Some(before) => before.and(condition),
            None => condition,
        });
        self
    }

    /// Returns the item as it is when a condition does not hold.
    pub(crate) fn returning_refused_item(self) -> Self {
        Self { returns_refused_item: true, ..self }
    }

    fn names(&mut self, attribute: &str, value: impl IntoValue) -> (String, String) {
        (self.placeholders.name(attribute), self.placeholders.value(attribute, value))
    }

    fn text(&self) -> String {
        let parts = [("SET", &self.sets), ("ADD", &self.adds), ("DELETE", &self.deletes), ("REMOVE", &self.removes)];
        let parts = parts.into_iter().filter(|(_, clauses)| !clauses.is_empty());
        parts.map(|(word, clauses)| format!("{word} {}", clauses.join(", "))).collect::<Vec<_>>().join(" ")
    }

    /// The update in the form of the SDK.
    pub(super) fn into_sdk(mut self, table: &str) -> Result<types::Update, StoreError> {
        let text = self.text();
        let condition = self.condition.take().map(|condition| condition.text(&mut self.placeholders));
        let returned = self.returns_refused_item.then_some(ReturnValuesOnConditionCheckFailure::AllOld);
        types::Update::builder()
            .table_name(table)
            .set_key(Some(key_item(&self.key)))
            .update_expression(text)
            .set_condition_expression(condition)
            .set_expression_attribute_names(self.placeholders.names())
            .set_expression_attribute_values(self.placeholders.values())
            .set_return_values_on_condition_check_failure(returned)
            .build()
            .map_err(StoreError::from_build)
    }
}

#[cfg(test)]
mod tests {
    use super::Update;
    use crate::store::condition::{equals, newer_than};
    use crate::store::dynamo::value::set_of;
    use crate::store::key::Key;

    #[test]
    fn an_update_has_one_clause_of_each_kind() {
        let update = Update::of(Key::order_switch())
            .set("status", "open")
            .set_once("list", "a")
            .add("calls", 3_u64)
            .delete("customers", set_of("b"))
            .remove("draft")
            .remove("sent_at")
            .only_if(newer_than("version", 7))
            .only_if(equals("owner", "c"));
        let update = update.into_sdk("table").expect("an update");
        assert_eq!(
            update.update_expression,
            "SET #status = :status, #list = if_not_exists(#list, :list) ADD #calls :calls \
             DELETE #customers :customers REMOVE #draft, #sent_at"
        );
        assert_eq!(
            update.condition_expression.as_deref(),
            Some("(attribute_not_exists(#version) OR #version < :version) AND #owner = :owner")
        );
        assert_eq!(update.expression_attribute_names.map(|names| names.len()), Some(8));
        assert_eq!(update.expression_attribute_values.map(|values| values.len()), Some(6));
    }
}
