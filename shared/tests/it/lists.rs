//! Pasted lists: names found in lines, tables and URLs.

use crate::cases::{all, same};
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
use shared::domain_name::NameProblem;
use shared::name_list::{NameList, read};
use std::time::{Duration, Instant};

/// The names found, and the code of each invalid entry.
fn found(text: &str) -> Vec<String> {
    let entry = |entry: shared::name_list::Entry| match entry.result {
        Ok(name) => name.to_string(),
        Err(problem) => format!("{}: {}", entry.input, problem.code()),
    };
    read(text, 500).entries.into_iter().map(entry).collect()
}

#[test]
fn list_is_split_at_whitespace_quotes_and_commas() {
    let signs = " \t\n\r\u{b}\u{c}\u{85}\u{a0}\u{1680}\u{2000}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000},;|、，；｜،؛\"'‘’“”„‚«»‹›「」『』〝〞＂`´";
    let signs: Vec<char> = signs.chars().collect();
    all(&signs, |sign| {
        let text = format!("acme.com{sign}getacme.com{sign}{sign} tryacme.com{sign}");
        let expected = ["acme.com", "getacme.com", "tryacme.com"].map(str::to_owned).to_vec();
        same(&format!("{sign:?}"), &found(&text), &expected)
    });
}

#[test]
fn invisible_characters_bullets_and_numbering_are_dropped() {
    let texts = [
        "\u{feff}acme.com\ngetacme.com",
        "acme.com\u{200b}\r\n\u{200e}getacme.com",
        "• acme.com\n• getacme.com",
        "•acme.com\n▪getacme.com",
        "- acme.com\n- getacme.com",
        "* acme.com\n* getacme.com",
        "– acme.com\n– getacme.com",
        "1. acme.com\n2. getacme.com",
        "1) acme.com\n2) getacme.com",
        "<acme.com> (getacme.com)",
        "[acme.com] {getacme.com}",
        "[acme.com](https://acme.com) [Get](getacme.com)",
        "acme.com\rgetacme.com",
        "acme.com\n\n---\n\ngetacme.com\n===",
        "acme.com/\nhttp://getacme.com",
        "ACME.com. acme.com ａｃｍｅ。ｃｏｍ getacme.com",
        "「acme.com」、「getacme.com」",
    ];
    all(&texts, |text| same(text, &found(text), &vec!["acme.com".to_owned(), "getacme.com".to_owned()]));
}

#[test]
fn domain_column_of_a_table_is_recognized() {
    let tables = [
        "Domain,Price\nacme.com,12.50\ngetacme.com,13",
        "acme.com,12.50\ngetacme.com,13",
        "\u{feff}Sold;Domain;Price\n12.05.2026;acme.com;12,50\n13.05.2026;getacme.com;9,99",
        "2026-05-12\tacme.com\n2026-05-13\tgetacme.com",
        "12/May/2026,acme.com\n13/May/2026,getacme.com",
        "acme.com,10.0.0.1\ngetacme.com,10.0.0.2",
        "acme.com|1.2.3\ngetacme.com|1.2.4",
        "Owner,Domain\n\"Lee, Sam\",acme.com\n\"Roe, Jo\",getacme.com",
        "\"Acme, Inc.\",\"acme.com\"\n\"Acme, Inc.\",\"getacme.com\"",
        "Domain,Contact\nacme.com,sam@acme.com\ngetacme.com,sam@acme.com",
        "domain,username\nacme.com,sam.lee\ngetacme.com,jo.roe",
        "Company,Website\nAcme,https://acme.com/pricing?x=1\nGet,https://www.getacme.com/",
        "Company,Domain,LinkedIn\nAcme,acme.com,https://linkedin.com/company/acme\nGet,getacme.com,https://linkedin.com/company/get",
        "Name,Registrar,Expires,Auto renew\nacme.com,N/A,10:30 a.m.,yes\ngetacme.com,N/A,p.m.,no",
        "acme.com 12.05.2026 12.50 USD 10.0.0.1\ngetacme.com 13/May/2026",
        "acme.com;;\n;;\n;x;\ngetacme.com;;",
    ];
    all(&tables, |text| same(text, &found(text), &vec!["acme.com".to_owned(), "getacme.com".to_owned()]));
}

#[test]
fn mixed_separators_and_missing_headings_lose_no_name() {
    let lists = [
        "a1q.com, a2q.com a3q.com\na4q.com",
        "a1q.com;a2q.com,a3q.com\na4q.com;a5q.com,a6q.com",
        "a1q.com;a2q.com a3q.com\na4q.com",
        "a1q.com\ta2q.com   a3q.com\na4q.com",
        "a1q.com、a2q.com，a3q.com a4q.com\na5q.com",
        "1) a1q.com (for sales), a2q.com\n2) a3q.com",
        "Take a1q.com and a2q.com, or a3q.com.\na4q.com",
        "a1q.com, a2q.com (taken?)\na3q.com",
        "a1q.com,www.a2q.com\na3q.com,https://a4q.com/",
        "a1q.com,x\na2q.com,y\nz,a3q.com",
        "domain\na1q.com,a2q.com\na3q.com,a4q.com",
        "Domain,Domain 2\na1q.com,a2q.com\na3q.com,a4q.com",
        "Domain,\na1q.com,a2q.com\na3q.com,a4q.com",
        "id,domain\n1,a1q.com\na2q.com\n2,a3q.com",
    ];
    all(&lists, |text| {
        let expected: Vec<String> = (1..=text.matches("q.com").count()).map(|place| format!("a{place}q.com")).collect();
        same(text, &found(text), &expected)
    });
    let long = "a1q.com,x\n".repeat(1_500) + "a2q.com,a3q.com\n";
    assert_eq!(found(&long), ["a1q.com", "a2q.com", "a3q.com"]);
}

#[test]
fn heading_is_skipped_and_other_first_lines_are_refused() {
    let cases = [
        ("acmeq\nbetaq", vec!["acmeq: domain_without_tld", "betaq: domain_without_tld"]),
        ("acmeq[.]com\nbetaq.com", vec!["acmeq[.]com: domain_bad_character", "betaq.com"]),
        ("acmeq,com\nbetaq.com", vec!["acmeq,com: domain_bad_character", "betaq.com"]),
        ("1,acmeq\n2,betaq.com", vec!["acmeq: domain_without_tld", "betaq.com"]),
        ("These I want:\nbetaq.com", vec!["These I want:: domain_bad_character", "betaq.com"]),
        ("Domain names:\nbetaq.com", vec!["betaq.com"]),
        ("Adresse;Preis\nbetaq.com;12", vec!["betaq.com"]),
        ("domain", vec!["domain: domain_without_tld"]),
    ];
    all(&cases, |(text, expected)| same(text, &found(text), &expected.iter().map(|line| (*line).to_owned()).collect()));
}

#[test]
fn empty_cells_are_not_entries() {
    let text = "id,domain\n1,münchen-q.de\n2,good-q.com\n3,mail.sub-q.com\n4,\n5,not a name";
    let expected = [
        "münchen-q.de: domain_idn_not_supported",
        "good-q.com",
        "mail.sub-q.com: domain_is_subdomain",
        "not a name: domain_bad_character",
    ];
    assert_eq!(found(text), expected);
    assert_eq!(
        found("id,domain\n1,mail.acme.com\n2,x"),
        ["mail.acme.com: domain_is_subdomain", "x: domain_without_tld"]
    );
}

#[test]
fn invalid_names_are_listed_with_reason_beside_valid_ones() {
    let cases = [
        ("acme.com, beta..com", vec!["acme.com", "beta..com: domain_empty_label"]),
        (
            "acme.com\nmail.acme.com\ngamma",
            vec!["acme.com", "mail.acme.com: domain_is_subdomain", "gamma: domain_without_tld"],
        ),
        (
            "Domain;Cost\nacme.com;1\nacme;2\nmünchen.de;3",
            vec!["acme.com", "acme: domain_without_tld", "münchen.de: domain_idn_not_supported"],
        ),
        ("sam@acme.com", vec!["sam@acme.com: domain_is_email"]),
        ("acme.com,sam@acme.com", vec!["acme.com"]),
        ("acme.com sam@acme.com\nsam@beta.com", vec!["acme.com", "sam@beta.com: domain_is_email"]),
        ("10.0.0.1", vec!["10.0.0.1: domain_is_ip_address"]),
        ("https://mail.acme.com/x", vec!["https://mail.acme.com/x: domain_is_subdomain"]),
        ("https://10.0.0.1/x", vec!["https://10.0.0.1/x: domain_is_ip_address"]),
        ("co.uk\nacme.ltd.uk", vec!["co.uk: domain_is_ending", "acme.ltd.uk"]),
        ("acme", vec!["acme: domain_without_tld"]),
        (" \n,;\n\u{feff}\n•", vec![]),
    ];
    all(&cases, |(text, expected)| same(text, &found(text), &expected.iter().map(|line| (*line).to_owned()).collect()));
}

#[test]
fn dropped_parts_of_a_url_are_reported() {
    let cases = [
        ("https://acme.com/pricing?x=1", Some("https:// /pricing?x=1")),
        ("HTTP://user:pw@WWW.Acme.com:8080#top", Some("HTTP:// user:pw@ WWW. :8080 #top")),
        ("//acme.com", Some("//")),
        ("www.acme.com", Some("www.")),
        ("acme.com:443", Some(":443")),
        ("acme.com?x", Some("?x")),
        ("ftp://acme.com", Some("ftp://")),
        ("acme.com", None),
        ("ACME.com.", None),
    ];
    all(&cases, |(text, left)| {
        let NameList { entries, .. } = read(text, 500);
        let [entry] = entries.as_slice() else { return Err(format!("{text}: {entries:?}")) };
        same(text, &entry.result.as_ref().map(ToString::to_string), &Ok("acme.com".to_owned()))?;
        same(text, &entry.left_out.as_deref(), left)?;
        same(text, &entry.note().is_some(), &left.is_some())
    });
    let long = read(&format!("https://acme.com/{}", "x".repeat(900)), 500);
    assert!(long.entries[0].note().unwrap().chars().count() < 120);
}

#[test]
fn lines_are_counted_with_any_line_ending() {
    for end in ["\n", "\r\n", "\r", "\u{2028}", "\u{85}"] {
        let lines: Vec<u32> =
            read(&format!("acme.com{end}{end}getacme.com"), 9).entries.iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [1, 3], "{end:?}");
    }
}

#[test]
fn long_table_is_cut_at_its_limit() {
    let text: String = (0..10_000).map(|number| format!("2026-05-12,acme-{number}.com,12.50\n")).collect();
    let started = Instant::now();
    let list = read(&text, 9_000);
    assert_eq!((list.entries.len(), list.cut), (9_000, 1_000));
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_parsed_without_panic(text in any::<String>(), most in 0_usize..5) {
        let list = read(&text, most);
        prop_assert!(list.entries.len() <= most);
        for entry in &list.entries {
            prop_assert!(text.contains(&entry.input));
            prop_assert!(entry.result != Err(NameProblem::Empty));
        }
    }

    #[test]
    fn every_name_in_any_row_is_found(
        cells in prop::collection::vec(("acme-[a-f]{3}\\.com|[a-z]{1,5}|[0-9]{1,3}|", "\n|\n|, |;|\t| |、|\\| |,"), 1..30),
    ) {
        // Without a column heading, which could select a single column.
        let text: String = cells.iter().map(|(cell, divider)| format!("{cell}{divider}")).collect();
        let found = found(&text);
        for (cell, _) in &cells {
            let is_name = cell.starts_with("acme-");
            prop_assert!(!is_name || found.contains(cell), "{cell} of {text:?}");
        }
    }

    #[test]
    fn good_names_are_found_in_any_list(
        numbers in prop::collection::vec(0_u32..1_000, 1..30),
        divider in prop::sample::select(vec!["\n", ", ", "; ", "\r\n", "\t", " | ", "、", "\u{a0}", "\u{3000}", "\" \""]),
    ) {
        let mut names: Vec<String> = numbers.iter().map(|number| format!("acme-{number}.com")).collect();
        let text = names.join(divider);
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        prop_assert_eq!(found(&text), names);
    }
}
