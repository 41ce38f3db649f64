//! What the widget judges by itself, by room.

mod suggesting;
