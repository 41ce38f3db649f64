//! Imports of owned domains: the status of each job upstream, and the one customer that it belongs to.

mod interval;
mod listing;
mod record;
mod watch;
mod watched;

pub use listing::Stopped;
pub use record::StoredImport;
pub use watched::Watch;
