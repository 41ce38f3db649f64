//! The whole product on one machine: a sandbox that behaves like Peeker, a DynamoDB, and the real functions,
//! each behind its own socket. The suites run against it, and `cargo xtask demo` is it with a page in front.

mod database;
mod stack;
mod values;

pub use stack::{OTHER_DYNAMODB, Stack, StackConfig, StackError, TABLE, listen};
pub use values::Values;
