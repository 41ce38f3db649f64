//! Finds credentials in rejected deliveries: upstream may return the login with which an order was placed.

use serde::de::IgnoredAny;

/// Parts of credential names, without separators and in lower case: `api_key` and `X-Api-Key` are `apikey`.
const NAMES: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "credential",
    "apikey",
    "privatekey",
    "accesskey",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "sessiontoken",
    "authorization",
];
/// The shortest of them.
const SHORTEST: &str = "pwd";
/// Further headers that may contain credentials.
const HEADERS: [&str; 3] = ["cookie", "token", "apikey"];
/// How the values of keys begin that are known by their beginning.
const VALUES: [&str; 3] = ["pk_live_", "pk_test_", "whsec_"];
/// Maximum depth of JSON within strings: deeper values are not searched, and withheld.
const MAX_DEPTH: usize = 4;

/// Whether `body` seems to contain a credential: in JSON under a name, or anywhere a key that is known by its
/// beginning; in anything else, wherever such a name occurs.
pub(super) fn in_body(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    is_held(&text, 0)
}

/// Whether a header is a credential, by its name or by its value.
pub(super) fn in_header(name: &str, value: &[u8]) -> bool {
    let folded = folded(name);
    let value = String::from_utf8_lossy(value);
    is_name(name) || HEADERS.iter().any(|sign| folded.contains(sign)) || in_text(&value)
}

/// Whether a name that contains `text` is one of a credential.
fn is_name(text: &str) -> bool {
    let folded = folded(text);
    NAMES.iter().any(|sign| folded.contains(sign))
}

/// Whether text that is not JSON contains such a name, or a key that is known by its beginning. Three letters are in
/// any long text by chance, so the shortest name counts only where a value follows.
fn in_text(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_of_a_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let folded = folded(word);
        let has_value = after.trim_start_matches(['"', '\'', ' ']).starts_with([':', '=']);
        if NAMES.iter().any(|sign| folded.contains(sign) && (*sign != SHORTEST || has_value)) {
            return true;
        }
        rest = after.trim_start_matches(|c: char| !is_of_a_word(c));
    }
    has_known_value(text)
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn has_known_value(text: &str) -> bool {
    let lower = text.to_lowercase();
    VALUES.iter().any(|prefix| lower.contains(prefix))
}

fn is_held(text: &str, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return true;
    }
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return in_text(&unescaped(text));
    }
    // Read from the text, so that a name that occurs twice in an object is found twice.
    let mut rest = text;
    while let Some((_, begun)) = rest.split_once('"') {
        let (string, after) = string_at(begun);
        let string = unescaped(string);
        let is_key = after.trim_start().starts_with(':');
        let nested = string.trim_start();
        if has_known_value(&string)
            || (is_key && is_name(&string))
            || (nested.starts_with(['{', '[']) && is_held(nested, depth.saturating_add(1)))
        {
            return true;
        }
        rest = after;
    }
    false
}

/// The inside of a JSON string that `text` begins with, and what follows its end.
fn string_at(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (index, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => {
                let (inside, after) = text.split_at_checked(index).unwrap_or((text, ""));
                return (inside, after.strip_prefix('"').unwrap_or_default());
            }
            _ => {}
        }
    }
    (text, "")
}

/// `text` with its JSON escapes decoded, or removed where they are invalid.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match characters.next() {
            Some('u') => {
                let digits: String = characters.by_ref().take(4).collect();
                let mut unit = [0; 2];
                let unit = hex::decode_to_slice(digits, &mut unit).ok().map(|()| u16::from_be_bytes(unit));
                plain.extend(unit.and_then(|unit| char::from_u32(unit.into())));
            }
            // Of white space it matters that it is some.
            Some('n' | 't' | 'r' | 'b' | 'f') => plain.push(' '),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{in_body, in_header};

    #[test]
    fn body_with_a_credential_key_is_detected_in_any_spelling() {
        for name in [
            "password",
            "login_Password",
            r"pass\u0077ord",
            "pwd",
            "passphrase",
            "accessToken",
            "access_token",
            "refresh_token",
            "refreshToken",
            "api_key",
            "apiKey",
            "API-KEY",
            "private_key",
            "X-Auth-Token",
            "client_secret",
            "Authorization",
        ] {
            for body in [
                format!(r#"{{"id":"evt_1","data":{{"{name}" : "x"}}}}"#),
                format!(r#"{{"a":{{"{name}":1}},"a":2}}"#),
                format!(r#"[{{"note":"{{\"{}\":1}}"}}]"#, name.replace('\\', r"\\")),
                format!(r#"{{"id":"evt_1","{name}":"x"#),
                format!("{name}=x&id=evt_1"),
            ] {
                assert!(in_body(body.as_bytes()), "{body}");
            }
        }
    }

    #[test]
    fn known_key_prefix_is_detected_anywhere() {
        for body in [
            r#"{"note":"pk_live_abc"}"#,
            r#"["PK_TEST_abc"]"#,
            r#"{"a":"pk_li\u0076e_abc","a":""}"#,
            "pk_live_abc",
            r#"{"note":"is whsec_abc"}"#,
        ] {
            assert!(in_body(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn credential_words_in_values_are_allowed() {
        for body in [
            r#"{"id":"evt_1","data":{"domain":"secret-santa.com","domains":["password.com","pwd.io"]}}"#,
            r#"{"note":"the \"password\" of : it","type":"order.completed"}"#,
            r#"{"created_at":"2026-05-08T12:00:00Z","personas":[{"first_name":"Sam"}]}"#,
            "[]",
            "x",
            "",
        ] {
            assert!(!in_body(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn too_deeply_nested_json_strings_are_withheld() {
        let nested = (0..6).fold("{}".to_owned(), |inner, _| serde_json::json!({"a": inner}).to_string());
        assert!(in_body(nested.as_bytes()));
        let deep = "[".repeat(1_000_000);
        assert!(!in_body(deep.as_bytes()));
    }

    #[test]
    fn header_is_a_credential_by_name_or_value() {
        for (name, value) in [
            ("authorization", "x"),
            ("proxy-authorization", "x"),
            ("cookie", "x"),
            ("set-cookie", "x"),
            ("x-api-key", "x"),
            ("x-auth-token", "x"),
            ("x-amz-security-token", "x"),
            ("apikey", "x"),
            ("x-client-secret", "x"),
            ("x-key", "Pk_Live_abc"),
            ("x-form", "password=x"),
        ] {
            assert!(in_header(name, value.as_bytes()), "{name}: {value}");
        }
        for (name, value) in
            [("peeker-signature", "v1=aa"), ("peeker-event-id", "evt_1"), ("content-type", "text/plain")]
        {
            assert!(!in_header(name, value.as_bytes()), "{name}: {value}");
        }
    }
}
