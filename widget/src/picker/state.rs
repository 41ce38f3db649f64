//! Everything the element knows, as plain data.

use crate::picker::action::Field;
use crate::suggest::Query;
use shared::answers::{OrderView, PlacedView, SessionView};
use shared::availability::AvailabilityRow;
use shared::order::Receipt;
use shared::persona::Persona;
use shared::plan::RequiredDomains;

/// What the whole card shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The session is being read.
    Loading,
    /// The session could not be read; the words say why.
    Stuck(String),
    /// The session is over: the page has to bring a new one.
    Expired,
    /// The customer fills in the order.
    Filling,
    /// There is an order: it is being placed or watched.
    Watching,
}

/// Where the customer is while filling in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Search and pick.
    Domains,
    /// Personas and forwarding.
    People,
    /// Everything once more, with prices.
    Review,
}

/// All of it. Only `picker` changes it, only `view` reads it.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) phase: Phase,
    pub(crate) step: Step,
    pub(crate) session: Option<Box<SessionView>>,
    pub(crate) search: Search,
    pub(crate) catalogue: Vec<Known>,
    /// Names, in the order picked.
    pub(crate) picks: Vec<String>,
    pub(crate) people: Vec<Person>,
    /// Numbers given to people so far; a number is never used twice, so that a field keeps its identity.
    pub(crate) people_made: u32,
    pub(crate) forwarding: String,
    /// Fields that were left once: from then on their problems are shown while typing.
    pub(crate) left: Vec<Field>,
    /// Steps that the customer tried to leave: all their problems are shown.
    pub(crate) tried: Vec<Step>,
    /// What the server blamed, until the blamed thing changes.
    pub(crate) reported: Vec<Trouble>,
    pub(crate) notice: Option<Notice>,
    pub(crate) sending: Sending,
    pub(crate) watch: Watch,
    /// The newest sentence for screen readers.
    pub(crate) said: String,
    /// The page is in the background.
    pub(crate) hidden: bool,
}

/// The search box and what it found.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) text: String,
    pub(crate) query: Query,
    /// Counts the keystrokes: an answer or a timer with an older number is out of date.
    pub(crate) turn: u32,
    /// Why the newest check failed as a whole.
    pub(crate) failure: Option<String>,
}

/// What is known of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) knowledge: Knowledge,
    /// It was asked about again by itself, which happens once.
    pub(crate) retried: bool,
}

/// How far the answer about a name is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// Asked, or about to be.
    Pending,
    /// Nobody could say.
    Unsettled,
    /// The server's answer.
    Row(AvailabilityRow),
}

/// One persona while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) number: u32,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) picture: String,
}

/// Something to mend, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) target: Target,
    pub(crate) message: String,
}

/// What a problem is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// One picked name.
    Pick(String),
    /// The list of picks.
    Picks,
    /// The list of people.
    People,
    /// One input.
    Field(Field),
}

/// A message that belongs to no field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) message: String,
    /// What helps support find the request.
    pub(crate) reference: Option<String>,
}

/// Whether an order is on its way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// No.
    Idle,
    /// It was sent, and no answer has come.
    Sent,
    /// The answer got lost: the session is asked what became of it, for the given time.
    Confirming(u32),
}

/// The order that is watched.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// How the session or the receipt named it.
    pub(crate) placed: Option<PlacedView>,
    pub(crate) receipt: Option<Box<Receipt>>,
    pub(crate) order: Option<OrderView>,
    pub(crate) etag: Option<String>,
    /// Milliseconds until the next look.
    pub(crate) pause: u32,
    /// Counts the looks: an older timer is out of date.
    pub(crate) turn: u32,
    /// The last look failed.
    pub(crate) lost: bool,
}

impl State {
    /// Before anything is known.
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Loading,
            step: Step::Domains,
            session: None,
            search: Search { text: String::new(), query: Query::Nothing, turn: 0, failure: None },
            catalogue: Vec::new(),
            picks: Vec::new(),
            people: vec![Person::blank(1)],
            people_made: 1,
            forwarding: String::new(),
            left: Vec::new(),
            tried: Vec::new(),
            reported: Vec::new(),
            notice: None,
            sending: Sending::Idle,
            watch: Watch::default(),
            said: String::new(),
            hidden: false,
        }
    }

    /// Another customer or another plan: nothing of what was filled in belongs to it.
    pub(crate) fn start_over(&mut self) {
        let (hidden, turn) = (self.hidden, self.watch.turn);
        *self = Self::new();
        self.hidden = hidden;
        self.watch.turn = turn;
    }

    /// What the plan asks for; nothing before the session is read.
    pub(crate) fn required(&self) -> RequiredDomains {
        self.session.as_ref().map_or(RequiredDomains::new(0, 0), |session| session.plan.required_domains)
    }

    /// What is known of a name.
    pub(crate) fn known(&self, name: &str) -> Option<&Known> {
        self.catalogue.iter().find(|known| known.name == name)
    }

    /// The server's answer about a name.
    pub(crate) fn row(&self, name: &str) -> Option<&AvailabilityRow> {
        match self.known(name).map(|known| &known.knowledge) {
            Some(Knowledge::Row(row)) => Some(row),
            _ => None,
        }
    }

    /// Where a person stands in the list, from 1.
    pub(crate) fn position_of(&self, number: u32) -> String {
        let index = self.people.iter().position(|person| person.number == number).unwrap_or_default();
        index.saturating_add(1).to_string()
    }

    /// Whether a name was picked.
    pub(crate) fn is_picked(&self, name: &str) -> bool {
        self.picks.iter().any(|pick| pick == name)
    }

    /// What the server said of `target`.
    pub(crate) fn reported_at(&self, target: &Target) -> Option<&str> {
        self.reported.iter().find(|reported| reported.target == *target).map(|reported| reported.message.as_str())
    }

    /// The target that a server's field path means, as long as it is on the form.
    pub(crate) fn target_of(&self, field: &str) -> Option<Target> {
        let (list, rest) = field.split_once('[').unwrap_or((field, ""));
        let (index, rest) = rest.split_once(']').unwrap_or(("", ""));
        let index = index.parse::<usize>().ok();
        match (list, index) {
            ("domains", Some(index)) => self.picks.get(index).map(|name| Target::Pick(name.clone())),
            ("domains", None) => Some(Target::Picks),
            ("forwarding_url", _) => Some(Target::Field(Field::Forwarding)),
            ("personas", None) => Some(Target::People),
            ("personas", Some(index)) => {
                let number = self.people.get(index)?.number;
                Some(match rest {
                    ".first_name" => Target::Field(Field::First(number)),
                    ".last_name" => Target::Field(Field::Last(number)),
                    ".profile_picture_url" => Target::Field(Field::Picture(number)),
                    _ => Target::People,
                })
            }
            _ => None,
        }
    }
}

impl Person {
    pub(crate) const fn blank(number: u32) -> Self {
        Self { number, first_name: String::new(), last_name: String::new(), picture: String::new() }
    }

    /// As the rules and the server take it.
    pub(crate) fn to_persona(&self) -> Persona {
        Persona {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            profile_picture_url: Some(self.picture.clone()),
        }
        .tidied()
    }
}

impl Target {
    /// The step on which it can be mended.
    pub(crate) const fn step(&self) -> Step {
        match self {
            Self::Pick(_) | Self::Picks | Self::Field(Field::Query) => Step::Domains,
            Self::People | Self::Field(_) => Step::People,
        }
    }
}
