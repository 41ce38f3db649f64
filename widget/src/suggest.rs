//! What a person typed into the search box: nothing yet, a company name to make ideas from, or domain names.

use crate::text::join;
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

/// Reads the search box. `endings` are the top-level domains on offer; none means that all are.
pub(crate) fn read(text: &str, endings: &[String]) -> Query {
    let tokens: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|token| !token.is_empty()).collect();
    if tokens.iter().any(|token| looks_like_a_name(token)) {
        return Query::Names(entries(&tokens));
    }
    let ideas = if endings.is_empty() { ideas(text, &["com".to_owned()]) } else { ideas(text, endings) };
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
        labels.push(join(&[before, stem.as_str(), after]));
        if before.is_empty() && after.is_empty() {
            labels.extend(hyphenated(&words));
        }
    }
    let mut ideas = Vec::new();
    for rank in 0..labels.len().saturating_add(ENDING_STRIDE.saturating_mul(endings.len())) {
        for (index, ending) in endings.iter().enumerate() {
            let label = rank.checked_sub(ENDING_STRIDE.saturating_mul(index)).and_then(|rank| labels.get(rank));
            if let Some(label) = label
                && let Ok(name) = DomainName::parse(&join(&[label, ".", ending.as_str()]))
                && ideas.len() < SUGGESTIONS
            {
                ideas.push(name);
            }
        }
    }
    ideas
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

/// Lower-case ASCII letters and digits; accents are taken off, everything else is left out. A table of its own,
/// because the Unicode tables of the standard library weigh as much as a third of the element.
fn fold(word: &str) -> String {
    let mut folded = String::new();
    for c in word.chars() {
        let plain = match c {
            'a'..='z' | '0'..='9' | 'A'..='Z' => {
                folded.push(c.to_ascii_lowercase());
                ""
            }
            'À'..='Ã' | 'Å' | 'à'..='ã' | 'å' | 'Ā'..='ą' => "a",
            'Ä' | 'Æ' | 'ä' | 'æ' => "ae",
            'Ç' | 'ç' | 'Ć'..='č' => "c",
            'Ď'..='đ' => "d",
            'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => "e",
            'Ĝ'..='ģ' => "g",
            'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => "i",
            'Ĺ'..='ł' => "l",
            'Ñ' | 'ñ' | 'Ń'..='ň' => "n",
            'Ò'..='Õ' | 'ò'..='õ' | 'Ō'..='ő' => "o",
            'Ö' | 'Ø' | 'ö' | 'ø' | 'Œ' | 'œ' => "oe",
            'Ŕ'..='ř' => "r",
            'Ś'..='š' => "s",
            'ß' => "ss",
            'Ţ'..='ŧ' => "t",
            'Ù'..='Û' | 'ù'..='û' | 'Ũ'..='ų' => "u",
            'Ü' | 'ü' => "ue",
            'Ý' | 'ý' | 'ÿ' | 'Ÿ' => "y",
            'Ź'..='ž' => "z",
            '&' => "and",
            _ => "",
        };
        folded.push_str(plain);
    }
    folded
}
