//! The life of an approval, the partner's word that a quote is paid or may be: pure, so that every path can be walked in a
//! test.
//!
//! ```text
//!               presented                        placed
//! (nothing) ───────────────────────────► open ──────────► capture
//!     │                                  ▲  │
//!     │ asked                    allowed │  │ expired, replaced
//!     ╰───────────────► asking ──────────╯  ▼
//!                          ╰─────────────► void
//!                     denied, lost, replaced
//! ```
//!
//! `capture` and `void` are ends: each approval that reached us comes to exactly one of them.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
pub use shared::approval_mode::ApprovalMode;
use shared::ids::{ApprovalId, QuoteId};

/// Most characters of the partner's words about a refusal.
pub const MAX_MESSAGE: usize = 300;

/// The amount that the customer pays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// In cents.
    pub cents: u64,
    /// ISO 4217, lower case.
    pub currency: String,
}

/// What was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Ours, `apr_…`, or the `jti` of the partner's token.
    pub id: ApprovalId,
    /// The quote.
    pub quote: QuoteId,
    /// What the customer pays; `None` where no amounts are shown.
    pub amount: Option<Amount>,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// How far an approval is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The partner's backend is being asked.
    Asking,
    /// It can be used.
    Open,
    /// An order came of it: the payment is due.
    Capture,
    /// No order comes of it: the payment is given back.
    Void,
}

impl State {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Open => "open",
            Self::Capture => "capture",
            Self::Void => "void",
        }
    }

    /// Whether it can still come to one end or the other.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Asking | Self::Open)
    }
}

/// What happens to an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The partner's token came with an order.
    Presented,
    /// The partner's backend is about to be asked.
    Asked,
    /// It said yes.
    Allowed,
    /// It said no, or nothing that is a yes.
    Denied,
    /// Who asked has crashed: the answer is lost, and is not asked for again.
    Lost,
    /// The order was placed.
    Placed,
    /// Another approval takes its place.
    Replaced,
    /// The partner's token came with an order that is answered without it.
    LeftOver,
    /// Its time is over, or the order was placed with the approval of another session.
    Expired,
}

impl Step {
    /// The states in which it can happen; none: it makes a new approval. An open one can be presented again.
    pub const fn from(self) -> &'static [State] {
        match self {
            Self::Asked | Self::LeftOver => &[],
            Self::Presented | Self::Placed | Self::Expired => &[State::Open],
            Self::Allowed | Self::Denied | Self::Lost => &[State::Asking],
            Self::Replaced => &[State::Asking, State::Open],
        }
    }

    /// Whether it can happen to an approval that is not known yet.
    pub const fn makes_new(self) -> bool {
        matches!(self, Self::Presented | Self::Asked | Self::LeftOver)
    }

    /// The state after it.
    pub const fn to(self) -> State {
        match self {
            Self::Asked => State::Asking,
            Self::Presented | Self::Allowed => State::Open,
            Self::Placed => State::Capture,
            Self::Denied | Self::Lost | Self::Replaced | Self::LeftOver | Self::Expired => State::Void,
        }
    }
}

/// The state of an approval after `step`; `None` when that cannot happen to one in `state`.
pub fn after(state: Option<State>, step: Step) -> Option<State> {
    let happens = match state {
        None => step.makes_new(),
        Some(state) => step.from().contains(&state),
    };
    happens.then(|| step.to())
}

/// The approval that a placement builds on, and how far it was with it. The placement's phase says whether an order came
/// of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptApproval {
    /// What was approved.
    pub approval: Approval,
    /// How far it is: `asking`, `open` or `void`.
    pub state: State,
    /// The partner's words about its refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl KeptApproval {
    /// The approval, in `state`.
    pub const fn new(approval: Approval, state: State) -> Self {
        Self { approval, state, message: None }
    }

    /// Whether an order may be sent with it `now`.
    pub fn allows(&self, now: Timestamp) -> bool {
        self.state == State::Open && now < self.approval.expires_at
    }
}

/// The words of a refusal as a customer is shown them: on one line, with nothing that changes how text around them is read.
pub fn shown(message: &str) -> Option<String> {
    let visible: String = message.chars().filter_map(visible).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = line.chars().take(MAX_MESSAGE).collect();
    Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
}

/// `c`, a blank for what breaks lines, or nothing for controls and for marks that turn the direction of text.
fn visible(c: char) -> Option<char> {
    match c {
        '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_MESSAGE, State, Step, after, shown};

    const STATES: [State; 4] = [State::Asking, State::Open, State::Capture, State::Void];
    const STEPS: [Step; 9] = [
        Step::Presented,
        Step::Asked,
        Step::Allowed,
        Step::Denied,
        Step::Lost,
        Step::Placed,
        Step::Replaced,
        Step::LeftOver,
        Step::Expired,
    ];
    #[test]
    fn ended_approvals_stay_ended() {
        for step in STEPS {
            for ended in [State::Capture, State::Void] {
                assert_eq!(after(Some(ended), step), None, "{ended:?} {step:?}");
            }
        }
    }

    #[test]
    fn every_live_state_reaches_both_ends() {
        for start in [State::Asking, State::Open] {
            let mut reached = vec![start];
            let mut index = 0;
            while let Some(state) = reached.get(index).copied() {
                let next = STEPS.iter().filter_map(|step| after(Some(state), *step));
                for state in next.collect::<Vec<_>>() {
                    if !reached.contains(&state) {
                        reached.push(state);
                    }
                }
                index += 1;
            }
            assert!(reached.contains(&State::Capture) && reached.contains(&State::Void), "{start:?}: {reached:?}");
        }
    }

    #[test]
    fn only_an_open_approval_is_captured() {
        let captured = |state: &&State| after(Some(**state), Step::Placed).is_some();
        assert_eq!(STATES.iter().filter(captured).collect::<Vec<_>>(), [&State::Open]);
        assert_eq!(after(None, Step::Placed), None);
    }

    #[test]
    fn nothing_is_asked_twice() {
        assert_eq!(after(None, Step::Asked), Some(State::Asking));
        for state in STATES {
            assert_eq!(after(Some(state), Step::Asked), None, "{state:?}");
        }
    }

    #[test]
    fn lost_answers_are_never_a_yes() {
        assert_eq!(after(Some(State::Asking), Step::Lost), Some(State::Void));
        for state in [State::Open, State::Capture, State::Void] {
            assert_eq!(after(Some(state), Step::Allowed), None, "{state:?}");
        }
    }

    #[test]
    fn refusals_are_shown_as_short_text() {
        assert_eq!(shown(" Card\u{7} declined. "), Some("Card declined.".to_owned()));
        assert_eq!(shown(" \u{0} "), None);
        assert_eq!(shown("Card\r\ndeclined.\u{2028}Call us."), Some("Card declined. Call us.".to_owned()));
        assert_eq!(shown("\u{202e}\u{2066}Not\u{2069} today\u{202c}\u{200f}"), Some("Not today".to_owned()));
        assert_eq!(shown(&"é".repeat(400)).map(|text| text.chars().count()), Some(MAX_MESSAGE));
    }
}
