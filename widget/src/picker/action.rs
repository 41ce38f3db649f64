//! What the buttons do and what the inputs are, and how both are written into attributes.

use crate::picker::state::Step;
use crate::text::join;
use std::borrow::Cow;

/// What buttons and links do. Written into `data-do` and `data-with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Pick a name.
    Add(String),
    /// Drop a pick, in the list of picks.
    Remove(String),
    /// Drop a pick, in the list of results.
    PutBack(String),
    /// Pick the first names that fit.
    Fill,
    /// Check what could not be checked.
    Recheck,
    /// Search at once.
    Search,
    /// To the next step.
    Continue,
    /// To the step before.
    Back,
    /// To this step.
    Go(Step),
    /// To this field, wherever it is.
    Show(Field),
    /// To the list of picks.
    ShowPicks,
    /// One more person.
    AddPerson,
    /// One person less.
    RemovePerson(u32),
    /// Send the order.
    Place,
    /// Read the session again.
    Reload,
}

/// The inputs. Written into `data-field`; its `id` is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// Company name or domains.
    Query,
    /// A person's first name.
    First(u32),
    /// A person's last name.
    Last(u32),
    /// A person's picture.
    Picture(u32),
    /// Where visitors go.
    Forwarding,
}

impl Step {
    /// The word for it in events and attributes.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Domains => "domains",
            Self::People => "people",
            Self::Review => "review",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Domains, Self::People, Self::Review].into_iter().find(|step| step.word() == word)
    }
}

impl Action {
    /// As attribute values.
    pub(crate) fn write(&self) -> (&'static str, Cow<'static, str>) {
        let none = Cow::Borrowed("");
        match self {
            Self::Add(name) => ("add", Cow::Owned(name.clone())),
            Self::Remove(name) => ("remove", Cow::Owned(name.clone())),
            Self::PutBack(name) => ("put-back", Cow::Owned(name.clone())),
            Self::Fill => ("fill", none),
            Self::Recheck => ("recheck", none),
            Self::Search => ("search", none),
            Self::Continue => ("continue", none),
            Self::Back => ("back", none),
            Self::Go(step) => ("go", Cow::Borrowed(step.word())),
            Self::Show(field) => ("show", field.id()),
            Self::ShowPicks => ("show-picks", none),
            Self::AddPerson => ("add-person", none),
            Self::RemovePerson(number) => ("remove-person", Cow::Owned(number.to_string())),
            Self::Place => ("place", none),
            Self::Reload => ("reload", none),
        }
    }

    /// From attribute values.
    pub(crate) fn read(what: &str, with: &str) -> Option<Self> {
        Some(match what {
            "add" => Self::Add(with.to_owned()),
            "remove" => Self::Remove(with.to_owned()),
            "put-back" => Self::PutBack(with.to_owned()),
            "fill" => Self::Fill,
            "recheck" => Self::Recheck,
            "search" => Self::Search,
            "continue" => Self::Continue,
            "back" => Self::Back,
            "go" => Self::Go(Step::of_word(with)?),
            "show" => Self::Show(Field::read(with)?),
            "show-picks" => Self::ShowPicks,
            "add-person" => Self::AddPerson,
            "remove-person" => Self::RemovePerson(with.parse().ok()?),
            "place" => Self::Place,
            "reload" => Self::Reload,
            _ => return None,
        })
    }
}

impl Field {
    /// The input's `id`.
    pub(crate) fn id(self) -> Cow<'static, str> {
        let (word, number) = match self {
            Self::Query => return Cow::Borrowed("query"),
            Self::Forwarding => return Cow::Borrowed("forwarding"),
            Self::First(number) => ("first-", number),
            Self::Last(number) => ("last-", number),
            Self::Picture(number) => ("picture-", number),
        };
        Cow::Owned(join(&[word, &number.to_string()]))
    }

    /// The person whose input it is.
    pub(crate) const fn person(self) -> Option<u32> {
        match self {
            Self::First(number) | Self::Last(number) | Self::Picture(number) => Some(number),
            Self::Query | Self::Forwarding => None,
        }
    }

    /// From an input's `id`.
    pub(crate) fn read(id: &str) -> Option<Self> {
        match id {
            "query" => return Some(Self::Query),
            "forwarding" => return Some(Self::Forwarding),
            _ => {}
        }
        let (word, number) = id.split_once('-')?;
        let number = number.parse().ok()?;
        match word {
            "first" => Some(Self::First(number)),
            "last" => Some(Self::Last(number)),
            "picture" => Some(Self::Picture(number)),
            _ => None,
        }
    }
}
