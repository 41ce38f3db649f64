//! Many names judged in one crossing: a code per name, and the one spelling only of those names that have another.

use shared::domain_name::{DomainName, NameProblem};
use shared::name_list::NameList;

/// Between two names in a text. No rule allows it in a name, and nothing trims it off one.
pub(crate) const SEPARATOR: char = '\x1f';
/// A name in its one spelling.
const AS_GIVEN: u8 = 0;
/// A name whose one spelling is the next of [`Verdicts::folded`].
const FOLDED: u8 = 1;
/// The first of [`NameProblem::ALL`]; the others follow.
const FIRST_PROBLEM: u8 = 2;

/// Names of one list; what is beyond is counted and not kept. A table of this length still shows in a page.
pub(crate) const MAX_ENTRIES: usize = 100_000;

/// The entries of a list, each once, in the order given.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub(crate) verdicts: Verdicts,
    /// The line of each entry, from 1.
    pub(crate) lines: Vec<u32>,
    /// Each entry as it stands in the text, with a separator after it.
    pub(crate) inputs: String,
    /// What is said of each entry, with a separator after it: empty for most.
    pub(crate) notes: String,
    /// Entries beyond [`MAX_ENTRIES`].
    pub(crate) cut: u32,
}

impl From<NameList> for Listed {
    fn from(list: NameList) -> Self {
        let mut listed = Self { cut: list.cut, ..Self::default() };
        for entry in &list.entries {
            listed.verdicts.add(&entry.input, &entry.verdict);
            listed.lines.push(entry.line);
            push(&mut listed.inputs, &entry.input);
            push(&mut listed.notes, &entry.note().unwrap_or_default());
        }
        listed
    }
}

/// Verdicts on names, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdicts {
    /// One per name.
    pub(crate) codes: Vec<u8>,
    /// Spellings, each with [`SEPARATOR`] after it.
    pub(crate) folded: String,
}

/// Judges each of `names`, which stand between [`SEPARATOR`]s.
pub(crate) fn judge_all(names: &str) -> Verdicts {
    let mut verdicts = Verdicts::default();
    for name in names.split(SEPARATOR) {
        verdicts.add(name, &DomainName::parse(name));
    }
    verdicts
}

impl Verdicts {
    /// One more: what was given, and what it was found to be.
    pub(crate) fn add(&mut self, given: &str, verdict: &Result<DomainName, NameProblem>) {
        self.codes.push(match verdict {
            Ok(name) if name.as_str() == given => AS_GIVEN,
            Ok(name) => {
                push(&mut self.folded, name.as_str());
                FOLDED
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
