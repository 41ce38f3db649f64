//! The partner's customer account in the demo: three cookies, and no password.

use crate::prices;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// The visitor's session token.
const SESSION: &str = "demo_session";
/// The e-mail address that signed in.
const CUSTOMER: &str = "demo_customer";
/// The last e-mail address that signed in, kept after signing out.
const LAST: &str = "demo_last";
/// The brand whose prices the visitor pays.
const PRICES: &str = "demo_prices";
/// Seconds for which an address is kept: a year.
const REMEMBERED: u32 = 31_536_000;
/// Characters of the longest e-mail address (RFC 5321).
const MAX_ADDRESS: usize = 254;

/// The content of the demo's cookies.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// The token of the session that the signup page last used.
    pub(crate) session: Option<String>,
    /// The address of the signed-in customer.
    pub(crate) customer: Option<String>,
    /// The address that last signed in.
    pub(crate) last: Option<String>,
    /// The brand whose looks and prices hold; without one, the first brand shows upstream's.
    pub(crate) prices: Option<String>,
}

impl Account {
    /// Parses the cookies of a request; an invalid address is ignored.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let address = |name| cookie(headers, name).filter(|value| is_address(value));
        Self {
            session: cookie(headers, SESSION),
            customer: address(CUSTOMER),
            last: address(LAST),
            prices: cookie(headers, PRICES).filter(|brand| prices::of(brand).is_some()),
        }
    }

    /// The links at the top of each page.
    pub(crate) fn links(&self) -> String {
        let inside = match &self.customer {
            Some(customer) => format!(
                r#"<span class="who">{}</span> <a href="/orders">My orders</a> <form method="post" action="/signout"><button type="submit">Sign out</button></form>"#,
                escaped(customer)
            ),
            None => r#"<a href="/orders">My orders</a> <a href="/signin">Sign in</a>"#.to_owned(),
        };
        format!("      <nav class=\"account\" aria-label=\"Account\">{inside}</nav>\n")
    }
}

/// Whether a text is an e-mail address that fits into a cookie: one part before the `@`, and a host with a dot.
pub(crate) fn is_address(text: &str) -> bool {
    let is_local = |character: char| character.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(character);
    let is_host = |character: char| character.is_ascii_alphanumeric() || ".-".contains(character);
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let has_labels = host.contains('.') && host.split('.').all(|label| !label.is_empty());
    text.len() <= MAX_ADDRESS
        && !local.is_empty()
        && local.chars().all(is_local)
        && has_labels
        && host.chars().all(is_host)
}

/// Escapes text for HTML and attributes.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Stores the session of the signup page.
pub(crate) fn keep_session(response: Response, token: &str) -> Response {
    with_cookie(response, SESSION, token, None)
}

/// Removes the session of the signup page.
pub(crate) fn without_session(response: Response) -> Response {
    with_cookie(response, SESSION, "", Some(0))
}

/// Signs a customer in; the session is minted later.
pub(crate) fn signed_in(response: Response, email: &str) -> Response {
    let response = with_cookie(without_session(response), CUSTOMER, email, Some(REMEMBERED));
    with_cookie(response, LAST, email, Some(REMEMBERED))
}

/// Signs the customer out.
pub(crate) fn signed_out(response: Response) -> Response {
    with_cookie(without_session(response), CUSTOMER, "", Some(0))
}

/// Stores whose prices hold for the next session.
pub(crate) fn with_prices(response: Response, brand: &str) -> Response {
    with_cookie(response, PRICES, brand, Some(if brand.is_empty() { 0 } else { REMEMBERED }))
}

/// Disables caching: the page belongs to one customer.
pub(crate) fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn with_cookie(mut response: Response, name: &str, value: &str, seconds: Option<u32>) -> Response {
    let age = seconds.map(|seconds| format!(" Max-Age={seconds};")).unwrap_or_default();
    if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; Path=/;{age} HttpOnly; SameSite=Lax")) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    unkept(response)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let value = cookies.split(';').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))?;
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_must_fit_into_a_cookie_and_a_session() {
        for good in ["ada@example.com", "a.b+c@mail.example.co.uk", "o'brien@example.com"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@host",
            "a b@example.com",
            "a;b@example.com",
            "ä@example.com",
            "a@b@c.com",
            "ada@example..com",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn cookies_hold_the_current_and_the_last_user() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("demo_last=ada@example.com; demo_session=a.b.c; demo_customer=x y"),
        );
        let account = Account::read(&headers);
        assert_eq!(account.session.as_deref(), Some("a.b.c"));
        assert_eq!(account.last.as_deref(), Some("ada@example.com"));
        assert_eq!(account.customer, None);
        assert!(account.links().contains("/signin"));
    }
}
