//! Names, lists and files: what is read out of them.

use crate::rules::names::{Listed, MAX_ENTRIES, Results, SEPARATOR};
use proptest::prelude::{any, prop_assert_eq, proptest};
use serde_json::{Value, json};
use shared::domain_name::NameProblem;
use shared::name_list;

/// The texts of a joined text: each has the separator after it.
fn texts(joined: &str) -> Vec<&str> {
    joined.split_terminator(SEPARATOR).collect()
}

fn listed(text: &str) -> Listed {
    Listed::from(name_list::read(text, MAX_ENTRIES))
}

/// The entries as rows: `[name, line]`, or `[input, line, code, message]`. Notes are left out.
fn rows(text: &str) -> Vec<Value> {
    let list = listed(text);
    let mut spellings = texts(&list.results.spellings).into_iter();
    let entries = list.results.codes.iter().zip(list.lines).zip(texts(&list.inputs));
    let row = |((code, line), input): ((&u8, u32), &str)| match usize::from(*code).checked_sub(2) {
        Some(place) => json!([input, line, NameProblem::ALL[place].code(), NameProblem::ALL[place].message()]),
        None if *code == 0 => json!([input, line]),
        None => json!([spellings.next().expect("a spelling for each name that needs one"), line]),
    };
    entries.map(row).collect()
}

#[test]
fn each_name_has_its_code_and_only_another_spelling_is_written_out() {
    let results = Results::of("acme.com\u{1f} ACME.com. \u{1f}mail.acme.com\u{1f}\u{1f}acme.co.uk");
    assert_eq!(results.codes, [0, 1, 14, 2, 0]);
    assert_eq!(results.spellings, "acme.com\u{1f}");
    assert_eq!(NameProblem::ALL[14 - 2], NameProblem::Subdomain);
    assert_eq!(NameProblem::ALL[2 - 2], NameProblem::Empty);
}

#[test]
fn a_separator_in_a_name_is_refused_like_the_sign_in_its_place() {
    use shared::domain_name::DomainName;
    for name in ["acme?.com", "?acme.com", "acme.com?", "?", "https://acme?.com/", "a@acme?.com", "ä?.com", "acme?"] {
        let with = |sign: &str| DomainName::parse(&name.replace('?', sign)).expect_err("no name");
        assert_eq!(with("\u{1f}"), with("\u{7f}"), "{name}");
    }
}

#[test]
fn a_table_is_read_without_its_heading_and_its_other_columns() {
    let table =
        "Domain;Owner;Cost\r\nacme.com;Sam Lee;12.50\r\nACME.com;Sam Lee;12.50\r\n\r\nmail.acme.net;;\r\nacme;;\r\n";
    let subdomain = NameProblem::Subdomain;
    let no_tld = NameProblem::NoTld;
    assert_eq!(
        rows(table),
        [
            json!(["acme.com", 2]),
            json!(["mail.acme.net", 5, subdomain.code(), subdomain.message()]),
            json!(["acme", 6, no_tld.code(), no_tld.message()]),
        ]
    );
}

#[test]
fn a_list_is_read_up_to_its_limit_and_the_rest_is_counted() {
    let names: Vec<String> = (0..MAX_ENTRIES + 3).map(|number| format!("acme-{number}.com")).collect();
    let text = names.join("\n");
    let list = listed(&text);
    assert_eq!((list.lines.len(), list.cut), (MAX_ENTRIES, 3));
    assert_eq!(list.lines.last().copied(), u32::try_from(MAX_ENTRIES).ok());
}

proptest! {
    #[test]
    fn whatever_a_file_holds_its_entries_stay_together(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let Listed { results, lines, inputs, notes, .. } = listed(&text);
        prop_assert_eq!(texts(&notes).len(), lines.len());
        prop_assert_eq!(results.codes.len(), lines.len());
        prop_assert_eq!(texts(&inputs).len(), lines.len());
        prop_assert_eq!(texts(&results.spellings).len(), results.codes.iter().filter(|code| **code == 1).count());
    }
}
