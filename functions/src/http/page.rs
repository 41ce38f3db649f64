//! The fields of a page besides its rows.

use schemars::JsonSchema;
use serde::Serialize;

/// Rows of a page when the caller names no count: upstream's default.
pub const DEFAULT_PER_PAGE: u32 = 25;
/// Most rows of a page: upstream's limit.
pub const MAX_PER_PAGE: u32 = 100;

/// Links to the first and the next page.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Links {
    /// Path and query of the first page.
    pub first: String,
    /// Path and query of the next page; `null` on the last one.
    pub next: Option<String>,
}

/// Properties of the page.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Meta {
    /// Path of the list.
    pub path: &'static str,
    /// Maximum rows per page.
    #[schemars(range(min = 1, max = MAX_PER_PAGE))]
    pub per_page: u32,
    /// The rows.
    pub returned: usize,
    /// On the first page of `GET /v1/orders` with a session: orders of the customer that are being placed and not
    /// listed yet.
    #[schemars(range(min = 0, max = 50))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placing: Option<usize>,
}

impl Links {
    /// The only page of the list at `path`.
    pub fn of_one_page(path: &str) -> Self {
        Self { first: format!("{path}?per_page={DEFAULT_PER_PAGE}"), next: None }
    }
}

impl Meta {
    /// A page of one row of the list at `path`.
    pub const fn of_one_row(path: &'static str) -> Self {
        Self { path, per_page: DEFAULT_PER_PAGE, returned: 1, placing: None }
    }
}
