//! What a client of the order proxy sends, how it reads an answer, and how it behaves with an order: pure, without network or clock.
//!
//! A client reads only what it decides on ([`facts`]); a record that is only shown passes through untouched, as the host
//! holds it: a [`json::Json`] is a value of JavaScript in a browser, and of `serde_json` elsewhere.

pub mod answer;
pub mod facts;
pub mod json;
pub mod moment;
pub mod order;
pub mod problem;
pub mod request;
