//! Redirects: normalization, completion of typed URLs, and loops.

use crate::cases::{all, same};
use proptest::prelude::{any, prop_assert_eq, proptest};
use shared::domain_name::DomainName;
use shared::forwarding_url::{check_forwarding_url, check_redirect, complete, in_one_spelling};
use std::collections::BTreeSet;

fn code(url: &str, names: &[&str]) -> Result<String, String> {
    let names: BTreeSet<DomainName> = names.iter().map(|name| DomainName::parse(name).unwrap()).collect();
    check_redirect(url, &names, "forwarding_url").map_err(|finding| finding.code.into_owned())
}

#[test]
fn scheme_and_host_are_lower_cased_and_the_rest_kept() {
    let cases = [
        ("HTTPS://ACME.COM", "https://acme.com"),
        (" Http://Acme.Com:8080/Path?Q=A#Top ", "http://acme.com:8080/Path?Q=A#Top"),
        ("hTTps://WWW.acme.CO.UK?Q=A", "https://www.acme.co.uk?Q=A"),
        ("https://Acme.com#Top", "https://acme.com#Top"),
        ("HTTPS://ACME.COM./", "https://acme.com./"),
    ];
    all(&cases, |(given, expected)| same(given, &code(given, &[]), &Ok((*expected).to_owned())));
}

#[test]
fn typed_url_without_scheme_is_completed() {
    let cases = [
        ("acme.com", "https://acme.com"),
        (" acme.com ", "https://acme.com"),
        ("ACME.com/Start?x=1", "https://acme.com/Start?x=1"),
        ("www.acme.com:8443/x", "https://www.acme.com:8443/x"),
        ("//acme.com", "https://acme.com"),
        ("\u{200e}acme.com\u{200b}", "https://acme.com"),
        ("acme.com?next=https:", "https://acme.com?next=https:"),
        ("http://acme.com", "http://acme.com"),
    ];
    all(&cases, |(given, expected)| same(given, &code(&complete(given), &[]), &Ok((*expected).to_owned())));
    let refused = [
        ("mailto:sam@acme.com", "url_bad_scheme"),
        ("javascript:alert(1)", "url_bad_scheme"),
        ("ftp://acme.com", "url_bad_scheme"),
        ("https:/acme.com", "url_bad_scheme"),
        ("sam@acme.com", "url_with_credentials"),
        ("acme", "url_host_not_public"),
        ("localhost:3000", "url_host_not_public"),
        ("127.0.0.1", "url_host_not_public"),
        ("acme.com:99999", "url_bad_port"),
        ("two words", "url_bad_character"),
        ("münchen.de", "url_bad_character"),
    ];
    all(&refused, |(given, expected)| same(given, &code(&complete(given), &[]), &Err((*expected).to_owned())));
    assert_eq!(complete("  "), "");
}

#[test]
fn bare_host_is_refused_in_api_requests() {
    assert_eq!(code("acme.com", &[]), Err("url_bad_scheme".to_owned()));
}

#[test]
fn redirect_to_a_domain_of_the_order_is_refused() {
    let ordered = ["acme-mail.com", "getacme.co.uk"];
    let back = [
        "https://acme-mail.com",
        "http://ACME-MAIL.com./x",
        "https://www.acme-mail.com:8443/?q#f",
        "https://a.b.getacme.co.uk",
    ];
    all(&back, |url| same(url, &code(url, &ordered), &Err("redirect_to_itself".to_owned())));
    let away = [
        "https://acme.com",
        "https://myacme-mail.com",
        "https://acme-mail.com.evil.net",
        "https://acme.com/acme-mail.com",
        "https://acme.com/?to=https://acme-mail.com",
        "https://co.uk.com",
    ];
    all(&away, |url| same(url, &code(url, &ordered).is_ok(), &true));
}

proptest! {
    #[test]
    fn normalizing_a_url_is_idempotent(text in any::<String>(), host in "[A-Za-z0-9.-]{0,30}", rest in "[/?#]?[!-~]{0,20}") {
        for given in [text, format!("HTTPS://{host}.COM{rest}"), format!("{host}.com{rest}")] {
            let spelled = in_one_spelling(&given);
            prop_assert_eq!(&in_one_spelling(&spelled), &spelled);
            let completed = complete(&given);
            prop_assert_eq!(&complete(&completed), &completed);
            if let Ok(url) = check_forwarding_url(&given, "forwarding_url") {
                prop_assert_eq!(check_forwarding_url(&url, "forwarding_url"), Ok(url));
            }
        }
    }
}
