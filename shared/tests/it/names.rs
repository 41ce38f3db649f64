//! Domain names and forwarding URLs: the normalized form, or the error code.

use crate::cases::{all, read, same};
use serde::Deserialize;
use shared::domain_name::{DomainName, NameProblem};
use shared::forwarding_url::check_forwarding_url;

#[derive(Deserialize)]
struct Case {
    input: String,
    #[serde(alias = "url")]
    domain: Option<String>,
    code: Option<String>,
    source: String,
}

fn check(case: &Case, got: Result<String, String>) -> Result<(), String> {
    let expected = case.domain.clone().ok_or_else(|| case.code.clone().unwrap());
    let shown: String = case.input.chars().take(80).collect();
    same(&format!("{shown:?} ({})", case.source), &got, &expected)
}

#[test]
fn domain_names_match_their_vectors() {
    let cases: Vec<Case> = read("domain_names.json");
    assert!(cases.len() >= 180, "{}", cases.len());
    all(&cases, |case| {
        let got =
            DomainName::parse(&case.input).map(|name| name.to_string()).map_err(|problem| problem.code().to_owned());
        check(case, got)
    });
}

#[test]
fn every_name_problem_has_a_vector() {
    let cases: Vec<Case> = read("domain_names.json");
    let codes: std::collections::BTreeSet<&str> = cases.iter().filter_map(|case| case.code.as_deref()).collect();
    assert_eq!(codes.len(), NameProblem::ALL.len(), "{codes:?}");
}

#[test]
fn name_deserializes_as_it_parses() {
    let cases: Vec<Case> = read("domain_names.json");
    all(&cases, |case| {
        let json = serde_json::to_string(&case.input).unwrap();
        let got = serde_json::from_str::<DomainName>(&json).map(|name| name.to_string()).ok();
        same(&case.input, &got, &case.domain)
    });
}

#[test]
fn forwarding_urls_are_public_web_addresses() {
    let cases: Vec<Case> = read("forwarding_urls.json");
    assert!(cases.len() >= 110, "{}", cases.len());
    all(&cases, |case| {
        let got = check_forwarding_url(&case.input, "domains[3].forwarding_url");
        if let Err(finding) = &got {
            same("the field", &finding.field.as_str(), &"domains[3].forwarding_url")?;
        }
        check(case, got.map_err(|finding| finding.code.into_owned()))
    });
}

#[test]
fn problem_list_matches_enum_order() {
    for (place, problem) in NameProblem::ALL.iter().enumerate() {
        assert_eq!(*problem as usize, place, "{problem:?}");
    }
}

#[test]
fn megabytes_of_input_are_too_long() {
    for part in ["a", " ", "e\u{301}", "\u{200b}", "a.", "ａ"] {
        let name = part.repeat(4 * 1024 * 1024 / part.len());
        assert_eq!(DomainName::parse(&name), Err(NameProblem::TooLong), "{part:?}");
    }
    let padded = format!("{}acme.com{}", " ".repeat(2_000), "\u{200b}".repeat(600));
    assert_eq!(DomainName::parse(&padded).map(|name| name.to_string()), Ok("acme.com".to_owned()));
}
