//! The text in which JavaScript hands over what is to be judged: records, divided by [`RECORD`], of fields, divided by
//! [`FIELD`], of words, divided by [`WORD`]. `rules.js` writes it, and leaves these signs out of what a person wrote.
//! Text and not JavaScript objects, because reading objects took 10 KB of bindings.

/// Between two fields of a record.
const FIELD: char = '\x1f';
/// Between two records.
pub(crate) const RECORD: char = '\x1e';
/// Between two words of a field.
const WORD: char = '\x1d';

/// The fields of one record, read from left to right. A missing one is empty.
#[derive(Debug)]
pub(crate) struct Fields<'a>(&'a str);

impl<'a> Fields<'a> {
    pub(crate) const fn new(record: &'a str) -> Self {
        Self(record)
    }

    pub(crate) fn text(&mut self) -> &'a str {
        let (field, rest) = self.0.split_once(FIELD).unwrap_or((self.0, ""));
        self.0 = rest;
        field
    }

    pub(crate) fn owned(&mut self) -> String {
        self.text().to_owned()
    }

    /// Empty means that there is none.
    pub(crate) fn maybe(&mut self) -> Option<String> {
        Some(self.owned()).filter(|text| !text.is_empty())
    }

    /// A number in digits; 0 for anything else.
    pub(crate) fn number(&mut self) -> u32 {
        self.text().parse().unwrap_or(0)
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.text() == "1"
    }
}

/// The records of a text; none when it is empty.
#[derive(Debug)]
pub(crate) struct Records<'a>(&'a str);

pub(crate) const fn records(text: &str) -> Records<'_> {
    Records(text)
}

impl<'a> Iterator for Records<'a> {
    type Item = Fields<'a>;

    fn next(&mut self) -> Option<Fields<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let (record, rest) = self.0.split_once(RECORD).unwrap_or((self.0, ""));
        self.0 = rest;
        Some(Fields(record))
    }
}

/// The words of a field.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(WORD).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
