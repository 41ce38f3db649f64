//! Many names checked in one call: a code per name, and the normalized spelling of those names that have another one.

use shared::domain_name::{DomainName, NameProblem};
use shared::name_list::NameList;

/// Between two names in a text. No rule allows it in a name, and nothing trims it off one.
pub(super) const SEPARATOR: char = '\x1f';
/// A name in its one spelling.
const AS_GIVEN: u8 = 0;
/// A name whose one spelling is the next of [`Results::spellings`].
const RESPELLED: u8 = 1;
/// The first of [`NameProblem::ALL`]; the others follow.
const FIRST_PROBLEM: u8 = 2;

/// Names of one list; what is beyond is counted and not kept. A table of this length still shows in a page.
pub(super) const MAX_ENTRIES: usize = 100_000;

/// The entries of a list, each once, in the order given.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) results: Results,
    /// The line of each entry, from 1.
    pub(super) lines: Vec<u32>,
    /// Each entry as it stands in the text, with a separator after it.
    pub(super) inputs: String,
    /// What is said of each entry, with a separator after it: empty for most.
    pub(super) notes: String,
    /// Entries beyond [`MAX_ENTRIES`].
    pub(super) cut: u32,
}

impl From<NameList> for Listed {
    fn from(list: NameList) -> Self {
        let mut listed = Self { cut: list.cut, ..Self::default() };
        for entry in &list.entries {
            listed.results.add(&entry.input, &entry.result);
            listed.lines.push(entry.line);
            push(&mut listed.inputs, &entry.input);
            push(&mut listed.notes, &entry.note().unwrap_or_default());
        }
        listed
    }
}

/// Results of names, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Results {
    /// One per name.
    pub(super) codes: Vec<u8>,
    /// Spellings, each with [`SEPARATOR`] after it.
    pub(super) spellings: String,
}

impl Results {
    /// The results of `names`, which stand between [`SEPARATOR`]s.
    pub(super) fn of(names: &str) -> Self {
        let mut results = Self::default();
        for name in names.split(SEPARATOR) {
            results.add(name, &DomainName::parse(name));
        }
        results
    }

    /// Adds a name as given, and its result.
    pub(super) fn add(&mut self, given: &str, result: &Result<DomainName, NameProblem>) {
        self.codes.push(match result {
            Ok(name) if name.as_str() == given => AS_GIVEN,
            Ok(name) => {
                push(&mut self.spellings, name.as_str());
                RESPELLED
            }
            Err(problem) => FIRST_PROBLEM.saturating_add(*problem as u8),
        });
    }
}

/// One more text, and [`SEPARATOR`] after it.
fn push(texts: &mut String, text: &str) {
    texts.push_str(text);
    texts.push(SEPARATOR);
}
