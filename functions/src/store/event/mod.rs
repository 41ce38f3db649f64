//! Events from upstream: the event, its entry in the timeline of an order, and the change of its entity, in one transaction.

mod item;
mod list;
mod news;
mod plan;
mod record;

pub use list::{EventRows, Room, StoredEvent};
pub use record::Recorded;
