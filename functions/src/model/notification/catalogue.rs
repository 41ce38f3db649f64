//! The catalogue: every type of notification. docs/notifications/ is generated from it.

use crate::model::notification::data::{
    DomainConnected, EndpointDisabled, EndpointRecovered, ImportCompleted, ImportNeedsNameservers, MarginBelowFloor,
    OrderCancelScheduled, OrderCancelled, OrderCompleted, OrderFailed, OrderNeedsAction, OrderNotPlaced, OrderPlaced,
    OrderRenewsSoon, UpstreamDrift,
};
use crate::model::notification::labels::Labels;
use crate::model::notification::parts::{AboutOrder, AboutSale, ImportPart, OrderPart};
use crate::model::notification::words::{action_text, language_of};
use serde::{Deserialize, Serialize};

/// Every type, in the order of the catalogue: endpoints choose among the same.
pub use shared::endpoint::TYPES as KINDS;

/// What happened: `type` and `data` of the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// An order was placed: capture the payment.
    #[serde(rename = "order.placed")]
    OrderPlaced(OrderPlaced),
    /// No order came of an approval or of an order that was sent: void the payment.
    #[serde(rename = "order.not_placed")]
    OrderNotPlaced(OrderNotPlaced),
    /// Every domain and inbox of an order is live.
    #[serde(rename = "order.completed")]
    OrderCompleted(OrderCompleted),
    /// Somebody has to do something before the order can continue.
    #[serde(rename = "order.needs_action")]
    OrderNeedsAction(OrderNeedsAction),
    /// An order cannot be completed.
    #[serde(rename = "order.failed")]
    OrderFailed(OrderFailed),
    /// An order ends at the end of the paid period.
    #[serde(rename = "order.cancel_scheduled")]
    OrderCancelScheduled(OrderCancelScheduled),
    /// An order has ended.
    #[serde(rename = "order.cancelled")]
    OrderCancelled(OrderCancelled),
    /// The paid period ends in seven days, and upstream charges for the next one.
    #[serde(rename = "order.renews_soon")]
    OrderRenewsSoon(OrderRenewsSoon),
    /// A domain works with its provider.
    #[serde(rename = "domain.connected")]
    DomainConnected(DomainConnected),
    /// A customer has to set the nameservers of domains that it imports.
    #[serde(rename = "import.needs_nameservers")]
    ImportNeedsNameservers(ImportNeedsNameservers),
    /// All domains of an import can be used, or were refused.
    #[serde(rename = "import.completed")]
    ImportCompleted(ImportCompleted),
    /// The record of an order differed from upstream, and was corrected.
    #[serde(rename = "upstream.drift")]
    UpstreamDrift(UpstreamDrift),
    /// The charge of an order is below the floor for its cost.
    #[serde(rename = "margin.below_floor")]
    MarginBelowFloor(MarginBelowFloor),
    /// An endpoint receives nothing any more, because it has failed for too long.
    #[serde(rename = "endpoint.disabled")]
    EndpointDisabled(EndpointDisabled),
    /// An endpoint receives notifications again.
    #[serde(rename = "endpoint.recovered")]
    EndpointRecovered(EndpointRecovered),
}

/// The part about an order of each type that has one, borrowed as `$event` is.
macro_rules! about {
    ($event:expr, $($borrow:tt)+) => {
        match $event {
            Event::OrderPlaced(data) => Some($($borrow)+ data.about),
            Event::OrderCompleted(data) => Some($($borrow)+ data.about),
            Event::OrderNeedsAction(data) => Some($($borrow)+ data.about),
            Event::OrderFailed(data) => Some($($borrow)+ data.about),
            Event::OrderCancelScheduled(data) => Some($($borrow)+ data.about),
            Event::OrderCancelled(data) => Some($($borrow)+ data.about),
            Event::OrderRenewsSoon(data) => Some($($borrow)+ data.about),
            Event::DomainConnected(data) => Some($($borrow)+ data.about),
            Event::UpstreamDrift(data) => Some($($borrow)+ data.about),
            Event::OrderNotPlaced(_)
            | Event::ImportNeedsNameservers(_)
            | Event::ImportCompleted(_)
            | Event::MarginBelowFloor(_)
            | Event::EndpointDisabled(_)
            | Event::EndpointRecovered(_) => None,
        }
    };
}

impl Event {
    /// Its type, such as `order.placed`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::OrderPlaced(_) => "order.placed",
            Self::OrderNotPlaced(_) => "order.not_placed",
            Self::OrderCompleted(_) => "order.completed",
            Self::OrderNeedsAction(_) => "order.needs_action",
            Self::OrderFailed(_) => "order.failed",
            Self::OrderCancelScheduled(_) => "order.cancel_scheduled",
            Self::OrderCancelled(_) => "order.cancelled",
            Self::OrderRenewsSoon(_) => "order.renews_soon",
            Self::DomainConnected(_) => "domain.connected",
            Self::ImportNeedsNameservers(_) => "import.needs_nameservers",
            Self::ImportCompleted(_) => "import.completed",
            Self::UpstreamDrift(_) => "upstream.drift",
            Self::MarginBelowFloor(_) => "margin.below_floor",
            Self::EndpointDisabled(_) => "endpoint.disabled",
            Self::EndpointRecovered(_) => "endpoint.recovered",
        }
    }

    /// The order that it is about.
    pub fn order(&self) -> Option<&OrderPart> {
        self.about().map(|about| &about.order)
    }

    /// The import that it is about.
    pub const fn import(&self) -> Option<&ImportPart> {
        match self {
            Self::ImportNeedsNameservers(data) => Some(&data.import),
            Self::ImportCompleted(data) => Some(&data.import),
            _ => None,
        }
    }

    /// The order, import or session that it is about: by this the notifications of a customer are found.
    pub fn about_id(&self) -> Option<&str> {
        match self {
            Self::OrderNotPlaced(data) => Some(&data.session),
            Self::MarginBelowFloor(data) => Some(&data.session),
            _ => {
                let order = self.order().map(|order| order.id.as_str());
                order.or_else(|| self.import().map(|import| import.id.as_str()))
            }
        }
    }

    const fn about(&self) -> Option<&AboutOrder> {
        about!(self, &)
    }

    const fn about_mut(&mut self) -> Option<&mut AboutOrder> {
        about!(self, &mut)
    }

    /// Sets the sequence of a fact about an order.
    pub(super) fn set_sequence(&mut self, sequence: u64) {
        if let Some(about) = self.about_mut() {
            about.sequence = sequence;
        }
    }

    /// Removes reference, metadata and approval, because the customer was erased.
    pub fn forget_labels(&mut self) {
        if let Self::OrderPlaced(OrderPlaced { approval, .. }) | Self::OrderNotPlaced(OrderNotPlaced { approval, .. }) =
            self
        {
            *approval = None;
        }
        let sale = match self {
            Self::OrderNotPlaced(data) => Some(&mut data.sale),
            Self::MarginBelowFloor(data) => Some(&mut data.sale),
            Self::ImportNeedsNameservers(data) => Some(&mut data.sale),
            Self::ImportCompleted(data) => Some(&mut data.sale),
            _ => None,
        };
        if let Some(sale) = sale {
            *sale = AboutSale::default();
        }
        if let Some(about) = self.about_mut() {
            (about.reference, about.metadata) = Default::default();
        }
    }

    /// Adds what the record of the order or the import says of its sale. An order that several sessions placed has the sale of the first
    /// one; `order.placed` has its own.
    pub(super) fn complete(&mut self, labels: &Labels, order_link: Option<&str>) {
        match self {
            Self::ImportNeedsNameservers(data) => data.import.customer.clone_from(&labels.customer),
            Self::ImportCompleted(data) => data.import.customer.clone_from(&labels.customer),
            _ => {}
        }
        let has_own = matches!(self, Self::OrderPlaced(_));
        let Some(about) = self.about_mut() else {
            return;
        };
        about.order.customer.clone_from(&labels.customer);
        if !has_own {
            about.reference.clone_from(&labels.reference);
            about.metadata.clone_from(&labels.metadata);
        }
        if let Self::OrderNeedsAction(data) = self {
            let id = data.about.order.id.as_str();
            data.link = labels.link_to(id, order_link);
            data.language = language_of(labels.locale.as_deref()).to_owned();
            let text = action_text(&data.language, id, &data.actions, data.link.as_deref());
            (data.subject, data.body) = (text.subject, text.body);
        }
    }
}
