//! Customer identifiers: an e-mail address, or upstream's user id.

/// Characters of a customer: the longest e-mail address (RFC 5321, 4.5.3.1.3, less the brackets).
pub const MAX_CUSTOMER_LENGTH: usize = 254;

/// Normalizes a customer identifier for storage and comparison: trimmed, lower case. Mail providers ignore the letter
/// case of an address.
///
/// ```
/// assert_eq!(shared::customer::customer_key(" Jane.Doe@Acme.com"), "jane.doe@acme.com");
/// ```
pub fn customer_key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether `text` has the form of an e-mail address or an upstream user id. Upstream makes the final check.
pub fn is_customer(text: &str) -> bool {
    let plain = text.len() <= MAX_CUSTOMER_LENGTH && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains('#');
    let email = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && is_mail_host(host));
    plain && (email || is_user_id(text))
}

/// Whether `text` is an upstream user id (`usr_…`). An e-mail address that begins with `usr_` is an address.
pub fn is_user_id(text: &str) -> bool {
    !text.contains('@') && text.strip_prefix("usr_").is_some_and(crate::ids::is_id)
}

fn is_mail_host(host: &str) -> bool {
    host.contains('.') && !host.contains('@') && host.split('.').all(|label| !label.is_empty())
}

/// Prefix of the pseudonym that replaces a forgotten customer.
pub const PSEUDONYM: &str = "forgotten_";

/// Whether `text` is the pseudonym of a forgotten customer: the prefix and 32 hexadecimal digits.
///
/// ```
/// assert!(shared::customer::is_pseudonym("forgotten_0123456789abcdef0123456789abcdef"));
/// ```
pub fn is_pseudonym(text: &str) -> bool {
    let digits = text.strip_prefix(PSEUDONYM);
    digits.is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
