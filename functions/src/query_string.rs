//! Query strings of URLs (RFC 3986, 3.4): written, and one parameter read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `?a=b&c=d` with the values percent-encoded; empty for no pairs.
pub(crate) fn write(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, RESERVED))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// The value of the first `name` in `query`, decoded; `None` when it is absent or not UTF-8.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    let (_, value) = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
    percent_decode_str(value).decode_utf8().ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::{parameter, write};

    #[test]
    fn values_are_percent_encoded() {
        // Python: urllib.parse.quote("a+b@x.com/ü ~", safe="-._~")
        assert_eq!(write(&[("to", "a+b@x.com/ü ~"), ("page", "2")]), "?to=a%2Bb%40x.com%2F%C3%BC%20~&page=2");
        assert_eq!(write(&[]), "");
    }

    #[test]
    fn parameters_are_percent_decoded() {
        assert_eq!(parameter("per_page=5&page_token=a%2Bb%3D", "page_token").as_deref(), Some("a+b="));
        assert_eq!(parameter("page_token=%ff", "page_token"), None);
        assert_eq!(parameter("xpage_token=a", "page_token"), None);
    }
}
