//! Orders: a partition of small items each. Writes commute: a value that may change has a version, and for a value that
//! never changes the first write wins.

pub(crate) mod change;
pub(crate) mod documents;
pub(crate) mod facts;
pub(crate) mod full;
pub(crate) mod head;
pub(crate) mod inboxes;
pub(crate) mod look;
pub(crate) mod placed;
mod read;
mod view;

pub use documents::FullOrder;
pub use head::OrderHead;
pub use look::{Observation, SILENT_AFTER};
pub use view::StoredOrder;
