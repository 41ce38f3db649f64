//! The same JSON in other letters: spaces, escapes and slashes changed, everything else byte for byte.
//!
//! A parser would lose the order of keys and the way numbers are written; this works on the tokens.

/// Whether the keys of an object stand in alphabetical order: many libraries write them so.
pub(crate) fn keys_are_sorted(json: &[u8]) -> bool {
    let Some(tokens) = std::str::from_utf8(json).ok().and_then(tokens) else {
        return false;
    };
    let mut depth = 0_usize;
    let mut keys = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match *token {
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.saturating_sub(1),
            key if depth == 1 && tokens.get(index + 1) == Some(&":") => keys.push(key),
            _ => {}
        }
    }
    keys.len() > 2 && keys.is_sorted()
}

/// How spaces are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spacing {
    /// `{"a":1,"b":[]}`
    Compact,
    /// `{"a": 1, "b": []}`
    Spaced,
    /// Indented by this text.
    Indented(&'static str),
}

/// `json` with other spaces; `None` when it is not well-formed enough to be sure.
pub(crate) fn respace(json: &str, spacing: Spacing) -> Option<String> {
    let tokens = tokens(json)?;
    let mut out = String::with_capacity(json.len());
    let mut depth = 0_usize;
    let line = |out: &mut String, depth: usize| {
        if let Spacing::Indented(indent) = spacing {
            out.push('\n');
            out.push_str(&indent.repeat(depth));
        }
    };
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| tokens.get(before)).copied();
        let after = tokens.get(index + 1).copied();
        match *token {
            "{" | "[" => {
                out.push_str(token);
                depth += 1;
                if !matches!(after, Some("}" | "]")) {
                    line(&mut out, depth);
                }
            }
            "}" | "]" => {
                depth = depth.checked_sub(1)?;
                if !matches!(before, Some("{" | "[")) {
                    line(&mut out, depth);
                }
                out.push_str(token);
            }
            "," => {
                out.push(',');
                if spacing == Spacing::Spaced {
                    out.push(' ');
                }
                line(&mut out, depth);
            }
            ":" => out.push_str(if spacing == Spacing::Compact { ":" } else { ": " }),
            value => out.push_str(value),
        }
    }
    (depth == 0).then_some(out)
}

/// Punctuation, strings with their quotes, and everything else up to the next of those.
pub(crate) fn tokens(json: &str) -> Option<Vec<&str>> {
    let bytes = json.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let length = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            b'"' => string_length(bytes.get(at..)?)?,
            _ => {
                let rest = bytes.get(at..)?;
                let ends = |byte: &u8| {
                    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"')
                };
                rest.iter().position(ends).unwrap_or(rest.len())
            }
        };
        tokens.push(json.get(at..at + length)?);
        at += length;
    }
    Some(tokens)
}

/// Bytes of the string that starts here, quotes included.
fn string_length(bytes: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

/// How letters beyond ASCII are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letters {
    /// As themselves.
    Plain,
    /// `\u00eb`
    LowerEscapes,
    /// `\u00EB`
    UpperEscapes,
}

/// `json` with its letters beyond ASCII written so.
pub(crate) fn reletter(json: &str, letters: Letters) -> String {
    let plain = unescape(json);
    if letters == Letters::Plain {
        return plain;
    }
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            match letters {
                Letters::UpperEscapes => out.push_str(&format!("\\u{unit:04X}")),
                _ => out.push_str(&format!("\\u{unit:04x}")),
            }
        }
    }
    out
}

/// `\uXXXX` of letters beyond ASCII as the letters themselves; escapes that JSON needs stay.
fn unescape(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        if let Some((letter, length)) = escaped_letter(after) {
            out.push(letter);
            rest = after.get(length..).unwrap_or_default();
        } else {
            // Whatever follows belongs to this escape, a second backslash above all.
            let next = after.chars().next();
            out.push('\\');
            out.extend(next);
            rest = after.get(next.map_or(0, char::len_utf8)..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// The letter beyond ASCII that `uXXXX` or `uXXXX\uXXXX` stands for, and the bytes it takes.
fn escaped_letter(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| {
        let mut unit = [0; 2];
        hex::decode_to_slice(text.strip_prefix('u')?.get(..4)?, &mut unit).ok().map(|()| u16::from_be_bytes(unit))
    };
    let first = unit(text)?;
    if let Some(letter) = char::from_u32(u32::from(first)) {
        return (!letter.is_ascii()).then_some((letter, 5));
    }
    let second = unit(text.get(5..)?.strip_prefix('\\')?)?;
    let letter = char::decode_utf16([first, second]).next()?.ok()?;
    Some((letter, 11))
}
