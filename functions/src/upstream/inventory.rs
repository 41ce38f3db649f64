//! The partner's inventory: domains that are ready and on no order.

use crate::clock::Timestamp;
use crate::model::import_job::usable_for;
use crate::times;
use crate::upstream::call::Call;
use crate::upstream::paging::{page_token, rows_of};
use crate::upstream::{Upstream, UpstreamError};
use axum::http::StatusCode;
use serde_json::Value;
use shared::domain_name::DomainName;
use shared::root_domain;

/// Rows of a page: upstream's limit.
const PER_PAGE: &str = "100";

/// A domain of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryRow {
    /// The name in its one spelling.
    pub domain: DomainName,
    /// When it came in, on our clock.
    pub created_at: Option<Timestamp>,
    /// Providers that can host inboxes on it; empty when the row does not say.
    pub usable_for: Vec<String>,
}

/// A page of the inventory.
#[derive(Debug, Clone)]
pub struct InventoryPage {
    /// Its rows; what cannot be read as one is left out.
    pub rows: Vec<InventoryRow>,
    /// Opens the next page, when there is one.
    pub next: Option<String>,
}

impl Upstream {
    /// The first page of the inventory, or the one that `token` opens: one call.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn inventory_page(&self, token: Option<&str>) -> Result<InventoryPage, UpstreamError> {
        let mut query = vec![("category", "inventory"), ("per_page", PER_PAGE)];
        query.extend(token.map(|token| ("page_token", token)));
        let answer = self.call(&Call { query: &query, ..Call::get("/domains") }).await?;
        let Some(rows) = rows_of(&answer.data) else {
            // A value that is not a list says nothing about the rows.
            return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: answer.request_id });
        };
        let now = self.clock.now();
        let ours = |row: InventoryRow| InventoryRow {
            created_at: row.created_at.map(|at| times::on_our_clock(at, answer.date, now)),
            ..row
        };
        // A page that follows itself would follow itself for ever.
        let next = answer.next.as_deref().and_then(page_token).filter(|next| token != Some(next.as_str()));
        Ok(InventoryPage { rows: rows.iter().filter_map(read_row).map(ours).collect(), next })
    }
}

fn read_row(row: &Value) -> Option<InventoryRow> {
    // A row that says that it is on an order is not ready, whatever was asked for.
    let category = row.get("category").and_then(Value::as_str);
    if category.is_some_and(|category| category != "inventory") {
        return None;
    }
    Some(InventoryRow {
        domain: root_domain::read(row.get("domain")?.as_str()?).ok()?,
        created_at: row.get("created_at").and_then(times::read),
        usable_for: usable_for(row),
    })
}
