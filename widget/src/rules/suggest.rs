//! What a person typed into the search box: nothing yet, a company name to make ideas from, or domain names.

use super::latin::{fold, without_umlauts};
use super::legal_form::{drop_forms, is_form, is_leading, is_of_another_script};
use shared::domain_name::DomainName;
use shared::name_list::{self, Entry, NameList};
use shared::unicode::{has, is_alphabetic, is_alphanumeric, is_invisible, is_lowercase, is_uppercase};
use std::borrow::Cow;

/// Characters of the part made from the company name, so that nothing before or after it makes a name unwieldy.
const STEM_LENGTH: usize = 20;
/// How many ideas under the first ending come before the first idea under the next one.
const ENDING_STRIDE: usize = 4;

/// Names of one list: twice as many as the largest plan asks for, since some of them are taken.
pub(super) const MAX_LIST: usize = 2_000;

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

/// What the text in the search box is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Query {
    /// Nothing that a name can be made of.
    Nothing,
    /// A company name, and the ideas made from it.
    Company(Vec<DomainName>),
    /// Domain names, each checked.
    Names(NameList),
}

/// Reads the search box. `endings` are the top-level domains on offer, none means that all are; `most` is how many ideas
/// are made.
pub(super) fn read(text: &str, endings: &[String], most: usize) -> Query {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let text = with_its_ending(&text);
    let cells: Vec<&str> = name_list::cells(&text).collect();
    if cells.iter().any(|cell| looks_like_a_name(cell, cells.len())) {
        let meant: Vec<&str> = cells.into_iter().filter(|cell| !is_legal_form(cell)).collect();
        let mut list = NameList::default();
        for cell in meant {
            let (result, left_out) = name_list::check_cell(cell);
            let entry = Entry { line: 1, input: cell.to_owned(), result, left_out };
            let is_same = |known: &&Entry| match (&known.result, &entry.result) {
                (Ok(name), Ok(other)) => name == other,
                (Err(_), Err(_)) => known.input == entry.input,
                _ => false,
            };
            if list.entries.iter().find(is_same).is_some() {
                continue;
            }
            if list.entries.len() < MAX_LIST {
                list.entries.push(entry);
            } else {
                list.cut = list.cut.saturating_add(1);
            }
        }
        return Query::Names(list);
    }
    let ideas = if endings.is_empty() { ideas(&text, &["com".to_owned()], most) } else { ideas(&text, endings, most) };
    if ideas.is_empty() { Query::Nothing } else { Query::Company(ideas) }
}

/// Reads a list of names: one a line, several in a line, or a column of a table.
pub(super) fn read_list(text: &str) -> Query {
    let list = name_list::read(text, MAX_LIST);
    if list.entries.is_empty() { Query::Nothing } else { Query::Names(list) }
}

/// A word and an ending apart from it as one name: `Acme .com`, `acme,com`. After a company's name the ending is left out,
/// because it is no word of it.
fn with_its_ending(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let Some((before, ending)) = text.rsplit_once(['.', ',']) else {
        return Cow::Borrowed(text);
    };
    let rest = before.trim();
    // `Acme,Co` is a company.
    let is_meant = is_common(ending) && !ending.eq_ignore_ascii_case("co");
    let is_apart = if has(text, ',') { rest == before && is_meant } else { rest != before };
    let is_ending = ending.len() > 1 && ending.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_apart || !is_ending || rest.is_empty() || rest.contains(['.', ',']) {
        return Cow::Borrowed(text);
    }
    match DomainName::parse(&format!("{rest}.{ending}")) {
        Ok(name) => Cow::Owned(name.to_string()),
        Err(_) if has(text, ',') => Cow::Borrowed(text),
        Err(_) => Cow::Borrowed(rest),
    }
}

/// Endings that people mean wherever they stand.
fn is_common(ending: &str) -> bool {
    ["com", "net", "org", "io", "co"].contains(&ending.to_ascii_lowercase().as_str())
}

/// An ending after a dot, or a sign of an address. Initials (`J.P.`), legal forms (`B.V.`, `A/S`) and numbers (`No.1`) are
/// words of a company name.
fn looks_like_a_name(cell: &str, cells: usize) -> bool {
    if is_legal_form(cell) {
        return false;
    }
    if has(cell, '@') || cell.split(':').skip(1).any(|rest| rest.starts_with("//")) {
        return true;
    }
    if has(cell, '/') {
        // `24/7 Media`, but `acme.com/start`.
        return cells == 1 || has(cell, '.');
    }
    let plain = cell.replace(['。', '．', '｡'], ".");
    if let Some((host, port)) = plain.rsplit_once(':')
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return has(host, '.') && looks_like_a_name(host, cells);
    }
    let mut labels = plain.trim_matches('.').rsplit('.');
    let (Some(ending), Some(before)) = (labels.next(), labels.next()) else {
        return false;
    };
    if is_after_initials(&plain, ending, cells) {
        return false;
    }
    let is_number = plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let has_ending =
        ending.chars().count() > 1 && ending.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || !c.is_ascii());
    // On the way to an ending: `acme.c`.
    let is_on_its_way = ending.chars().all(is_alphanumeric) && before.chars().count() > 1;
    has_ending || cells == 1 && (is_number || is_on_its_way)
}

/// Whether `ending` is a word after initials: `J.P.Morgan`, `J.Crew`, and `E.ON` beside another word. `x.com` is a name.
fn is_after_initials(cell: &str, ending: &str, cells: usize) -> bool {
    let Some(initials) = cell.trim_matches('.').strip_suffix(ending) else {
        return false;
    };
    let mut labels = initials.split('.').filter(|label| !label.is_empty());
    let count = labels.clone().count();
    if !labels.all(|label| label.chars().count() == 1 && label.chars().all(is_alphabetic)) {
        return false;
    }
    let mut letters = ending.chars();
    let is_word = letters.next().is_some_and(is_uppercase) && letters.next().is_some_and(is_lowercase);
    count > 1 || !is_common(ending) && (is_word || cells > 1)
}

/// Whether `cell` is a legal form and no name: `B.V.`, and not `i.nc`.
fn is_legal_form(cell: &str) -> bool {
    let is_form = fold(cell).is_some_and(|folded| is_form(&folded)) || is_of_another_script(cell);
    is_form && !has(cell, '@') && (cell.ends_with('.') || DomainName::parse(cell).is_err())
}

/// Names made of a company name: affixes first under the first ending, the other endings mixed in further down.
fn ideas(company: &str, endings: &[String], most: usize) -> Vec<DomainName> {
    let mut ideas: Vec<DomainName> = Vec::new();
    let Some(labels) = labels(company, most) else {
        return ideas;
    };
    for rank in 0..labels.len().saturating_add(ENDING_STRIDE.saturating_mul(endings.len())) {
        for (index, ending) in endings.iter().enumerate() {
            let label = rank.checked_sub(ENDING_STRIDE.saturating_mul(index)).and_then(|rank| labels.get(rank));
            // First whether there is room: checking the hundreds behind was most of a keystroke's work in here.
            if ideas.len() < most
                && let Some(label) = label
                && let Ok(name) = DomainName::parse(&format!("{label}.{ending}"))
            {
                ideas.push(name);
            }
        }
    }
    ideas
}

/// What stands before the ending of each idea, the best first.
fn labels(company: &str, most: usize) -> Option<Vec<String>> {
    let words = words(company)?;
    let stem = stem(&words)?;
    let mut labels: Vec<String> = Vec::new();
    for (before, after) in AFFIXES {
        labels.push(format!("{before}{stem}{after}"));
        if labels.len() == 1 {
            labels.extend(hyphenated(&words));
            let german = without_umlauts(company).and_then(|company| self::stem(&self::words(&company)?));
            labels.extend(german.filter(|german| *german != stem));
        }
        if labels.len() >= most {
            break;
        }
    }
    Some(labels)
}

/// The words of a company name in the letters that a domain name can have, without its legal form. `None` when one of
/// them is written in another script.
fn words(company: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut leading = None;
    for word in company.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、' | '，')) {
        if is_of_another_script(word) {
            continue;
        }
        let folded = fold(word)?;
        if words.is_empty() && leading.is_none() && is_leading(word, &folded) {
            leading = Some(folded);
        } else if !folded.is_empty() {
            words.push(folded);
        }
    }
    // A form alone is the name.
    if words.is_empty() {
        words.extend(leading);
    }
    drop_forms(&mut words);
    Some(words)
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
