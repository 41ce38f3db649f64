//! What the table, upstream and the functions share: the states of a placement and of its approval, statements of events,
//! import jobs. No I/O.

pub mod amount_text;
pub mod approval;
pub mod approval_due;
pub mod endpoint_health;
pub mod import_job;
pub mod notification;
pub mod pending_action;
pub mod placement;
pub mod projection;
pub mod rate;
pub mod redact;
pub mod sale;
