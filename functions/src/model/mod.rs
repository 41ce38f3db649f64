//! What the table, upstream and the functions share: the states of a placement, statements of events, import jobs. No
//! I/O.

pub mod import_job;
pub mod placement;
pub mod projection;
pub mod rate;
pub mod redact;
