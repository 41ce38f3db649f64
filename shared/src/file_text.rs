//! Text of a file as people save it: a byte order mark is skipped, and another encoding is named.

/// The mark that some editors put before UTF-8 (Unicode 16, section 23.8).
const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];
/// The marks of UTF-16, of either byte order.
const UTF16_MARKS: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

/// The same bytes without a byte order mark of UTF-8.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes)
}

/// The text in `bytes`, without a byte order mark.
///
/// # Errors
/// What the file is instead, and what to do.
pub fn read(bytes: &[u8]) -> Result<&str, &'static str> {
    if is_utf16(bytes) {
        return Err("it is UTF-16 text. Save it as UTF-8");
    }
    std::str::from_utf8(without_mark(bytes)).map_err(|_| "it is not UTF-8 text. Save it as UTF-8")
}

/// Whether the bytes begin as UTF-16 does: with its mark, or with a letter and a NUL.
pub fn is_utf16(bytes: &[u8]) -> bool {
    UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark)) || bytes.iter().take(4).any(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_mark_is_skipped_and_other_encodings_are_named() {
        assert_eq!(read(b"{}"), Ok("{}"));
        assert_eq!(read(b"\xEF\xBB\xBF{}"), Ok("{}"));
        assert_eq!(read(b""), Ok(""));
        let utf16: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [[&[0xFF, 0xFE], utf16.as_slice()].concat(), [&[0xFE, 0xFF], big.as_slice()].concat(), utf16, big]
        {
            assert_eq!(read(&bytes), Err("it is UTF-16 text. Save it as UTF-8"));
        }
        assert_eq!(read(b"\xC3\x28"), Err("it is not UTF-8 text. Save it as UTF-8"));
    }
}
