//! Reorders the keys of JSON and extracts members, without changing any token.

use crate::webhook::json_text::tokens;

/// Maximum nesting depth.
const MAX_DEPTH: usize = 100;

/// `json` in compact form with sorted keys in every object, as many senders sign it.
pub(crate) fn sorted(json: &str) -> Option<String> {
    let tokens = tokens(json)?;
    let (text, rest) = value(&tokens, MAX_DEPTH)?;
    rest.is_empty().then_some(text)
}

fn value<'t, 'j>(tokens: &'t [&'j str], depth: usize) -> Option<(String, &'t [&'j str])> {
    let (first, rest) = tokens.split_first()?;
    let depth = depth.checked_sub(1)?;
    match *first {
        "{" => object(rest, depth),
        "[" => array(rest, depth),
        "}" | "]" | "," | ":" => None,
        scalar => Some((scalar.to_owned(), rest)),
    }
}

fn object<'t, 'j>(mut rest: &'t [&'j str], depth: usize) -> Option<(String, &'t [&'j str])> {
    let mut members: Vec<(&str, String)> = Vec::new();
    loop {
        match rest.split_first()? {
            (&"}", after) => {
                members.sort_by_key(|(key, _)| *key);
                let members: Vec<String> = members.iter().map(|(key, value)| format!("{key}:{value}")).collect();
                return Some((format!("{{{}}}", members.join(",")), after));
            }
            (&",", after) => rest = after,
            (key, after) => {
                let (&":", after) = after.split_first()? else { return None };
                let (value, after) = value(after, depth)?;
                members.push((key, value));
                rest = after;
            }
        }
    }
}

fn array<'t, 'j>(mut rest: &'t [&'j str], depth: usize) -> Option<(String, &'t [&'j str])> {
    let mut items: Vec<String> = Vec::new();
    loop {
        match rest.split_first()? {
            (&"]", after) => return Some((format!("[{}]", items.join(",")), after)),
            (&",", after) => rest = after,
            _ => {
                let (item, after) = value(rest, depth)?;
                items.push(item);
                rest = after;
            }
        }
    }
}

/// The value of the top-level `key`, byte for byte.
pub(crate) fn member<'j>(json: &'j str, key: &str) -> Option<&'j str> {
    let tokens = tokens(json)?;
    let quoted = format!("\"{key}\"");
    let mut depth = 0_usize;
    let mut begin = None;
    for (index, token) in tokens.iter().enumerate() {
        let start = offset(json, token)?;
        match (*token, begin) {
            // The value ends at the next member, or at the end of the object.
            ("}" | ",", Some(begin)) if depth == 1 => return json.get(begin..start).map(str::trim),
            ("{" | "[", _) => depth += 1,
            ("}" | "]", _) => depth = depth.checked_sub(1)?,
            (token, None) if depth == 1 && token == quoted => {
                begin = (tokens.get(index + 1) == Some(&":"))
                    .then(|| tokens.get(index + 2))
                    .flatten()
                    .and_then(|next| offset(json, next));
            }
            _ => {}
        }
    }
    None
}

/// The offset of `token` in `json`.
fn offset(json: &str, token: &str) -> Option<usize> {
    (token.as_ptr() as usize).checked_sub(json.as_ptr() as usize)
}

#[cfg(test)]
mod tests {
    use super::{member, sorted};

    #[test]
    fn keys_are_sorted_at_every_level() {
        let json = r#"{"b": [{"z":1.50, "a":"}"}], "a" : {}, "c":[]}"#;
        assert_eq!(sorted(json).as_deref(), Some(r#"{"a":{},"b":[{"a":"}","z":1.50}],"c":[]}"#));
        for odd in ["", "{", "{\"a\"}", "[1", "{} {}", &"[".repeat(500)] {
            assert_eq!(sorted(odd), None, "{odd}");
        }
    }

    #[test]
    fn member_is_returned_byte_for_byte() {
        let json = r#"{"id":"data","data": {"data": [1, 2], "x":"\"data\":1"} ,"z":1}"#;
        assert_eq!(member(json, "data"), Some(r#"{"data": [1, 2], "x":"\"data\":1"}"#));
        assert_eq!(member(json, "z"), Some("1"));
        assert_eq!(member(json, "none"), None);
    }
}
