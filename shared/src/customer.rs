//! What can name a customer: an e-mail address, or upstream's id.

/// Characters of a customer: the longest e-mail address (RFC 5321, 4.5.3.1.3, less the brackets).
pub const MAX_CUSTOMER_LENGTH: usize = 254;

/// The spelling under which a customer's records are kept and compared. Mail providers ignore the letter case of an
/// address, and people type it as they like.
///
/// ```
/// assert_eq!(shared::customer::customer_key(" Jane.Doe@Acme.com"), "jane.doe@acme.com");
/// ```
pub fn customer_key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether `text` can be an e-mail address or an upstream user id. Upstream has the last word.
pub fn is_customer(text: &str) -> bool {
    let plain = text.len() <= MAX_CUSTOMER_LENGTH && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains('#');
    let email = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && is_mail_host(host));
    plain && (email || is_user_id(text))
}

/// Whether `text` is upstream's `usr_…` of a customer; an address that begins so is an address.
pub fn is_user_id(text: &str) -> bool {
    !text.contains('@') && text.strip_prefix("usr_").is_some_and(crate::ids::is_id)
}

fn is_mail_host(host: &str) -> bool {
    host.contains('.') && !host.contains('@') && host.split('.').all(|label| !label.is_empty())
}

/// What stands for a customer that was forgotten begins so.
pub const PSEUDONYM: &str = "forgotten_";

/// Whether `text` stands for a customer that was forgotten: the prefix and 32 hexadecimal digits.
///
/// ```
/// assert!(shared::customer::is_pseudonym("forgotten_0123456789abcdef0123456789abcdef"));
/// ```
pub fn is_pseudonym(text: &str) -> bool {
    let digits = text.strip_prefix(PSEUDONYM);
    digits.is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
