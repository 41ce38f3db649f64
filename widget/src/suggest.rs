//! What a person typed into the search box: nothing yet, a company name to make ideas from, or domain names.

use shared::domain_name::{DomainName, NameProblem};

/// Ideas per company name: enough to choose from, and one availability call upstream.
pub(crate) const SUGGESTIONS: usize = 24;
/// Characters of the part made from the company name, so that nothing before or after it makes a name unwieldy.
const STEM_LENGTH: usize = 20;
/// How many ideas under the first ending come before the first idea under the next one.
const ENDING_STRIDE: usize = 4;

/// What goes before and after the company name, the ones that read best in a sender's address first.
const AFFIXES: [(&str, &str); 26] = [
    ("", ""),
    ("get", ""),
    ("try", ""),
    ("", "hq"),
    ("", "mail"),
    ("", "team"),
    ("use", ""),
    ("go", ""),
    ("", "app"),
    ("with", ""),
    ("hello", ""),
    ("join", ""),
    ("", "group"),
    ("meet", ""),
    ("", "online"),
    ("", "now"),
    ("my", ""),
    ("", "hub"),
    ("", "labs"),
    ("", "works"),
    ("the", ""),
    ("", "direct"),
    ("", "one"),
    ("", "global"),
    ("", "connect"),
    ("", "desk"),
];

/// Legal forms, which nobody says.
const LEGAL_FORMS: [&str; 14] =
    ["inc", "llc", "ltd", "limited", "gmbh", "corp", "ag", "bv", "sa", "srl", "plc", "oy", "ab", "pty"];

/// What the text in the search box is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Query {
    /// Nothing that a name can be made of.
    Nothing,
    /// A company name, and the ideas made from it.
    Company(Vec<DomainName>),
    /// Domain names, each judged.
    Names(Vec<Entry>),
}

/// One name that was typed, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As typed.
    pub(crate) input: String,
    /// The name, or what is wrong with it.
    pub(crate) verdict: Result<DomainName, NameProblem>,
}

/// Reads the search box. `endings` are the top-level domains on offer.
pub(crate) fn read(text: &str, endings: &[String]) -> Query {
    let tokens: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|token| !token.is_empty()).collect();
    if tokens.iter().any(|token| looks_like_a_name(token)) {
        return Query::Names(entries(&tokens));
    }
    let ideas = ideas(text, endings);
    if ideas.is_empty() { Query::Nothing } else { Query::Company(ideas) }
}

/// A dot inside, or a sign of an address: `Inc.` is not a name, `acme.com` and `a@acme.com` are meant as one.
fn looks_like_a_name(token: &str) -> bool {
    token.trim_end_matches('.').contains(['.', '@', '/'])
}

/// Each name once, in the order typed; what is no name stays, with the reason.
fn entries(tokens: &[&str]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for token in tokens {
        let verdict = DomainName::parse(token);
        let known = |entry: &Entry| match &verdict {
            Ok(_) => entry.verdict == verdict,
            Err(_) => entry.input == *token,
        };
        if !entries.iter().any(known) {
            entries.push(Entry { input: (*token).to_owned(), verdict });
        }
    }
    entries
}

/// Names made of a company name: affixes first under the first ending, the other endings mixed in further down.
fn ideas(company: &str, endings: &[String]) -> Vec<DomainName> {
    let words = words(company);
    let Some(stem) = stem(&words) else {
        return Vec::new();
    };
    let mut labels: Vec<String> = Vec::new();
    for (before, after) in AFFIXES {
        labels.push([before, stem.as_str(), after].concat());
        if before.is_empty() && after.is_empty() {
            labels.extend(hyphenated(&words));
        }
    }
    let mut ranked: Vec<(usize, DomainName)> = Vec::new();
    for (ending_rank, ending) in endings.iter().enumerate() {
        for (label_rank, label) in labels.iter().enumerate() {
            if let Ok(name) = DomainName::parse(&[label, ".", ending.trim_start_matches('.')].concat()) {
                ranked.push((label_rank + ENDING_STRIDE * ending_rank, name));
            }
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, name)| name).take(SUGGESTIONS).collect()
}

/// The words of a company name in the letters that a domain name can have, without its legal form.
fn words(company: &str) -> Vec<String> {
    let mut words: Vec<String> = company.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|word| LEGAL_FORMS.contains(&word.as_str())) {
        words.pop();
    }
    words
}

/// As many words as fit, and the start of the first when even that is too long.
fn stem(words: &[String]) -> Option<String> {
    let mut stem = String::new();
    for word in words {
        if !stem.is_empty() && stem.len() + word.len() > STEM_LENGTH {
            break;
        }
        stem.push_str(word);
    }
    stem.truncate(STEM_LENGTH);
    (!stem.is_empty()).then_some(stem)
}

fn hyphenated(words: &[String]) -> Option<String> {
    let joined = words.join("-");
    (words.len() > 1 && joined.len() <= STEM_LENGTH + 2).then_some(joined)
}

/// Lower-case ASCII letters and digits; accents are taken off, everything else is left out.
fn fold(word: &str) -> String {
    let mut folded = String::new();
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => folded.push(c),
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ą' => folded.push('a'),
            'ä' | 'æ' => folded.push_str("ae"),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => folded.push('e'),
            'ğ' => folded.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => folded.push('o'),
            'ö' | 'ø' | 'œ' => folded.push_str("oe"),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' => folded.push('s'),
            'ß' => folded.push_str("ss"),
            'ť' | 'ţ' => folded.push('t'),
            'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => folded.push('u'),
            'ü' => folded.push_str("ue"),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            '&' => folded.push_str("and"),
            _ => {}
        }
    }
    folded
}
