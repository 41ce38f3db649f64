//! What the search box takes a text for, and the ideas made of a company name.

use crate::rules::suggest::{MAX_LIST, Query, read, read_list};
use shared::domain_name::NameProblem;

/// Ideas that are asked for, unless a test says otherwise.
const MOST: usize = 24;

fn ideas(text: &str, endings: &[&str]) -> Vec<String> {
    some_ideas(text, endings, MOST)
}

fn some_ideas(text: &str, endings: &[&str], most: usize) -> Vec<String> {
    let endings: Vec<String> = endings.iter().map(|ending| (*ending).to_owned()).collect();
    match read(text, &endings, most) {
        Query::Company(ideas) => ideas.into_iter().map(|name| name.to_string()).collect(),
        other => panic!("{text:?} is {other:?}"),
    }
}

fn results(text: &str) -> Vec<(String, Option<NameProblem>)> {
    match read(text, &[], MOST) {
        Query::Names(list) => list.entries.into_iter().map(|entry| (entry.input, entry.result.err())).collect(),
        other => panic!("{text:?} is {other:?}"),
    }
}

#[test]
fn a_company_name_gives_a_full_list_of_distinct_names() {
    let ideas = ideas("Acme", &["com"]);
    assert_eq!(ideas.len(), MOST);
    assert_eq!(ideas[..3], ["acme.com", "getacme.com", "tryacme.com"]);
    let mut distinct = ideas.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), ideas.len());
}

#[test]
fn further_endings_are_mixed_in_further_down() {
    let ideas = ideas("Acme", &["com", "io"]);
    assert_eq!(ideas[4..6], ["acmemail.com", "acme.io"]);
    assert_eq!(ideas.len(), MOST);
}

#[test]
fn fewer_ideas_are_the_first_of_more() {
    for (text, endings) in
        [("Acme", &["com"][..]), ("Acme Cloud GmbH", &["com", "io", "de"]), ("A", &["bad ending", "com"])]
    {
        let all = ideas(text, endings);
        assert_eq!(all.len(), MOST);
        for most in [1, 6, 23] {
            assert_eq!(some_ideas(text, endings, most), all[..most], "{text} {endings:?}");
        }
    }
}

#[test]
fn without_endings_names_end_in_com() {
    assert!(ideas("Acme", &[]).iter().all(|name| name.ends_with(".com")));
}

#[test]
fn legal_forms_accents_and_signs_are_taken_off() {
    assert_eq!(
        ideas("Müller & Söhne GmbH", &["com"])[..3],
        ["mullerandsohne.com", "muller-and-sohne.com", "muellerandsoehne.com"]
    );
    for (company, first) in [
        ("ÅRHUS Café, Inc.", "arhuscafe.com"),
        ("Inc", "inc.com"),
        ("Acme B.V.", "acme.com"),
        ("Acme b.v", "acme.com"),
        ("ACME GmbH & Co. KG", "acme.com"),
        ("Acme A/S", "acme.com"),
        ("Acme S.p.A.", "acme.com"),
        ("Acme, S.r.l.", "acme.com"),
        ("Acme s.r.o.", "acme.com"),
        ("Acme d.o.o.", "acme.com"),
        ("Acme Sp. z o.o.", "acme.com"),
        ("Acme S.A. de C.V.", "acme.com"),
        ("Acme Pty Ltd", "acme.com"),
        ("Acme (Pty) Ltd.", "acme.com"),
        ("Acme Company Limited", "acme.com"),
        ("Acme Ltd. Şti.", "acme.com"),
        ("Acme A.Ş.", "acme.com"),
        ("Acme N.V.", "acme.com"),
        ("PT Acme Tbk", "acme.com"),
        ("Acme K.K.", "acme.com"),
        ("株式会社 Acme", "acme.com"),
        ("Acme L.L.C.", "acme.com"),
        ("J.P. Morgan", "jpmorgan.com"),
        ("J.P.Morgan", "jpmorgan.com"),
        ("L.L.Bean", "llbean.com"),
        ("J.Crew", "jcrew.com"),
        ("E.ON SE", "eon.com"),
        ("24/7 Media", "247media.com"),
        ("A/B Testing Co.", "abtesting.com"),
        ("Yahoo! Inc.", "yahoo.com"),
        ("U.S. Steel Corp.", "ussteel.com"),
        ("Kia Co., Ltd.", "kia.com"),
        ("Moët & Chandon SAS", "moetandchandon.com"),
        ("L'Oréal S.A.", "loreal.com"),
        ("Coca-Cola Co.", "cocacola.com"),
        ("Ernst & Young LLP", "ernstandyoung.com"),
        ("7-Eleven, Inc.", "7eleven.com"),
        ("Dr. Martens plc", "drmartens.com"),
        ("ACME S. DE R.L. DE C.V.", "acme.com"),
        ("Acme Sdn. Bhd.", "acme.com"),
        ("Acme Pte. Ltd.", "acme.com"),
        ("Acme GesmbH", "acme.com"),
        ("Acme e.V.", "acme.com"),
        ("Acme Oyj", "acme.com"),
        ("Acme Kft.", "acme.com"),
        ("Acme, spol. s r.o.", "acme.com"),
        ("Acme ApS", "acme.com"),
        ("A.P. Møller - Mærsk", "apmollermaersk.com"),
        ("Dr. Oetker", "droetker.com"),
        ("No.1 Travel", "no1travel.com"),
        ("Smith & Sons, Inc.", "smithandsons.com"),
        ("Müller AG", "muller.com"),
        ("O’Brien Ltd", "obrien.com"),
        ("AT&T", "atandt.com"),
        ("Marks and Spencer plc", "marksandspencer.com"),
        ("Ｆｕｌｌ Ｗｉｄｔｈ", "fullwidth.com"),
        ("Ac\u{200b}me", "acme.com"),
        ("Acme S.à r.l.", "acme.com"),
        ("Acme UG (haftungsbeschränkt)", "acme.com"),
        ("Acme GmbH i.G.", "acme.com"),
        ("Acme OÜ", "acme.com"),
        ("Acme SIA", "acme.com"),
        ("Acme, Lda.", "acme.com"),
        ("Acme Nyrt.", "acme.com"),
        ("Acme G.K.", "acme.com"),
        ("Acme FZ-LLC", "acme.com"),
        ("Acme FZCO", "acme.com"),
        ("Acme EIRELI", "acme.com"),
        ("Acme sp. z o. o.", "acme.com"),
        ("Acme Company", "acme.com"),
        ("Acme™", "acme.com"),
        ("Acme® Inc.", "acme.com"),
        ("S.A. Brain", "brain.com"),
        ("A/S Norsk", "norsk.com"),
        ("Kft. Magyar", "magyar.com"),
        ("A.S. Watson", "aswatson.com"),
        ("Company", "company.com"),
        ("Kft.", "kft.com"),
        ("Acme Tools .com", "acmetools.com"),
        ("Acme, Com", "acmecom.com"),
        ("Acme,Co", "acme.com"),
    ] {
        assert_eq!(ideas(company, &["com"])[0], first, "{company}");
    }
}

#[test]
fn latin_letters_are_written_as_cldr_writes_them() {
    for (company, first) in [
        ("Brașov Software", "brasovsoftware"),
        ("Brașov", "brasov"),
        ("Þór", "thor"),
        ("Łódź", "lodz"),
        ("Đorđe", "dorde"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("Œuvre", "oeuvre"),
        ("Ærø", "aero"),
        ("Ísafjörður", "isafjordur"),
        ("Ħamrun", "hamrun"),
        ("Işık", "isik"),
        ("İstanbul", "istanbul"),
        ("Ŋara", "nara"),
        ("Ŧest", "test"),
        ("Nguyễn", "nguyen"),
        ("Ěšč", "esc"),
        ("Caf\u{65}\u{301}", "cafe"),
        ("ﬁne", "fine"),
        ("Hawaiʻi", "hawaii"),
        ("Əliyev", "eliyev"),
    ] {
        assert_eq!(ideas(company, &["com"])[0], format!("{first}.com"), "{company}");
    }
}

#[test]
fn a_name_with_letters_of_another_script_gives_no_idea() {
    for text in ["Яндекс", "Яндекс Go", "株式会社", "アクメ Inc.", "Ελλάς", "شركة", "한국"]
    {
        assert_eq!(read(text, &[], MOST), Query::Nothing, "{text}");
    }
}

#[test]
fn a_long_name_is_cut_at_a_word_and_a_long_word_anywhere() {
    assert_eq!(ideas("The Great Northern Coffee Company", &["com"])[0], "thegreatnorthern.com");
    assert_eq!(ideas(&"a".repeat(80), &["com"])[0], format!("{}.com", "a".repeat(20)));
}

#[test]
fn what_leaves_no_letter_is_nothing() {
    for text in ["", "   ", "!?", "株式会社"] {
        assert_eq!(read(text, &[], MOST), Query::Nothing, "{text:?}");
    }
}

#[test]
fn a_dot_inside_makes_it_a_list_of_names() {
    assert_eq!(results("acme.com"), [("acme.com".to_owned(), None)]);
    let mixed = results("acme.com, beta;mail.acme.com\nsam@acme.com\thttp://x");
    let problems: Vec<_> = mixed.into_iter().map(|(_, problem)| problem).collect();
    assert_eq!(
        problems,
        [
            None,
            Some(NameProblem::NoTld),
            Some(NameProblem::Subdomain),
            Some(NameProblem::Email),
            Some(NameProblem::Url)
        ]
    );
}

#[test]
fn what_is_typed_as_a_name_is_taken_for_one() {
    for text in [
        "acme.com",
        "acme.c",
        "acme.co.uk",
        "1.2.3.4",
        "acme..com",
        "acme.com\u{200b}",
        "ａｃｍｅ．ｃｏｍ",
        "müller.de",
        "例え.テスト",
        "e.on",
        "i.nc",
        "a@b",
        "http://x",
        "https://acme.com/pricing?x=1",
    ] {
        assert!(matches!(read(text, &[], MOST), Query::Names(_)), "{text}");
    }
    for (text, name) in
        [("amazon.com, Inc.", "amazon.com"), ("https://www.acme.com/pricing?x=1", "https://www.acme.com/pricing?x=1")]
    {
        assert_eq!(results(text), [(name.to_owned(), None)], "{text}");
    }
}

#[test]
fn an_ending_apart_from_its_name_and_a_port_are_read() {
    for (text, name) in [
        ("ACME .com", "acme.com"),
        ("acme,com", "acme.com"),
        ("Acme .net", "acme.net"),
        ("acme.com:8080", "acme.com:8080"),
        ("acme.co.uk:443", "acme.co.uk:443"),
    ] {
        assert_eq!(results(text), [(name.to_owned(), None)], "{text}");
    }
}

#[test]
fn the_same_name_in_two_spellings_is_one_entry() {
    assert_eq!(results("Acme.com ACME.COM. acme.com").len(), 1);
    assert_eq!(results("a@b.c a@b.c").len(), 1);
}

#[test]
fn every_idea_is_a_name() {
    for text in ["-", "a-", "xn--", "--a--", "0", "A.", "&"] {
        if let Query::Company(ideas) = read(text, &["com".to_owned(), "bad ending".to_owned()], MOST) {
            assert!(ideas.iter().all(|name| name.suffix() == "com"), "{text:?}");
        }
    }
}

fn listed(text: &str) -> Vec<(u32, String, Option<NameProblem>)> {
    match read_list(text) {
        Query::Names(list) => {
            list.entries.into_iter().map(|entry| (entry.line, entry.input, entry.result.err())).collect()
        }
        other => panic!("{text:?} is {other:?}"),
    }
}

#[test]
fn a_list_tells_every_finding_with_its_line() {
    assert_eq!(
        listed("acme.com\n\nbeta..com\nmail.acme.com\ngamma"),
        [
            (1, "acme.com".to_owned(), None),
            (3, "beta..com".to_owned(), Some(NameProblem::EmptyLabel)),
            (4, "mail.acme.com".to_owned(), Some(NameProblem::Subdomain)),
            (5, "gamma".to_owned(), Some(NameProblem::NoTld)),
        ]
    );
}

#[test]
fn a_table_gives_its_column_of_names_without_the_heading() {
    assert_eq!(
        listed("Domain,Price\n\"acme.com\",13.00\nbeta.com;7.5\n"),
        [(2, "acme.com".to_owned(), None), (3, "beta.com".to_owned(), None)]
    );
    assert_eq!(listed("acme"), [(1, "acme".to_owned(), Some(NameProblem::NoTld))]);
    assert_eq!(read_list(" \n,;\n"), Query::Nothing);
}

#[test]
fn a_list_beyond_the_limit_is_cut_and_says_by_how_much() {
    let text: String = (0..MAX_LIST + 7).map(|number| format!("acme-{number}.com\n")).collect();
    match read_list(&text) {
        Query::Names(list) => assert_eq!((list.entries.len(), list.cut), (MAX_LIST, 7)),
        other => panic!("{other:?}"),
    }
}
