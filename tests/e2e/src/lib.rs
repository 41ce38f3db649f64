//! The whole product on one machine: a sandbox that behaves like Peeker, a DynamoDB, and the real functions,
//! each behind its own socket. The suites run against it, and `cargo xtask demo` is it with a page in front.

mod database;
mod stack;
mod stack_config;
mod values;

pub use stack::{OTHER_DYNAMODB, SESSION_AUDIENCE, Stack, StackError, TABLE, listen};
pub use stack_config::{Beside, LIVE_KEY, LIVE_SECRET, StackConfig};
pub use values::Values;
