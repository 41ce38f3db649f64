//! The text of a file that a person chose or dropped: UTF-8, or UTF-16 as spreadsheets save it.

use js_sys::{RangeError, TypeError, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Bytes of one file: far more than [`crate::names::MAX_ENTRIES`] names take, and read in the blink of an eye.
const MAX_BYTES: u32 = 8 * 1024 * 1024;

/// The file's bytes are no text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotText;

/// Reads `file`, a `File` or another `Blob`.
///
/// # Errors
/// A `TypeError` or `RangeError` that says what is wanted; what the browser says when the file cannot be read.
pub(crate) async fn text(file: JsValue) -> Result<String, JsValue> {
    let file: Blob = file.dyn_into().map_err(|_| JsValue::from(TypeError::new("file must be a File or a Blob")))?;
    if file.size() > f64::from(MAX_BYTES) {
        return Err(RangeError::new("file must have at most 8 MB: split the list").into());
    }
    let bytes = JsFuture::from(file.array_buffer()).await?;
    let bytes = Uint8Array::new(&bytes).to_vec();
    decode(&bytes).map_err(|NotText| TypeError::new("file must be text: save the table as CSV first").into())
}

/// The text of `bytes`. What is no valid Unicode becomes U+FFFD, which no rule allows in a name.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, NotText> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Ok(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Ok(utf16(rest, u16::from_be_bytes)),
        _ if bytes.contains(&0) => Err(NotText),
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(String::from_utf8_lossy(rest).into_owned()),
        _ => Ok(String::from_utf8_lossy(bytes).into_owned()),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
