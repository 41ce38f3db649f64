//! Placements: the record of placing one order, one for each session.

mod approved;
mod count;
mod draft;
mod finish;
mod item;
mod parts;
mod record;
mod settle;

pub use approved::Moved;
pub use settle::Ending;
