//! Decodes text files: skips a UTF-8 byte order mark and reports other encodings.

/// The byte order mark of UTF-8 (Unicode 16, section 23.8).
const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];
/// The byte order marks of UTF-16, little and big endian.
const UTF16_MARKS: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

/// The bytes without a UTF-8 byte order mark.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes)
}

/// Decodes `bytes` as UTF-8 without a byte order mark.
///
/// # Errors
/// The detected encoding, and what to do.
pub fn read(bytes: &[u8]) -> Result<&str, &'static str> {
    if is_utf16(bytes) {
        return Err("it is UTF-16 text. Save it as UTF-8");
    }
    std::str::from_utf8(without_mark(bytes)).map_err(|_| "it is not UTF-8 text. Save it as UTF-8")
}

/// Whether the bytes begin like UTF-16: with a byte order mark, or with a letter and a NUL.
pub fn is_utf16(bytes: &[u8]) -> bool {
    UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark)) || bytes.iter().take(4).any(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn skips_utf8_bom_and_names_other_encodings() {
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
