//! Customers who have left: when, and with which requests in progress.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One customer who left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Erasure {
    /// Milliseconds since the start of the world; the customer sends no request after it.
    pub(crate) left: u64,
    /// The time when the partner was informed of the completion.
    pub(crate) done: Option<u64>,
}

/// Requests in progress of one customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct UnderWay {
    pub(crate) orders: u32,
    pub(crate) others: u32,
}

/// All requests and erasures, by e-mail address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Erasures {
    left: Arc<Mutex<BTreeMap<String, Erasure>>>,
    under_way: Arc<Mutex<BTreeMap<String, UnderWay>>>,
}

impl Erasures {
    pub(crate) fn change(&self, customer: &str, change: impl FnOnce(&mut Erasure)) {
        let mut erasures = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        change(erasures.entry(customer.to_owned()).or_default());
    }

    pub(crate) fn under_way(&self, customer: &str) -> UnderWay {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.get(customer).copied().unwrap_or_default()
    }

    /// Starts a request of `customer`; it ends when the result is dropped.
    pub(crate) fn begin(&self, customer: &str, is_order: bool) -> Request {
        let request = Request { erasures: self.clone(), customer: customer.to_owned(), is_order };
        request.count(1);
        request
    }

    /// Whether `customer` has left.
    pub(crate) fn has_left(&self, customer: &str) -> bool {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).contains_key(customer)
    }

    /// All customers who have left.
    pub(crate) fn all(&self) -> BTreeMap<String, Erasure> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A request in progress.
#[derive(Debug)]
pub(crate) struct Request {
    erasures: Erasures,
    customer: String,
    is_order: bool,
}

impl Request {
    fn count(&self, by: i32) {
        let mut under_way = self.erasures.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = under_way.entry(self.customer.clone()).or_default();
        let count = if self.is_order { &mut counted.orders } else { &mut counted.others };
        *count = count.saturating_add_signed(by);
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.count(-1);
    }
}

/// A customer who was erased.
#[derive(Debug, Clone)]
pub(crate) struct Erased {
    pub(crate) customer: String,
    /// Personal data in lower case: e-mail address, upstream's ids, and the beginnings of the personas' names.
    pub(crate) words: Vec<String>,
    /// Whether the partner was informed of the completion.
    pub(crate) is_done: bool,
}
