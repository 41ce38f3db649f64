//! JSON as compressed bytes that always fit into an item: larger values are truncated.

use crate::store::deflate::{deflated, inflated};
use serde_json::Value;

/// Most bytes of one packed value: an item has 400 KB, of which keys and facts take a few.
pub(crate) const MAX_PACKED: usize = 350 * 1024;
/// Most bytes of the JSON in it: an answer with it and with the largest order stays below Lambda's 6 MB.
const MAX_TEXT: usize = 2 * 1024 * 1024;
/// Characters of a text and entries of a list that the first cut leaves, at every depth; each further one leaves a
/// quarter.
const FIRST_CUT: usize = 16 * 1024;

/// A packed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packed {
    /// Compressed JSON.
    pub(crate) bytes: Vec<u8>,
    /// Whether long texts and lists in it were cut.
    pub(crate) truncated: bool,
}

/// Packs a JSON text.
pub(crate) fn pack(json: &str) -> Packed {
    if let Some(bytes) = fitting(json) {
        return Packed { bytes, truncated: false };
    }
    let mut value: Value = serde_json::from_str(json).unwrap_or_default();
    let mut most = FIRST_CUT;
    while most > 0 {
        cut(&mut value, most);
        if let Some(bytes) = fitting(&value.to_string()) {
            return Packed { bytes, truncated: true };
        }
        most /= 4;
    }
    Packed { bytes: deflated(b"null"), truncated: true }
}

/// The JSON text of packed bytes; `None` when they are something else.
pub(crate) fn unpack(bytes: &[u8]) -> Option<String> {
    String::from_utf8(inflated(bytes, MAX_TEXT)?).ok()
}

/// Packed `json`, if that is small enough.
fn fitting(json: &str) -> Option<Vec<u8>> {
    (json.len() <= MAX_TEXT).then(|| deflated(json.as_bytes())).filter(|bytes| bytes.len() <= MAX_PACKED)
}

/// Leaves `most` characters of each text and `most` entries of each list.
fn cut(value: &mut Value, most: usize) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(most) {
                text.truncate(end);
            }
        }
        Value::Array(list) => {
            list.truncate(most);
            list.iter_mut().for_each(|entry| cut(entry, most));
        }
        Value::Object(object) => object.values_mut().for_each(|entry| cut(entry, most)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_PACKED, pack, unpack};
    use serde_json::{Value, json};

    /// Text that does not compress.
    fn noise(length: usize) -> String {
        let mut state = 7_u64;
        let mut letter = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap_or(0))
        };
        (0..length).map(|_| letter()).collect()
    }

    fn kept(value: &Value) -> (Value, bool) {
        let packed = pack(&value.to_string());
        assert!(packed.bytes.len() <= MAX_PACKED);
        let json = unpack(&packed.bytes).unwrap_or_default();
        (serde_json::from_str(&json).unwrap_or_default(), packed.truncated)
    }

    #[test]
    fn small_value_survives_packing_unchanged() {
        let orders: Vec<Value> = (0..1_000).map(|n| json!({"domain": format!("acme-{n}.com"), "ü": "ß"})).collect();
        for value in [json!({}), json!(null), json!([1, "ü", {"a": [true]}]), json!(orders), json!("a".repeat(400_000))]
        {
            assert_eq!(kept(&value), (value, false));
        }
    }

    #[test]
    fn oversized_value_keeps_its_short_strings() {
        for large in [json!(noise(5_500_000)), json!(vec![noise(100); 55_000]), json!("a".repeat(5_500_000))] {
            let (kept, truncated) = kept(&json!({"id": "ord_1", "status": "completed", "large": large}));
            assert_eq!((&kept["id"], &kept["status"], truncated), (&json!("ord_1"), &json!("completed"), true));
            assert!(!kept["large"].is_null());
        }
    }

    #[test]
    fn value_that_cannot_be_shortened_becomes_null() {
        let keys: serde_json::Map<String, Value> =
            (0..60_000).map(|n| (format!("{n}{}", noise(40)), json!(n))).collect();
        assert_eq!(kept(&Value::Object(keys)), (Value::Null, true));
    }

    #[test]
    fn invalid_zlib_data_unpacks_to_none() {
        assert_eq!(unpack(b"no zlib"), None);
    }
}
