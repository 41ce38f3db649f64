//! What a person typed into the search box: nothing yet, a company name to make ideas from, or domain names.

use shared::domain_name::{DomainName, NameProblem};
use shared::text::{cut, join};

/// Characters of the part made from the company name, so that nothing before or after it makes a name unwieldy.
const STEM_LENGTH: usize = 20;
/// How many ideas under the first ending come before the first idea under the next one.
const ENDING_STRIDE: usize = 4;

/// Names of one list: twice as many as the largest plan asks for, since some of them are taken.
pub(crate) const MAX_LIST: usize = 2_000;

/// What goes before and after the company name, the ones that read best in a sender's address first.
const AFFIXES: &str = "-,get-,try-,-hq,-mail,-team,use-,go-,-app,with-,hello-,join-,-group,meet-,-online,-now,my-,-hub,\
                       -labs,-works,the-,-direct,-one,-global,-connect,-desk";

/// Legal forms, which nobody says.
const LEGAL_FORMS: [&str; 14] =
    ["inc", "llc", "ltd", "limited", "gmbh", "corp", "ag", "bv", "sa", "srl", "plc", "oy", "ab", "pty"];

/// What the text in the search box is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Query {
    /// Nothing that a name can be made of.
    Nothing,
    /// A company name, and the ideas made from it.
    Company(List),
    /// Domain names, each judged.
    Names(List),
}

/// A list of names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct List {
    /// Each name once, in the order given.
    pub(crate) entries: Vec<Entry>,
    /// Names beyond [`MAX_LIST`], which are not looked at.
    pub(crate) cut: u32,
}

/// One name that was typed, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The line it stands on, from 1.
    pub(crate) line: u32,
    /// As typed.
    pub(crate) input: String,
    /// The name, or what is wrong with it.
    pub(crate) verdict: Result<DomainName, NameProblem>,
    /// Differs where the names do, nearly always: a long list is compared by it.
    mark: u32,
}

impl Entry {
    fn new(line: u32, input: &str, verdict: Result<DomainName, NameProblem>) -> Self {
        // FNV-1a, 32 bits.
        let mut mark = 0x811c_9dc5_u32;
        for byte in verdict.as_ref().map_or(input, DomainName::as_str).bytes() {
            mark = (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        Self { line, input: input.to_owned(), verdict, mark }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.mark == other.mark
            && match (&self.verdict, &other.verdict) {
                (Ok(name), Ok(other)) => name == other,
                (Err(_), Err(_)) => self.input == other.input,
                _ => false,
            }
    }
}

/// Reads the search box. `endings` are the top-level domains on offer, none means that all are; `most` is how many ideas
/// are made.
pub(crate) fn read(text: &str, endings: &[String], most: usize) -> Query {
    let tokens = tokens(text);
    if tokens.iter().any(|token| looks_like_a_name(token)) {
        let mut list = List::default();
        for token in tokens {
            list.add(1, token);
        }
        return Query::Names(list);
    }
    let ideas = if endings.is_empty() { ideas(text, &["com".to_owned()], most) } else { ideas(text, endings, most) };
    if ideas.entries.is_empty() { Query::Nothing } else { Query::Company(ideas) }
}

/// What stands between white space, commas, semicolons and quotes.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate() {
        if byte <= b' ' || matches!(byte, b',' | b';' | b'"' | b'\'') {
            tokens.extend(text.get(start..index).filter(|token| !token.is_empty()));
            start = index.saturating_add(1);
        }
    }
    tokens.extend(text.get(start..).filter(|token| !token.is_empty()));
    tokens
}

/// A dot inside, or a sign of an address: `Inc.` is not a name, `acme.com` and `a@acme.com` are meant as one.
fn looks_like_a_name(token: &str) -> bool {
    token.trim_end_matches('.').contains(['.', '@', '/'])
}

/// Reads a list of names: one a line, several in a line, or a column of a table. Cells without a name are left out
/// beside one with a name, and so is a heading above names.
pub(crate) fn read_list(text: &str) -> Query {
    let mut list = List::default();
    let mut heading = None;
    let mut rest = text;
    let mut number = 0_u32;
    while !rest.is_empty() {
        let (line, after) = cut(rest, b'\n').unwrap_or((rest, ""));
        rest = after;
        number = number.saturating_add(1);
        let mut first = "";
        let mut has_name = false;
        for cell in tokens(line) {
            first = if first.is_empty() { cell } else { first };
            if looks_like_a_name(cell) && cell.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80) {
                has_name = true;
                list.add(number, cell);
            }
        }
        if has_name || first.is_empty() {
            continue;
        }
        if list.entries.is_empty() && heading.is_none() {
            heading = Some((number, first));
        } else {
            list.add(number, first);
        }
    }
    // A heading without names below it was meant as a name.
    if let Some((number, first)) = heading
        && list.entries.is_empty()
    {
        list.add(number, first);
    }
    if list.entries.is_empty() { Query::Nothing } else { Query::Names(list) }
}

impl List {
    /// One more name, unless it is there; what is no name stays, with the reason.
    fn add(&mut self, line: u32, input: &str) {
        let entry = Entry::new(line, input, DomainName::parse(input));
        if self.entries.iter().any(|known| known.is_same(&entry)) {
            return;
        }
        if self.entries.len() < MAX_LIST {
            self.entries.push(entry);
        } else {
            self.cut = self.cut.saturating_add(1);
        }
    }
}

/// Names made of a company name: affixes first under the first ending, the other endings mixed in further down.
fn ideas(company: &str, endings: &[String], most: usize) -> List {
    let words = words(company);
    let mut ideas = List::default();
    let Some(stem) = stem(&words) else {
        return ideas;
    };
    let mut labels: Vec<String> = Vec::new();
    let mut affixes = AFFIXES;
    while !affixes.is_empty() && labels.len() < most {
        let (affix, rest) = cut(affixes, b',').unwrap_or((affixes, ""));
        affixes = rest;
        let (before, after) = cut(affix, b'-').unwrap_or_default();
        labels.push(join(&[before, stem.as_str(), after]));
        if before.is_empty() && after.is_empty() {
            labels.extend(hyphenated(&words));
        }
    }
    for rank in 0..labels.len().saturating_add(ENDING_STRIDE.saturating_mul(endings.len())) {
        for (index, ending) in endings.iter().enumerate() {
            let label = rank.checked_sub(ENDING_STRIDE.saturating_mul(index)).and_then(|rank| labels.get(rank));
            // First whether there is room: judging the hundreds behind was most of a keystroke's work in here.
            if ideas.entries.len() < most
                && let Some(label) = label
                && let Ok(name) = DomainName::parse(&join(&[label, ".", ending.as_str()]))
            {
                ideas.entries.push(Entry::new(0, "", Ok(name)));
            }
        }
    }
    ideas
}

/// The words of a company name in the letters that a domain name can have, without its legal form.
fn words(company: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in company.split_whitespace() {
        let word = fold(word);
        if !word.is_empty() {
            words.push(word);
        }
    }
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
    let mut joined = String::new();
    for word in words {
        if !joined.is_empty() {
            joined.push('-');
        }
        joined.push_str(word);
    }
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
