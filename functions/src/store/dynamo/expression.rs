//! Placeholders of an expression: every attribute name and every value gets one, so no name can be a reserved word.

use crate::store::dynamo::value::IntoValue;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// The names and values of one expression.
#[derive(Debug, Clone, Default)]
pub(crate) struct Placeholders {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Placeholders {
    /// The placeholder of `attribute`, such as `#status`.
    pub(crate) fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{attribute}");
        self.names.insert(placeholder.clone(), attribute.to_owned());
        placeholder
    }

    /// A placeholder of `value`, such as `:status`; `:status2` when another value has that one.
    pub(crate) fn value(&mut self, attribute: &str, value: impl IntoValue) -> String {
        let value = value.into_value();
        let mut placeholder = format!(":{attribute}");
        let mut number = 1_usize;
        while self.values.get(&placeholder).is_some_and(|known| *known != value) {
            number = number.saturating_add(1);
            placeholder = format!(":{attribute}{number}");
        }
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// The names, in the form of the SDK: `None` instead of an empty map, which DynamoDB refuses.
    pub(crate) fn names(&self) -> Option<HashMap<String, String>> {
        Some(self.names.clone()).filter(|names| !names.is_empty())
    }

    /// The values, in the same form.
    pub(crate) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        Some(self.values.clone()).filter(|values| !values.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::Placeholders;

    #[test]
    fn equal_values_share_a_placeholder() {
        let mut placeholders = Placeholders::default();
        let found = [1_i64, 1, 2, 3].map(|value| placeholders.value("version", value));
        assert_eq!(found, [":version", ":version", ":version2", ":version3"]);
    }
}
