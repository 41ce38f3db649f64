//! Example bodies for the documentation.

use schemars::JsonSchema;
use serde::Serialize;

/// A body with a value that shows it.
pub trait Example: Serialize + JsonSchema + Sized {
    /// The value. `None` only where a part of it is not valid, which a test finds.
    fn example() -> Option<Self>;
}

impl<T: Example> Example for Vec<T> {
    fn example() -> Option<Self> {
        Some(vec![T::example()?])
    }
}
