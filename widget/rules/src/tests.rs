//! Names, lists and files: what is read out of them, and that the element reads the same.

use crate::file::{NotText, decode};
use crate::names::{Listed, MAX_ENTRIES, SEPARATOR, judge_all};
use proptest::prelude::{any, prop_assert_eq, proptest};
use proptest::sample::select;
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

/// The entries as the element's rows: `[name, line]`, or `[input, line, code, message]`. Notes are left out.
fn rows(text: &str) -> Vec<Value> {
    let list = listed(text);
    let mut spellings = texts(&list.verdicts.folded).into_iter();
    let entries = list.verdicts.codes.iter().zip(list.lines).zip(texts(&list.inputs));
    let row = |((code, line), input): ((&u8, u32), &str)| match usize::from(*code).checked_sub(2) {
        Some(place) => json!([input, line, NameProblem::ALL[place].code(), NameProblem::ALL[place].message()]),
        None if *code == 0 => json!([input, line]),
        None => json!([spellings.next().expect("a spelling for each name that needs one"), line]),
    };
    entries.map(row).collect()
}

fn rows_of_the_element(text: &str) -> Vec<Value> {
    let answer: Value = serde_json::from_str(&widget::judge(&format!("search\x1e1\x1f\x1f0\x1f{text}"))).expect("JSON");
    let without_note = |row: &Value| match row.as_array().map(Vec::as_slice) {
        Some([name, line, Value::Null, Value::String(_)]) => json!([name, line]),
        _ => row.clone(),
    };
    answer["rows"].as_array().expect("rows").iter().map(without_note).collect()
}

#[test]
fn each_name_has_its_code_and_only_another_spelling_is_written_out() {
    let verdicts = judge_all("acme.com\u{1f} ACME.com. \u{1f}mail.acme.com\u{1f}\u{1f}acme.co.uk");
    assert_eq!(verdicts.codes, [0, 1, 14, 2, 0]);
    assert_eq!(verdicts.folded, "acme.com\u{1f}");
    assert_eq!(NameProblem::ALL[14 - 2], NameProblem::Subdomain);
    assert_eq!(NameProblem::ALL[2 - 2], NameProblem::Empty);
}

#[test]
fn the_separator_is_refused_in_a_name_as_the_sign_that_stands_in_for_it_is() {
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

#[test]
fn text_is_read_in_the_encodings_in_which_spreadsheets_save_it() {
    let text = "Größe\nacme.com";
    let units = || text.encode_utf16();
    let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(units().flat_map(u16::to_be_bytes)).collect();
    let marked: Vec<u8> = [0xef, 0xbb, 0xbf].into_iter().chain(text.bytes()).collect();
    for bytes in [text.as_bytes(), &little, &big, &marked] {
        assert_eq!(decode(bytes).as_deref(), Ok(text), "{bytes:?}");
    }
    assert_eq!(decode(b"caf\xe9.com").as_deref(), Ok("caf\u{fffd}.com"));
    assert_eq!(decode(b"PK\x03\x04\x14\0\x06\0"), Err(NotText));
}

proptest! {
    #[test]
    fn a_list_is_read_as_the_element_reads_it(places in proptest::collection::vec(select(PIECES.to_vec()), 0..40)) {
        let text = places.concat();
        prop_assert_eq!(rows(&text), rows_of_the_element(&text));
    }

    #[test]
    fn any_text_is_read_as_the_element_reads_it(text in any::<String>()) {
        let text = text.replace(SEPARATOR, " ");
        prop_assert_eq!(rows(&text), rows_of_the_element(&text));
    }

    #[test]
    fn whatever_a_file_holds_its_entries_stay_together(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = decode(&bytes).unwrap_or_default();
        let Listed { verdicts, lines, inputs, notes, .. } = listed(&text);
        prop_assert_eq!(texts(&notes).len(), lines.len());
        prop_assert_eq!(verdicts.codes.len(), lines.len());
        prop_assert_eq!(texts(&inputs).len(), lines.len());
        prop_assert_eq!(texts(&verdicts.folded).len(), verdicts.codes.iter().filter(|code| **code == 1).count());
    }
}

const PIECES: [&str; 24] = [
    "acme.com",
    "ACME.com.",
    "mail.acme.com",
    "a@acme.com",
    "https://acme.com/",
    "ä.com",
    "Inc.",
    "12.50",
    "...",
    "acme",
    "Domain",
    "x",
    ".",
    "/",
    ",",
    ";",
    "\"",
    "'",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\n\n",
    "\u{a0}",
];
