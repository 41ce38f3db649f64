//! What docs/openapi.json says of texts that have a form of their own: times, ids, and words that may grow in number.

use crate::ids::MAX_ID_LENGTH;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// A point in time.
#[derive(Debug, Clone, Copy)]
pub struct Time;

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}

/// An id of ours or of upstream's.
#[derive(Debug, Clone, Copy)]
pub struct Id;

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "minLength": 1, "maxLength": MAX_ID_LENGTH})
    }
}

/// A text that may be `null`, and may be absent.
#[derive(Debug, Clone, Copy)]
pub struct TextOrNull;

impl JsonSchema for TextOrNull {
    fn schema_name() -> Cow<'static, str> {
        "TextOrNull".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "null"], "$comment": "may also be absent"})
    }
}

/// A whole number that may be `null`, and may be absent.
#[derive(Debug, Clone, Copy)]
pub struct WholeOrNull;

impl JsonSchema for WholeOrNull {
    fn schema_name() -> Cow<'static, str> {
        "WholeOrNull".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["integer", "null"], "minimum": 0, "$comment": "may also be absent"})
    }
}
