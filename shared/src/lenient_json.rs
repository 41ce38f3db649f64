//! Lenient JSON parser for upstream's responses: malformed input still yields every value that can be parsed.

use serde_json::{Map, Value};
use std::str::Chars;

/// Maximum nesting depth; deeper values become `null`. Lower than serde_json's limit of 128, so that stored values can
/// be parsed again.
pub const MAX_DEPTH: usize = 100;

/// The result of parsing.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The first value in the text.
    pub value: Value,
    /// Whether the text was complete. A truncated text may lack any value.
    pub is_whole: bool,
}

/// Parses the first value of `bytes`; `None` if there is none.
///
/// Accepts more than JSON: a byte order mark; invalid UTF-8 and lone surrogates, as U+FFFD; control characters and
/// unknown escapes in strings; numbers out of range and bare words, as strings; any nesting depth; duplicate keys, of
/// which the last one wins; missing and surplus commas; truncated text. A string or number that was truncated is
/// dropped, because half of an id would be another id.
pub fn read(bytes: &[u8]) -> Option<Reading> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match serde_json::from_slice(bytes) {
        Ok(value) => Some(Reading { value, is_whole: true }),
        Err(_) => Reader { rest: String::from_utf8_lossy(bytes).chars() }.value(),
    }
}

/// A non-negative integer, given as a number, as a number with a fraction of zero, or as a string.
pub fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(whole_float)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().and_then(whole_float))
        }
        _ => None,
    }
}

/// Up to 2^53: larger integers have no exact f64.
fn whole_float(number: f64) -> Option<u64> {
    let is_whole = number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole, and between 0 and 2^53")]
    is_whole.then_some(number as u64)
}

/// A container that is still open.
enum Open {
    Object(Map<String, Value>, Option<String>),
    Array(Vec<Value>),
}

impl Open {
    fn add(&mut self, value: Value) {
        match (self, value) {
            (Self::Array(list), value) => list.push(value),
            (Self::Object(object, key @ Some(_)), value) => {
                object.insert(key.take().unwrap_or_default(), value);
            }
            (Self::Object(_, key @ None), Value::String(name)) => *key = Some(name),
            // An object without a pending key takes no value.
            (Self::Object(_, None), _) => {}
        }
    }

    fn close(self) -> Value {
        match self {
            Self::Array(list) => Value::Array(list),
            Self::Object(object, _) => Value::Object(object),
        }
    }
}

/// Parses iteratively with its own stack, so that deep nesting cannot overflow the call stack.
struct Reader<'t> {
    rest: Chars<'t>,
}

impl Reader<'_> {
    fn value(mut self) -> Option<Reading> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        while root.is_none() {
            let Some(next) = self.rest.next() else {
                break;
            };
            let value = match next {
                '{' | '[' if open.len() >= MAX_DEPTH => self.skip_nested().then_some(Value::Null),
                '{' => {
                    open.push(Open::Object(Map::new(), None));
                    None
                }
                '[' => {
                    open.push(Open::Array(Vec::new()));
                    None
                }
                '}' | ']' => open.pop().map(Open::close),
                '"' => self.text().map(Value::String),
                ',' | ':' => None,
                space if space.is_whitespace() || space.is_control() => None,
                first => self.word(first),
            };
            match (value, open.last_mut()) {
                (Some(value), Some(container)) => container.add(value),
                (value, None) => root = value,
                (None, Some(_)) => {}
            }
        }
        let is_whole = root.is_some();
        // A truncated container keeps the values before the cut.
        while let Some(container) = open.pop() {
            match open.last_mut() {
                Some(outer) => outer.add(container.close()),
                None => root = Some(container.close()),
            }
        }
        root.map(|value| Reading { value, is_whole })
    }

    /// Skips a value that is nested too deeply. `false` if the text ended first.
    fn skip_nested(&mut self) -> bool {
        let mut depth: usize = 1;
        while depth > 0 {
            match self.rest.next() {
                Some('{' | '[') => depth = depth.saturating_add(1),
                Some('}' | ']') => depth = depth.saturating_sub(1),
                Some('"') => drop(self.text()),
                Some(_) => {}
                None => return false,
            }
        }
        true
    }

    /// The string after its opening quotation mark; `None` if it is not terminated.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.rest.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                plain => text.push(plain),
            }
        }
    }

    /// The character of an escape after its backslash; an unknown escape is the character itself.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.rest.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unit().map_or(char::REPLACEMENT_CHARACTER, |unit| self.character(unit)),
            other => other,
        })
    }

    /// The character that starts with a code unit; a lone surrogate is U+FFFD.
    fn character(&mut self, unit: u16) -> char {
        let before = self.rest.clone();
        let mut units = vec![unit];
        if (0xd800..0xdc00).contains(&unit) && self.rest.as_str().starts_with("\\u") {
            let (_, _) = (self.rest.next(), self.rest.next());
            units.extend(self.unit());
        }
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => character,
            // The next unit is not the low surrogate: it is parsed separately.
            _ => {
                self.rest = before;
                char::REPLACEMENT_CHARACTER
            }
        }
    }

    /// Four hexadecimal digits; `None` if there are fewer.
    fn unit(&mut self) -> Option<u16> {
        let mut ahead = self.rest.clone();
        let mut unit: u16 = 0;
        for _ in 0..4 {
            let digit = u16::try_from(ahead.next()?.to_digit(16)?).ok()?;
            unit = unit.checked_mul(16)?.checked_add(digit)?;
        }
        self.rest = ahead;
        Some(unit)
    }

    /// A number or a bare word; `None` if the text ended before its end was clear.
    fn word(&mut self, first: char) -> Option<Value> {
        let mut word = String::from(first);
        loop {
            let mut ahead = self.rest.clone();
            match ahead.next()? {
                end if "{}[],:\"".contains(end) || end.is_whitespace() => break,
                more => word.push(more),
            }
            self.rest = ahead;
        }
        Some(serde_json::from_str(&word).unwrap_or(Value::String(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, read};
    use serde_json::{Value, json};

    fn value(text: &[u8]) -> Value {
        read(text).map_or(Value::Null, |reading| reading.value)
    }

    #[test]
    fn valid_json_is_parsed_exactly() {
        for text in [r#"{"a":[1,2.5,true,null,"x\ud83d\ude00"],"b":{}}"#, "[]", "7", r#""a""#] {
            let reading = read(text.as_bytes()).map(|reading| (reading.value, reading.is_whole));
            assert_eq!(reading, Some((serde_json::from_str(text).unwrap_or_default(), true)), "{text}");
        }
    }

    #[test]
    fn invalid_json_is_parsed_up_to_the_error() {
        for (text, expected) in [
            (&br#"{"a":"\ud83d"}"#[..], json!({"a": "\u{fffd}"})),
            (br#"{"a":"\ud83dx\ude00\ud83d\ud83d\ude00"}"#, json!({"a": "\u{fffd}x\u{fffd}\u{fffd}\u{1f600}"})),
            (br#"{"a":"\ud83d\n\uZZ12\q\u12"}"#, json!({"a": "\u{fffd}\n\u{fffd}ZZ12q\u{fffd}12"})),
            (b"{\"a\":\"\x00\n\xff\"}", json!({"a": "\u{0}\n\u{fffd}"})),
            (b"\xef\xbb\xbf{\"a\":1}", json!({"a": 1})),
            (br#"{"a":1e999,"b":-1e999,"c":1e-999999,"d":NaN,"e":01}"#, {
                json!({"a": "1e999", "b": "-1e999", "c": 0.0, "d": "NaN", "e": "01"})
            }),
            (br#"{"a":1,"a":2,"b":1e999}"#, json!({"a": 2, "b": "1e999"})),
            (br#"{"a":[1,,2,],}"#, json!({"a": [1, 2]})),
            (br#"{a:1,{"lost":1},"b":2}"#, json!({"a": 1, "b": 2})),
            (br#"{"a":1} and more"#, json!({"a": 1})),
        ] {
            assert_eq!(value(text), expected, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn integer_may_be_a_float_or_a_string() {
        for (value, expected) in [
            (json!(1300), Some(1300)),
            (json!(1300.0), Some(1300)),
            (json!("1300"), Some(1300)),
            (json!(" 1300.0 "), Some(1300)),
            (json!(u64::MAX), Some(u64::MAX)),
            (json!(1300.5), None),
            (json!(-1), None),
            (json!("1e999"), None),
            (json!("NaN"), None),
            (json!(""), None),
            (json!(null), None),
            (json!([1300]), None),
        ] {
            assert_eq!(super::whole(&value), expected, "{value}");
        }
    }

    #[test]
    fn truncated_json_is_flagged_without_partial_values() {
        let text = br#"{"id":"ord_1","list":[{"a":1},{"id":"ord_2"#;
        let reading = read(text).map(|reading| (reading.value, reading.is_whole));
        assert_eq!(reading, Some((json!({"id": "ord_1", "list": [{"a": 1}, {}]}), false)));
        assert_eq!(value(br#"{"a":1,"count":1"#), json!({"a": 1}));
        assert_eq!(read(b""), None);
        assert_eq!(read(b" \x00 "), None);
    }

    #[test]
    fn values_nested_too_deeply_become_null() {
        for levels in [90, 127, 128, 1_000, 1_000_000] {
            let text = format!(r#"{{"deep":{}"]"{},"id":1}}"#, "[".repeat(levels), "]".repeat(levels));
            let reading = value(text.as_bytes());
            assert_eq!(reading.get("id"), Some(&json!(1)), "{levels}");
            let again = serde_json::from_str::<Value>(&reading.to_string());
            assert_eq!(again.ok().as_ref(), Some(&reading), "{levels} levels cannot be read again");
        }
        let levels = MAX_DEPTH.saturating_mul(100);
        let open = format!("{}{}", "{\"a\":".repeat(levels), "[".repeat(levels));
        assert!(read(open.as_bytes()).is_some_and(|reading| !reading.is_whole));
    }
}
