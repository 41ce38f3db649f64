//! Notifications to the partner's backend: each is written with its fact, in one transaction; how it is delivered to each
//! endpoint, and every attempt, are items of the same partition.

mod attempt;
mod delivery;
mod due;
mod forget;
pub(crate) mod item;
mod list;
pub(crate) mod of_order;
pub(crate) mod of_placement;
mod read;
mod redeliver;

pub use attempt::{After, Attempt};
pub use delivery::{Delivery, DeliveryState};
pub use due::started_by;
pub(crate) use item::notification_put;
pub use read::{StoredNotification, Waiting};
