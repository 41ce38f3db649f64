//! Items of the table as text, with compressed attributes decompressed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use serde_json::Value;
use std::io::Read;

/// The text of `item`.
pub(crate) fn text_of(item: &Value) -> String {
    unpacked(item).to_string()
}

fn unpacked(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let unpacked = fields.iter().map(|(name, value)| match (name.as_str(), value.as_str()) {
                ("B", Some(bytes)) => (name.clone(), inflated(bytes).into()),
                _ => (name.clone(), unpacked(value)),
            });
            Value::Object(unpacked.collect())
        }
        Value::Array(values) => values.iter().map(unpacked).collect(),
        value => value.clone(),
    }
}

/// Decompresses bytes; empty if they are not compressed.
fn inflated(bytes: &str) -> String {
    let mut plain = Vec::new();
    let read = STANDARD.decode(bytes).ok().and_then(|bytes| ZlibDecoder::new(&bytes[..]).read_to_end(&mut plain).ok());
    read.map(|_| String::from_utf8_lossy(&plain).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, text_of};
    use base64::Engine;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use serde_json::json;
    use std::io::Write;

    #[test]
    fn compressed_values_are_searchable() -> std::io::Result<()> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(br#"{"last_name":"Lovelace"}"#)?;
        let packed = STANDARD.encode(encoder.finish()?);
        let text = text_of(&json!({"pk": {"S": "EVENT#evt_1"}, "list": {"L": [{"M": {"entity": {"B": packed}}}]}}));
        assert!(text.contains("Lovelace") && text.contains("evt_1"), "{text}");
        Ok(())
    }
}
