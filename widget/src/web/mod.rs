//! The client in a browser, in a worker, or in Node: its network, timers and promises, and its exports for JavaScript.

mod checkout;
mod fetch;
mod given;
mod host;
mod json;
mod page;
mod state;
mod types;
mod values;
