//! Who a customer is: what it wants, how patient it is, which mistakes it makes. The dice decide.

use crate::customer::owning::Owning;
use crate::dice::Dice;
use serde_json::{Value, json};

/// Milliseconds within which all customers of a world arrive.
const ARRIVALS: u64 = 15 * 60 * 1_000;
/// Customers of 1,000 with a large plan, and its domains.
const LARGE: u64 = 20;
/// As above.
const LARGE_PLANS: (u64, u64) = (51, 200);
/// Domains from which on a plan counts as large.
const MANY: u64 = 50;
/// How customers pay, and the weights.
const PAYING: [(u64, Pays); 6] = [
    (70, Pays::Properly),
    (8, Pays::Nothing),
    (6, Pays::TooLittle),
    (6, Pays::WithAnothers),
    (5, Pays::Slowly),
    (5, Pays::AgainAfterTheEnd),
];
/// Endings of the names that customers pick first.
const ENDINGS: [(u64, &str); 4] = [(80, "com"), (8, "net"), (6, "org"), (6, "io")];

/// Seconds that sessions live: most outlast the customer's visit, some end while the order is on its way.
const SESSIONS: [(u64, u64); 3] = [(75, 86_400), (15, 1_800), (10, 120)];

/// What is wrong with the first draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    None,
    TooFew,
    Taken,
    NotAName,
}

/// What is special about the first name that is picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Special {
    None,
    /// Its provisioning fails.
    Fails,
    /// Upstream's first answer about it is out of date.
    Stale,
    /// Another customer wants the same one.
    Contested,
}

/// How it pays, where orders have to be approved by a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pays {
    /// As it should.
    Properly,
    /// Not at all, at first.
    Nothing,
    /// With an approval for a smaller amount, at first.
    TooLittle,
    /// With an approval of another session, at first.
    WithAnothers,
    /// Takes so long that the quote expires.
    Slowly,
    /// Is refused for another reason, comes back when its approval has ended, and presents the payment again.
    AgainAfterTheEnd,
}

/// One customer.
#[derive(Debug, Clone)]
pub(crate) struct Character {
    pub(crate) number: u64,
    /// Whose names are picked: another customer's for a twin.
    picks_like: u64,
    pub(crate) email: String,
    pub(crate) arrives: u64,
    /// The plan as the partner grants it.
    pub(crate) plan: Value,
    /// Domains that the plan asks for.
    pub(crate) domains: u64,
    /// Tabs that order at once.
    pub(crate) tabs: u64,
    /// Whether each tab orders something else.
    pub(crate) undecided: bool,
    /// Milliseconds after which a tab is closed.
    pub(crate) patience: u64,
    /// Leaves right after ordering, and never comes back.
    pub(crate) leaves: bool,
    pub(crate) pays: Pays,
    /// Has the order quoted before it is sent.
    pub(crate) asks_price: bool,
    pub(crate) mistake: Mistake,
    pub(crate) special: Special,
    /// Names a picture that nobody can fetch.
    pub(crate) unreachable: bool,
    /// Seconds that the session lives.
    pub(crate) session_life: u64,
    /// Whether the partner's page gives another session when one has ended. Otherwise the customer signs in again.
    pub(crate) renews: bool,
    pub(crate) client_id: Option<u64>,
    /// The ending of the names of its first draft.
    pub(crate) ending: &'static str,
    /// Domains that it owns already.
    pub(crate) owns: Option<Owning>,
    /// Those of them that its first draft has.
    pub(crate) brings: Vec<String>,
    /// A domain of somebody else's that its first draft has.
    pub(crate) borrows: Option<String>,
}

impl Character {
    pub(crate) fn roll(number: u64, dice: &Dice, bundle: &str) -> Self {
        let (plan, domains) = if dice.chance(LARGE) { large_plan(dice) } else { plan(dice, bundle) };
        let email = match dice.chance(200) {
            true => format!("team{}@acme.example", number / 8),
            false => format!("customer{number}@shop.example"),
        };
        Self {
            number,
            picks_like: number,
            email,
            arrives: dice.between(0, ARRIVALS),
            plan,
            domains,
            tabs: if dice.chance(140) { dice.between(2, 5) } else { 1 },
            undecided: dice.chance(300),
            patience: if dice.chance(600) { 35_000 } else { dice.between(1_500, 15_000) },
            leaves: dice.chance(120),
            pays: dice.weighted(&PAYING).unwrap_or(Pays::Properly),
            asks_price: dice.chance(250),
            mistake: dice
                .weighted(&[(90, Mistake::None), (4, Mistake::TooFew), (4, Mistake::Taken), (2, Mistake::NotAName)])
                .unwrap_or(Mistake::None),
            special: dice
                .weighted(&[(82, Special::None), (5, Special::Fails), (4, Special::Stale), (9, Special::Contested)])
                .unwrap_or(Special::None),
            unreachable: dice.chance(50),
            session_life: dice.weighted(&SESSIONS).unwrap_or(86_400),
            renews: dice.chance(600),
            client_id: dice.chance(500).then(|| dice.between(1, 9_999)),
            ending: dice.weighted(&ENDINGS).unwrap_or("com"),
            owns: Owning::roll(number, domains, dice),
            brings: Vec::new(),
            borrows: None,
        }
    }

    /// Whether its plan is a large one.
    pub(crate) fn is_large(&self) -> bool {
        self.domains > MANY
    }

    /// Another customer, who asks for the same domains once that one's claim has ended.
    pub(crate) fn rival(&self, number: u64, dice: &Dice, bundle: &str) -> Option<Self> {
        let (owns, later) = self.owns.as_ref()?.rival(number, dice);
        let email = format!("rival{number}@shop.example");
        let arrives = self.arrives.saturating_add(later);
        let other = Self::roll(number, dice, bundle);
        Some(Self { email, arrives, owns: Some(owns), session_life: 86_400, mistake: Mistake::None, ..other })
    }

    /// The same person, who has opened a second session and orders the same again.
    pub(crate) fn twin(&self, number: u64, dice: &Dice) -> Self {
        let arrives = self.arrives.saturating_add(dice.between(0, 20_000));
        Self { number, arrives, mistake: Mistake::None, owns: None, ..self.clone() }
    }

    /// The names of draft `variant`. Only the first draft has what is special or wrong.
    pub(crate) fn names(&self, variant: usize) -> Vec<String> {
        let number = if variant == 0 { self.picks_like } else { self.number };
        // Who was refused for an ending picks the best known one.
        let ending = if variant == 0 { self.ending } else { "com" };
        let mut names: Vec<String> =
            (0..self.domains).map(|index| format!("shop{number}-v{variant}-n{index}.{ending}")).collect();
        if variant > 0 {
            return names;
        }
        let first = match (self.mistake, self.special) {
            (Mistake::Taken, _) => Some(format!("taken-shop{number}.com")),
            (Mistake::NotAName, _) => Some(format!("mail.shop{number}.com")),
            (_, Special::Fails) => Some(format!("fail-shop{number}.com")),
            (_, Special::Stale) => Some(format!("stale-shop{number}.com")),
            (_, Special::Contested) => Some(format!("wanted-by-{}.com", number / 4)),
            _ => None,
        };
        if let (Some(name), Some(place)) = (first, names.first_mut()) {
            *place = name;
        }
        for (place, brought) in names.iter_mut().rev().zip(self.brings.iter().chain(&self.borrows)) {
            place.clone_from(brought);
        }
        if self.mistake == Mistake::TooFew {
            names.pop();
        }
        names
    }
}

/// A plan of many domains.
fn large_plan(dice: &Dice) -> (Value, u64) {
    let domains = dice.between(LARGE_PLANS.0, LARGE_PLANS.1);
    let google = domains.saturating_mul(2).saturating_sub(dice.between(0, 1));
    (json!({"google_licenses": google, "microsoft_licenses": 0, "google_inboxes_per_domain": 2}), domains)
}

/// A plan and how many domains it asks for: small ones, because every domain is an event.
fn plan(dice: &Dice, bundle: &str) -> (Value, u64) {
    const OF_THE_BUNDLE: u64 = 4;
    if dice.chance(60) {
        return (json!({ "bundle_id": bundle }), OF_THE_BUNDLE);
    }
    let (google, microsoft) = (dice.between(1, 3), u64::from(dice.chance(150)));
    let plan = json!({"google_licenses": google, "microsoft_licenses": microsoft, "google_inboxes_per_domain": 2});
    (plan, google.div_ceil(2).saturating_add(microsoft))
}
