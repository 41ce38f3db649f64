//! DynamoDB: items, updates, transactions, queries, and the calls that carry them out. It knows no entity.

pub(crate) mod at_most_once;
pub(crate) mod calls;
pub(crate) mod concurrent;
pub(crate) mod expression;
pub(crate) mod item;
pub(crate) mod query;
pub(crate) mod retry;
pub(crate) mod transaction;
pub(crate) mod update;
pub(crate) mod value;
pub(crate) mod write;
