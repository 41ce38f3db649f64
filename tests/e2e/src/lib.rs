//! The whole product on one machine: a sandbox of Peeker, a DynamoDB, and the real functions, each behind its own
//! socket. The suites run against it, and `cargo xtask demo` adds a page.

mod database;
mod error;
mod port;
mod stack;
mod stack_config;
mod values;

pub use error::StackError;
pub use port::listen;
pub use stack::{OTHER_DYNAMODB, SESSION_AUDIENCE, Stack, TABLE};
pub use stack_config::{Beside, LIVE_KEY, LIVE_SECRET, StackConfig};
pub use values::Values;
