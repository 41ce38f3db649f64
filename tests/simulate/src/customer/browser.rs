//! A customer's browser: the session's token, what it stores, and the diary of what it sends.

use crate::customer::character::{Character, Pays};
use crate::diary::{Attempt, Diary, Draft, Word};
use crate::dice::Dice;
use crate::fleet::{Answer, Fleet, Heard, ask};
use crate::time::START;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::protocol::order::Sent;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What all pages of a browser share.
#[derive(Debug, Default)]
struct Shared {
    token: String,
    /// What may have been placed, by the page that stored it, see `Effect::Remember`.
    kept: BTreeMap<usize, Sent>,
    /// Number of payments that its customer was asked for.
    payments: u64,
}

/// One customer's browser. Clones are the same browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) fleet: Fleet,
    pub(crate) diary: Diary,
    pub(crate) dice: Dice,
    pub(crate) name: String,
    /// Its address.
    pub(crate) customer: String,
    /// Whether its pages get another session when one has ended.
    pub(crate) renews: bool,
    /// How its customer pays.
    pub(crate) pays: Pays,
    /// What the partner grants.
    grant: Arc<Value>,
    shared: Arc<Mutex<Shared>>,
}

impl Browser {
    pub(crate) fn new(fleet: Fleet, diary: Diary, character: &Character, dice: Dice) -> Self {
        let name = diary.open().name();
        let mut grant =
            json!({"customer": character.email, "plan": character.plan, "ttl_seconds": character.session_life});
        if let (Some(client_id), Some(grant)) = (character.client_id, grant.as_object_mut()) {
            grant.insert("sequencer".to_owned(), json!({ "client_id": client_id }));
        }
        let (customer, renews, pays) = (character.email.clone(), character.renews, character.pays);
        Self { fleet, diary, dice, name, customer, renews, pays, grant: Arc::new(grant), shared: Arc::default() }
    }

    /// Milliseconds since the start of the world.
    pub(crate) fn now(&self) -> u64 {
        self.fleet.shop.timeline.millis()
    }

    /// Milliseconds since 1970, by this browser's clock.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(START).unwrap_or(0).saturating_mul(1_000).saturating_add(self.now())
    }

    /// Whether the customer is gone for good: nothing is asked for any more, and nothing that still comes is read.
    pub(crate) fn has_left(&self) -> bool {
        self.fleet.shop.erasures.has_left(&self.customer)
    }

    pub(crate) fn token(&self) -> String {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).token.clone()
    }

    /// How its customer pays for the first time; `None` once it has.
    pub(crate) fn pays_first(&self) -> Option<Pays> {
        let is_first = self.shared.lock().unwrap_or_else(PoisonError::into_inner).payments == 0;
        is_first.then_some(self.pays)
    }

    /// The number of the next payment, from 0.
    pub(crate) fn next_payment(&self) -> u64 {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let number = shared.payments;
        shared.payments = number.saturating_add(1);
        number
    }

    /// What is stored of orders that may have been placed, by the pages that stored it.
    pub(crate) fn kept(&self) -> BTreeMap<usize, Sent> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).kept.clone()
    }

    /// Stores it for the page `visit`, as the element does: where it is not known what was sent, what was stored before says
    /// more.
    pub(crate) fn keep(&self, visit: usize, sent: Sent) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if !sent.domains.is_empty() || shared.kept.is_empty() {
            shared.kept.insert(visit, sent);
        }
    }

    /// Removes what the page `visit` has stored, and what it has `taken` up of others.
    pub(crate) fn forget(&self, visit: usize, taken: &BTreeMap<usize, Sent>) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.kept.retain(|page, sent| *page != visit && taken.get(page) != Some(sent));
    }

    /// Removes what any page has stored of `session`: its order is known, and it has no other.
    pub(crate) fn settle(&self, session: &str) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.kept.retain(|_, sent| sent.session != session);
    }

    /// The partner's backend mints a session.
    pub(crate) async fn mint(&self) -> bool {
        let key = self.fleet.shop.values.partner_key().to_owned();
        if self.has_left() {
            return false;
        }
        let grant = Some(Value::clone(&self.grant));
        let heard = ask(&self.fleet, &self.name, Method::POST, "/v1/sessions", &key, grant).await;
        let Heard::Answer(Answer { status: StatusCode::CREATED, body, .. }) = heard else {
            return false;
        };
        let text = |path: &str| body.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let token = text("/data/token").unwrap_or_default();
        self.diary.open().begin_session(text("/data/id"));
        let is_minted = !token.is_empty();
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).token = token;
        is_minted
    }

    /// Adds a draft to the diary and says which it is.
    pub(crate) fn fill_in(&self, character: &Character) -> usize {
        let mut pages = self.diary.open();
        let variant = pages.drafts.len();
        let mark = format!("Lovelace-{}-{variant}", character.number);
        pages.drafts.push(Draft { mark, domains: character.names(variant) });
        variant
    }

    /// The draft as it is sent.
    pub(crate) fn body(&self, character: &Character, draft: usize, quote: Option<&str>) -> Option<Value> {
        let pages = self.diary.open();
        let draft = pages.drafts.get(draft)?;
        let picture = character.unreachable.then_some("https://pictures.acme-shop.com/unreachable.png");
        let domains: Vec<Value> = draft.domains.iter().map(|domain| json!({ "domain": domain })).collect();
        let mut body = json!({
            "domains": domains,
            "personas": [{"first_name": "Ada", "last_name": draft.mark, "profile_picture_url": picture}],
            "forwarding_url": "https://www.acme-shop.com/",
        });
        if let (Some(quote), Some(body)) = (quote, body.as_object_mut()) {
            body.insert("quote".to_owned(), quote.into());
        }
        Some(body)
    }

    /// Writes down that a page sends `draft`. Returns the attempt's index.
    pub(crate) fn begin_attempt(&self, visit: usize, draft: usize, session: String, is_due: bool) -> usize {
        let started = self.now();
        let mut pages = self.diary.open();
        pages.attempts.push(Attempt { draft, visit, session, is_due, started, ended: None, word: Word::Nothing });
        let index = pages.attempts.len().saturating_sub(1);
        drop(pages);
        self.diary.order();
        index
    }

    /// Writes down what the functions said to an attempt.
    pub(crate) fn end_attempt(&self, attempt: Option<usize>, word: Word) {
        let now = self.now();
        let word = if self.has_left() { Word::Nothing } else { word };
        let mut pages = self.diary.open();
        if let Some(found) = attempt.and_then(|attempt| pages.attempts.get_mut(attempt)) {
            (found.ended, found.word) = (Some(now), word);
        }
    }
}
