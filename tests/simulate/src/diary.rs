//! What one customer did and was told, in order: the truth is measured against it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What a customer was told about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// No answer of ours: the connection broke, the customer left, the function died.
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
    /// `400` or `409`: this cannot be ordered.
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
    pub(crate) started: u64,
    pub(crate) ended: u64,
    pub(crate) shown: Shown,
}

/// One answered `GET /v1/orders/{id}`.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) at: u64,
    /// `None`: there is no such order.
    pub(crate) status: Option<String>,
    /// Domains and how they stand.
    pub(crate) domains: Vec<(String, String)>,
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
    pub(crate) drafts: Vec<Draft>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) views: Vec<View>,
    pub(crate) sights: Vec<Sight>,
    pub(crate) switched: Vec<Switched>,
}

impl Pages {
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
        by_answers.chain(by_views)
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

    /// An order sets out.
    pub(crate) fn order(&self) {
        self.ordered.notify_one();
    }

    /// Waits until the first order sets out.
    pub(crate) async fn has_ordered(&self) {
        self.ordered.notified().await;
    }
}
