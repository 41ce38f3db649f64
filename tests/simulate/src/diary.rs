//! What one customer did, what the functions answered, and what its pages told it: the truth is measured against it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What the functions answered to an order, whether or not the answer arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// No answer of ours: the request got lost, the customer left, the function died.
    Nothing,
    /// `201`: this order.
    Placed {
        /// Upstream's id.
        id: String,
        /// What it costs.
        total_cents: Option<u64>,
    },
    /// `202`.
    Placing,
    /// `400`, `402` or `409`: this cannot be ordered.
    Refused(String),
    /// `401`, `429`, `5xx`: it did not work out.
    Failed(String),
}

/// One order as the customer filled it in.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// The last name of its first persona, which no other draft has.
    pub(crate) mark: String,
    pub(crate) domains: Vec<String>,
}

/// One `POST /v1/orders`.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// Index of the draft.
    pub(crate) draft: usize,
    /// The visit whose page sent it.
    pub(crate) visit: usize,
    /// The session that it was sent in.
    pub(crate) session: String,
    /// Whether the customer had asked for it, and the page had asked the session after an earlier answer got lost.
    pub(crate) is_due: bool,
    pub(crate) started: u64,
    /// When the function was done with it, whether or not anybody listened.
    pub(crate) ended: Option<u64>,
    pub(crate) word: Word,
}

/// What `GET /v1/session` said of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    Order(String),
    Placing,
    None,
}

/// One answered `GET /v1/session`.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) session: String,
    pub(crate) started: u64,
    pub(crate) ended: u64,
    pub(crate) shown: Shown,
}

/// An order at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) at: u64,
    pub(crate) status: String,
    /// Domains and how they stand.
    pub(crate) domains: Vec<(String, String)>,
}

/// What a page tells its customer about the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing is ordered.
    Nothing,
    /// An order may be there; the word is the state's.
    Unsure(&'static str),
    /// This order is there.
    Order {
        /// Upstream's id.
        id: String,
        /// How it stands.
        status: String,
        /// Its domains, and how they stand; none before its record was read.
        domains: Vec<(String, String)>,
        /// Whether that will not change any more.
        is_final: bool,
        /// Whether the page says that it may be out of date.
        is_stale: bool,
    },
}

/// What a page told at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) at: u64,
    /// When the request was sent that it follows from.
    pub(crate) since: u64,
    /// The session that the page had read last.
    pub(crate) session: String,
    pub(crate) told: Told,
}

/// One page, from its opening to its end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visit {
    pub(crate) opened: u64,
    pub(crate) closed: Option<u64>,
    /// What it told, and when that changed.
    pub(crate) statements: Vec<Statement>,
    /// Whether it was the customer's last look, when everything was quiet.
    pub(crate) is_last: bool,
}

/// Nameservers that the customer has set.
#[derive(Debug, Clone)]
pub(crate) struct Switched {
    /// Domains of the import that were the customer's then.
    pub(crate) names: Vec<String>,
    pub(crate) at: u64,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pages {
    pub(crate) number: u64,
    /// The customer's address.
    pub(crate) customer: String,
    pub(crate) session: Option<String>,
    /// Every session, the newest last.
    pub(crate) sessions: Vec<String>,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) views: Vec<View>,
    pub(crate) visits: Vec<Visit>,
    /// When a page looked at an order whose id it knew, and the functions did not know it.
    pub(crate) not_found: Vec<u64>,
    pub(crate) switched: Vec<Switched>,
}

impl Pages {
    /// The partner minted another session.
    pub(crate) fn begin_session(&mut self, id: Option<String>) {
        self.sessions.extend(id.clone());
        self.session = id;
    }

    /// How reports call the customer.
    pub(crate) fn name(&self) -> String {
        format!("customer {}", self.number)
    }

    /// Every order id that the customer was ever told.
    pub(crate) fn told(&self) -> impl Iterator<Item = &str> {
        let by_answers = self.attempts.iter().filter_map(|attempt| match &attempt.word {
            Word::Placed { id, .. } => Some(id.as_str()),
            _ => None,
        });
        let by_views = self.views.iter().filter_map(|view| match &view.shown {
            Shown::Order(id) => Some(id.as_str()),
            _ => None,
        });
        by_answers.chain(by_views).chain(self.told_by_pages())
    }

    /// Every order id that a page ever told.
    pub(crate) fn told_by_pages(&self) -> impl Iterator<Item = &str> {
        let statements = self.visits.iter().flat_map(|visit| &visit.statements);
        statements.filter_map(|statement| match &statement.told {
            Told::Order { id, .. } => Some(id.as_str()),
            Told::Nothing | Told::Unsure(_) => None,
        })
    }
}

/// A customer's pages, written by several tabs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary {
    pages: Arc<Mutex<Pages>>,
    ordered: Arc<Notify>,
}

impl Diary {
    pub(crate) fn of(number: u64, customer: &str) -> Self {
        let pages = Pages { number, customer: customer.to_owned(), ..Pages::default() };
        Self { pages: Arc::new(Mutex::new(pages)), ordered: Arc::default() }
    }

    pub(crate) fn open(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page is opened. Returns its index.
    pub(crate) fn begin_visit(&self, opened: u64) -> usize {
        let mut pages = self.open();
        pages.visits.push(Visit { opened, ..Visit::default() });
        pages.visits.len().saturating_sub(1)
    }

    /// The page of `visit` is closed.
    pub(crate) fn end_visit(&self, visit: usize, now: u64) {
        if let Some(visit) = self.open().visits.get_mut(visit) {
            visit.closed = Some(now);
        }
    }

    /// The page of `visit` was looked at when everything was quiet.
    pub(crate) fn look_last(&self, visit: usize) {
        if let Some(visit) = self.open().visits.get_mut(visit) {
            visit.is_last = true;
        }
    }

    /// The page of `visit` shows this. It is written down when it is news.
    pub(crate) fn tell(&self, visit: usize, statement: Statement) {
        if let Some(visit) = self.open().visits.get_mut(visit)
            && visit
                .statements
                .last()
                .is_none_or(|last| last.told != statement.told || last.session != statement.session)
        {
            visit.statements.push(statement);
        }
    }

    /// An order sets out.
    pub(crate) fn order(&self) {
        self.ordered.notify_one();
    }

    /// Waits until the first order sets out.
    pub(crate) async fn has_ordered(&self) {
        self.ordered.notified().await;
    }
}
