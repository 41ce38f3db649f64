//! Single values in the form of DynamoDB, for updates and conditions. Whole items go through `item.rs`.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::BTreeSet;

/// A value that an attribute can have.
pub(crate) trait IntoValue {
    /// The value in the form of DynamoDB.
    fn into_value(self) -> AttributeValue;
}

impl IntoValue for AttributeValue {
    fn into_value(self) -> AttributeValue {
        self
    }
}

impl IntoValue for &str {
    fn into_value(self) -> AttributeValue {
        AttributeValue::S(self.to_owned())
    }
}

impl IntoValue for &String {
    fn into_value(self) -> AttributeValue {
        AttributeValue::S(self.clone())
    }
}

impl IntoValue for String {
    fn into_value(self) -> AttributeValue {
        AttributeValue::S(self)
    }
}

impl IntoValue for bool {
    fn into_value(self) -> AttributeValue {
        AttributeValue::Bool(self)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl IntoValue for $number {
            fn into_value(self) -> AttributeValue {
                AttributeValue::N(self.to_string())
            }
        })*
    };
}

numbers!(i64, i128, u32, u64, usize);

impl IntoValue for Vec<u8> {
    fn into_value(self) -> AttributeValue {
        AttributeValue::B(Blob::new(self))
    }
}

/// A set of texts, which must not be empty: DynamoDB has no empty sets.
impl IntoValue for &BTreeSet<String> {
    fn into_value(self) -> AttributeValue {
        AttributeValue::Ss(self.iter().cloned().collect())
    }
}

/// A set of one text.
pub(crate) fn set_of(text: &str) -> AttributeValue {
    AttributeValue::Ss(vec![text.to_owned()])
}
