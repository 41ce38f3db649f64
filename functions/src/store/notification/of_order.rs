//! Which notification a new status of an order, or of one of its domains, is: the one that the record did not have before.

use crate::clock::{Timestamp, to_iso};
use crate::model::notification::Notification;
use crate::model::notification::catalogue::Event;
use crate::model::notification::data::{
    DomainConnected, OrderCancelScheduled, OrderCancelled, OrderCompleted, OrderFailed, OrderNeedsAction,
    OrderRenewsSoon, UpstreamDrift,
};
use crate::model::notification::parts::{AboutOrder, ActionPart};
use crate::model::pending_action::WAITS;
use crate::model::projection::time_of_version;
use shared::domain_name::DomainName;
use shared::ids::OrderId;
use shared::order::OrderStatus;

/// What the record of an order said before.
#[derive(Debug, Clone, Default)]
pub(crate) struct Before {
    /// The status.
    pub(crate) status: Option<OrderStatus>,
    /// Its version.
    pub(crate) version: Option<i64>,
    /// Whether it was completed once.
    pub(crate) was_completed: bool,
}

/// Whether the partner hears of orders that come to be `status`.
pub(crate) const fn is_told(status: &OrderStatus) -> bool {
    !matches!(status, OrderStatus::InProgress | OrderStatus::Other(_))
}

/// Whether the partner hears of domains that come to be `status`.
pub(crate) fn is_told_of_domain(status: &str) -> bool {
    matches!(status, CONNECTED | WAITS)
}

/// A statement about an order: its status, with a version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement<'s> {
    pub(crate) order: &'s OrderId,
    pub(crate) status: &'s OrderStatus,
    pub(crate) version: i64,
    /// When a cancellation takes effect.
    pub(crate) cancels_at: Option<Timestamp>,
}

impl Statement<'_> {
    /// The notification of this statement; `None` when it says nothing new that the partner hears of.
    pub(crate) fn notification(&self, before: &Before, actions: &[ActionPart]) -> Option<Notification> {
        let base = before.version.map_or_else(|| "none".to_owned(), |version| version.to_string());
        let is_newest = before.version.is_none_or(|known| known < self.version);
        let is_change = before.status.as_ref() != Some(self.status);
        let is_first_completion = *self.status == OrderStatus::Completed && !before.was_completed;
        // An order that was completed and is something else by now was completed all the same: it has to be delivered.
        let key = match (is_newest && is_change, is_first_completion) {
            (true, _) => base.as_str(),
            (false, true) => "late",
            (false, false) => return None,
        };
        let about = AboutOrder::of(self.order.as_str(), self.status.as_str());
        let event = match self.status {
            OrderStatus::Completed => Event::OrderCompleted(OrderCompleted { about }),
            OrderStatus::ActionRequired => Event::OrderNeedsAction(waiting(about, actions)),
            OrderStatus::Failed => Event::OrderFailed(OrderFailed { about }),
            OrderStatus::CancelScheduled => {
                let cancels_at = self.cancels_at.map(to_iso);
                Event::OrderCancelScheduled(OrderCancelScheduled { about, cancels_at })
            }
            OrderStatus::Cancelled => Event::OrderCancelled(OrderCancelled { about }),
            OrderStatus::InProgress | OrderStatus::Other(_) => return None,
        };
        Some(self.of(event, &[self.order.as_str(), key]))
    }

    /// The notification that the record had another status, and no event has said so.
    pub(crate) fn drift(&self, before: &Before) -> Option<Notification> {
        let (version, recorded) = (before.version?, before.status.as_ref()?);
        if recorded == self.status || version >= self.version {
            return None;
        }
        let about = AboutOrder::of(self.order.as_str(), self.status.as_str());
        let event = Event::UpstreamDrift(UpstreamDrift { about, recorded_status: recorded.as_str().to_owned() });
        Some(self.of(event, &[self.order.as_str(), &version.to_string()]))
    }

    /// The notification that the order renews at `renews_at`.
    pub(crate) fn renewal(&self, renews_at: Timestamp) -> Notification {
        let about = AboutOrder::of(self.order.as_str(), self.status.as_str());
        let renews_at = to_iso(renews_at);
        let fact = [self.order.as_str(), renews_at.as_str()];
        self.of(Event::OrderRenewsSoon(OrderRenewsSoon { about, renews_at: renews_at.clone() }), &fact)
    }

    fn of(&self, event: Event, fact: &[&str]) -> Notification {
        Notification::of_order(event, fact, self.version, time_of_version(self.version))
    }
}

/// What the record of a domain said before.
#[derive(Debug, Clone, Default)]
pub(crate) struct DomainBefore {
    pub(crate) status: Option<String>,
    pub(crate) version: Option<i64>,
}

/// A statement about a domain of an order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DomainStatement<'s> {
    pub(crate) order: &'s OrderId,
    /// The status of the order when it was made.
    pub(crate) order_status: &'s OrderStatus,
    pub(crate) name: &'s DomainName,
    pub(crate) status: &'s str,
    pub(crate) provider: Option<&'s str>,
    pub(crate) version: i64,
}

/// The status of a domain that works.
const CONNECTED: &str = "connected";

impl DomainStatement<'_> {
    /// The notification of this statement; `None` when it says nothing new that the partner hears of.
    pub(crate) fn notification(&self, before: &DomainBefore) -> Option<Notification> {
        let is_newest = before.version.is_none_or(|known| known < self.version);
        if !is_newest || before.status.as_deref() == Some(self.status) {
            return None;
        }
        let about = AboutOrder::of(self.order.as_str(), self.order_status.as_str());
        let event = match self.status {
            CONNECTED => Event::DomainConnected(DomainConnected {
                about,
                domain: self.name.to_string(),
                provider: self.provider.map(str::to_owned),
            }),
            // The order itself waits: that was said already.
            WAITS if *self.order_status == OrderStatus::ActionRequired => return None,
            WAITS => Event::OrderNeedsAction(waiting(about, &[ActionPart::of_domain(self.name.as_str())])),
            _ => return None,
        };
        let base = before.version.map_or_else(|| "none".to_owned(), |version| version.to_string());
        let fact = [self.order.as_str(), self.name.as_str(), &base];
        Some(Notification::of_order(event, &fact, self.version, time_of_version(self.version)))
    }
}

/// Text, link and language are added when it is delivered.
fn waiting(about: AboutOrder, actions: &[ActionPart]) -> OrderNeedsAction {
    OrderNeedsAction {
        about,
        actions: actions.to_vec(),
        subject: String::new(),
        body: String::new(),
        link: None,
        language: String::new(),
    }
}
