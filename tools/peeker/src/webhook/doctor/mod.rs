//! Diagnoses many rejected deliveries: how they are signed, and which setting would accept them.

pub(crate) mod advice;
mod clock;
pub(crate) mod diagnosis;
pub(crate) mod examine;
pub(crate) mod finding;
pub(crate) mod groups;
pub(crate) mod ring;
mod rule;
pub(crate) mod words;
