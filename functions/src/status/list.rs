//! `GET /v1/orders`: all of the partner's orders, or one customer's, newest first. A customer gets its own.

use crate::clock::{Timestamp, from_iso};
use crate::failure::Failure;
use crate::http::query::{ListId, Parameters, token_of};
use crate::http::reply;
use crate::session::Access;
use crate::status::Window;
use crate::store::buckets::orders_of_month;
use crate::store::list::{Mark, Page, order_of};
use crate::store::order_view::OrderHead;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use shared::customer::{customer_key, is_customer, is_pseudonym};
use shared::order::{Costs, OrderStatus};

/// Months without any order after which the list ends: a shop that sold nothing for a year has no older orders.
const EMPTY_MONTHS: u32 = 12;
/// Pages of the index that one call reads: a rare status may need several calls, each with fewer rows than asked for.
const MAX_READS: u32 = 40;
/// Seconds by which upstream's clock may be ahead of ours.
const AHEAD: Timestamp = 60 * 60;

#[derive(Serialize)]
struct Row {
    id: String,
    /// Absent for the customer itself, `null` when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Option<String>>,
    status: OrderStatus,
    #[serde(rename = "final")]
    is_final: bool,
    domain_count: u32,
    costs: Option<Costs>,
    created_at: Option<String>,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    renews_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancels_at: Option<String>,
}

pub(super) async fn orders(
    State(window): State<Window>,
    access: Access,
    mut parameters: Parameters,
) -> Result<Response, Failure> {
    let asked = match &access {
        Access::Partner => customer_of(&mut parameters),
        // Left in the query, `customer` is refused as unknown: a session lists its own orders.
        Access::Customer(_) => None,
    };
    let customer = match &access {
        Access::Partner => asked.clone(),
        Access::Customer(session) => Some(customer_key(&session.customer)),
    };
    let status = parameters.word("status");
    let per_page = parameters.per_page();
    let list = ListId::new("/v1/orders", &[("customer", customer.as_deref()), ("status", status.as_deref())]);
    let mark = parameters.page_token(&list, |mark| is_mark(mark, customer.is_none()));
    parameters.finish()?;
    // Orders that are on their way are not among the rows yet: another session of the customer has to know of them.
    let placing = match &access {
        Access::Customer(session) if mark.is_none() => Some(window.store.count_placing(&session.customer).await?),
        _ => None,
    };
    let wanted = |order: &OrderHead| status.as_deref().is_none_or(|word| order.status.as_str() == word);
    let mut walk = Walk::new(customer.as_deref(), mark, window.keys.clock.now());
    let mut rows = Vec::new();
    let most = usize::try_from(per_page).unwrap_or(usize::MAX);
    for _ in 0..MAX_READS {
        let left = i32::try_from(most.saturating_sub(rows.len())).unwrap_or(i32::MAX);
        if left == 0 || walk.ended {
            break;
        }
        let page = walk.read(&window, left).await?;
        let ids: Vec<_> = page.places.iter().filter_map(|place| order_of(&place.pk)).collect();
        let heads = window.store.order_heads(&ids).await?.into_iter().filter(wanted);
        rows.extend(heads.map(|head| row(head, matches!(access, Access::Partner))));
    }
    let next = walk.mark.as_ref().filter(|_| !walk.ended).and_then(|mark| token_of(list, mark));
    let filters: Vec<(&str, &str)> = [("customer", &asked), ("status", &status)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect();
    let more: Vec<(&str, Value)> = placing.map(|count| ("placing", count.into())).into_iter().collect();
    Ok(reply::page_with("/v1/orders", &filters, per_page, &rows, next.as_deref(), &more))
}

/// Whether a list of orders can end a page at `mark`; that of all orders goes by months.
fn is_mark(mark: &Mark, by_month: bool) -> bool {
    let is_bucket = if by_month { month_of(&mark.bucket).is_some() } else { mark.bucket.is_empty() };
    let is_start = by_month && mark.at.is_empty() && mark.pk.is_empty();
    is_bucket && (is_start || (mark.time().is_some() && order_of(&mark.pk).is_some()))
}

/// The partner's filter, in the spelling of the table.
fn customer_of(parameters: &mut Parameters) -> Option<String> {
    let customer = customer_key(&parameters.take("customer")?);
    if !is_customer(&customer) && !is_pseudonym(&customer) {
        let message = match customer.contains(' ') {
            true => "Write + as %2B: in a query, a bare + means a blank.",
            false => "Give an e-mail address, upstream's usr_… id, or what stands for a forgotten customer.",
        };
        parameters.blame("customer", "customer_invalid", message);
    }
    Some(customer)
}

fn row(head: OrderHead, with_customer: bool) -> Row {
    Row {
        id: head.id.to_string(),
        customer: with_customer.then_some(head.customer),
        is_final: head.status.is_final(),
        status: head.status,
        domain_count: head.domain_count.unwrap_or(0),
        costs: head.costs,
        created_at: head.created_at,
        updated_at: head.updated_at,
        renews_at: head.renews_at,
        cancels_at: head.cancels_at,
    }
}

/// Walks one customer's orders, or month after month back through all.
struct Walk<'c> {
    customer: Option<&'c str>,
    month: Timestamp,
    empty_months: u32,
    mark: Option<Mark>,
    ended: bool,
}

impl<'c> Walk<'c> {
    fn new(customer: Option<&'c str>, mark: Option<Mark>, now: Timestamp) -> Self {
        let marked = mark.as_ref().and_then(|mark| month_of(&mark.bucket));
        let month = marked.unwrap_or_else(|| now.saturating_add(AHEAD));
        Self { customer, month, empty_months: 0, mark, ended: false }
    }

    async fn read(&mut self, window: &Window, limit: i32) -> Result<Page, Failure> {
        // A mark without a place stands at the start of its month.
        let after = self.mark.as_ref().filter(|mark| !mark.at.is_empty());
        let page = match self.customer {
            Some(customer) => window.store.list_orders_of(customer, after, limit).await?,
            None => window.store.list_orders(&orders_of_month(self.month), after, limit).await?,
        };
        match (&page.end, self.customer) {
            (Some(end), Some(_)) => self.mark = Some(Mark { bucket: String::new(), ..end.clone() }),
            (Some(end), None) => self.mark = Some(end.clone()),
            (None, Some(_)) => self.ended = true,
            (None, None) => self.go_back(page.places.is_empty() && after.is_none()),
        }
        Ok(page)
    }

    fn go_back(&mut self, was_empty: bool) {
        self.empty_months = if was_empty { self.empty_months.saturating_add(1) } else { 0 };
        self.ended = self.empty_months >= EMPTY_MONTHS;
        let bucket = orders_of_month(self.month);
        self.month = month_of(&bucket).unwrap_or(self.month).saturating_sub(1);
        self.mark = Some(Mark { bucket: orders_of_month(self.month), at: String::new(), pk: String::new() });
    }
}

/// The first second of the month of a bucket.
fn month_of(bucket: &str) -> Option<Timestamp> {
    from_iso(&format!("{}-01T00:00:00Z", bucket.strip_prefix("ORDERS#")?))
}
