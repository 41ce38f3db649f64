//! `GET /v1/orders`: all of the partner's orders, or one customer's, newest first. A customer gets its own.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::http::page::{DEFAULT_PER_PAGE, MAX_PER_PAGE};
use crate::http::query::{ListId, Parameters, token_of};
use crate::http::reply;
use crate::session::Access;
use crate::status::amounts::{Amounts, SaleView};
use crate::status::api::StatusApi;
use crate::store::key::index::{orders_of_month, start_of_month};
use crate::store::list::{Cursor, Page, Place};
use crate::store::order::OrderHead;
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use shared::customer::{MAX_CUSTOMER_LENGTH, customer_key, is_customer, is_pseudonym};
use shared::domain_name::{DomainName, MAX_NAME_LENGTH};
use shared::order::{Charge, Costs, OrderStatus};
use shared::root_domain;
use shared::schema;
use shared::session_grant::labels::MAX_LABEL;

/// Months without any order after which the list ends: a shop that sold nothing for a year has no older orders.
const EMPTY_MONTHS: u32 = 12;
/// Pages of the index that one call reads: a rare status may need several calls, each with fewer rows than asked for.
const MAX_READS: u32 = 40;
/// Seconds by which upstream's clock may be ahead of ours.
const AHEAD: Timestamp = 60 * 60;

/// An order in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OrderRow")]
pub(super) struct Row {
    /// Upstream's `ord_…`.
    #[schemars(with = "schema::Id")]
    pub(super) id: String,
    /// The customer: partner only; `null` if unknown.
    #[schemars(with = "schema::TextOrNull")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<Option<String>>,
    /// Latest known status, such as `in_progress`.
    pub(super) status: OrderStatus,
    /// Whether the status is final.
    #[serde(rename = "final")]
    pub(super) is_final: bool,
    /// Number of domains in the order.
    pub(super) domain_count: u32,
    /// Price that upstream charges the partner, if upstream's amounts are shown; `null` until it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("$comment" = "may also be absent"))]
    pub(super) costs: Option<Option<Costs>>,
    /// Price that the customer pays; absent if no amounts are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) charge: Option<Charge>,
    #[serde(flatten)]
    pub(super) sale: Option<SaleView>,
    /// When upstream accepted the order, ISO 8601; `null` until it is known.
    pub(super) created_at: Option<String>,
    /// Time of the latest change, ISO 8601 in UTC.
    #[schemars(with = "schema::Time")]
    pub(super) updated_at: String,
    /// When the paid period ends, ISO 8601; absent until it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) renews_at: Option<String>,
    /// When a cancellation takes effect, ISO 8601; absent without a cancellation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cancels_at: Option<String>,
}

/// Which orders to list.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameters")]
pub(super) struct OrderFilters {
    /// Only orders of this customer; partner only. Encode + as %2B.
    #[schemars(length(max = MAX_CUSTOMER_LENGTH))]
    customer: Option<String>,
    /// Only orders of sessions with this reference, for the partner alone.
    #[schemars(length(max = MAX_LABEL))]
    reference: Option<String>,
    /// Only orders with this domain.
    #[schemars(length(max = MAX_NAME_LENGTH))]
    domain: Option<String>,
    /// Only orders with this status.
    status: Option<String>,
    /// Maximum rows per page; a page may have fewer.
    #[schemars(range(min = 1, max = MAX_PER_PAGE), extend("default" = DEFAULT_PER_PAGE))]
    per_page: Option<u32>,
    /// Value of `page_token` in `links.next`, unchanged.
    page_token: Option<String>,
}

pub(super) async fn orders(
    State(status_api): State<StatusApi>,
    access: Access,
    mut parameters: Parameters<OrderFilters>,
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
    let reference = match &access {
        Access::Partner => parameters.take("reference"),
        // As `customer`: a session does not know references.
        Access::Customer(_) => None,
    };
    let domain = domain_of(&mut parameters);
    let domain_name = domain.as_ref().map(ToString::to_string);
    let status = parameters.word("status");
    let per_page = parameters.per_page();
    let filters =
        [("reference", reference.as_deref()), ("domain", domain_name.as_deref()), ("status", status.as_deref())];
    let mut of_list = filters.to_vec();
    of_list.push(("customer", customer.as_deref()));
    let list = ListId::new("/v1/orders", &of_list);
    let cursor = parameters.page_token(&list, |cursor| is_cursor(cursor, customer.is_none()));
    parameters.finish()?;
    // Orders that are on their way are not among the rows yet: another session of the customer has to know of them.
    let placing = match &access {
        Access::Customer(session) if cursor.is_none() => Some(status_api.store.count_placing(&session.customer).await?),
        _ => None,
    };
    let wanted = |order: &OrderHead| {
        let own = order.sale.as_ref().and_then(|sale| sale.labels.reference.as_deref());
        status.as_deref().is_none_or(|word| order.status.as_str() == word)
            && reference.as_deref().is_none_or(|reference| own == Some(reference))
    };
    let mut walk = Walk::new(customer.as_deref(), cursor, status_api.keys.clock.now());
    let mut rows = Vec::new();
    let most = usize::try_from(per_page).unwrap_or(usize::MAX);
    for _ in 0..MAX_READS {
        let left = i32::try_from(most.saturating_sub(rows.len())).unwrap_or(i32::MAX);
        if left == 0 || walk.ended {
            break;
        }
        let page = walk.read(&status_api, left).await?;
        let ids: Vec<_> = page.places.iter().filter_map(Place::order_id).collect();
        let mut heads = status_api.store.order_heads(&ids).await?;
        heads.retain(wanted);
        if let Some(domain) = &domain {
            heads = status_api.store.with_domain(heads, domain).await?;
        }
        rows.extend(heads.into_iter().map(|head| row(head, &access)));
    }
    let next = walk.cursor.as_ref().filter(|_| !walk.ended).and_then(|cursor| token_of(list, cursor));
    let filters: Vec<(&str, &str)> = [("customer", asked.as_deref())]
        .into_iter()
        .chain(filters)
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    Ok(reply::page_with("/v1/orders", &filters, per_page, &rows, next.as_deref(), placing))
}

/// Whether `cursor` is valid in this list; that of all orders goes by months.
fn is_cursor(cursor: &Cursor, by_month: bool) -> bool {
    let is_bucket = if by_month { start_of_month(&cursor.bucket).is_some() } else { cursor.bucket.is_empty() };
    let is_start = by_month && cursor.at.is_empty() && cursor.pk.is_empty();
    is_bucket && (is_start || (cursor.time().is_some() && cursor.order_id().is_some()))
}

/// The domain of the filter.
pub(super) fn domain_of<Q>(parameters: &mut Parameters<Q>) -> Option<DomainName> {
    let name = root_domain::read(&parameters.take("domain")?);
    name.map_err(|problem| parameters.add_finding("domain", problem.code(), problem.message())).ok()
}

/// The partner's filter, in the spelling of the table.
pub(super) fn customer_of<Q>(parameters: &mut Parameters<Q>) -> Option<String> {
    let customer = customer_key(&parameters.take("customer")?);
    if !is_customer(&customer) && !is_pseudonym(&customer) {
        let message = match customer.contains(' ') {
            true => "Write + as %2B: in a query, a bare + means a blank.",
            false => "Give an e-mail address, upstream's usr_… id, or the pseudonym of a forgotten customer.",
        };
        parameters.add_finding("customer", "customer_invalid", message);
    }
    Some(customer)
}

fn row(head: OrderHead, access: &Access) -> Row {
    let amounts = Amounts::of(access, head.costs.as_ref(), head.sale);
    let with_customer = matches!(access, Access::Partner);
    Row {
        id: head.id.to_string(),
        customer: with_customer.then_some(head.customer),
        is_final: head.status.is_final(),
        status: head.status,
        domain_count: head.domain_count.unwrap_or(0),
        costs: amounts.shows_costs.then_some(head.costs),
        charge: amounts.charge,
        sale: amounts.sale,
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
    cursor: Option<Cursor>,
    ended: bool,
}

impl<'c> Walk<'c> {
    fn new(customer: Option<&'c str>, cursor: Option<Cursor>, now: Timestamp) -> Self {
        let marked = cursor.as_ref().and_then(|cursor| start_of_month(&cursor.bucket));
        let month = marked.unwrap_or_else(|| now.saturating_add(AHEAD));
        Self { customer, month, empty_months: 0, cursor, ended: false }
    }

    async fn read(&mut self, status_api: &StatusApi, limit: i32) -> Result<Page, Failure> {
        // A cursor without a position is at the start of its month.
        let after = self.cursor.as_ref().filter(|cursor| !cursor.at.is_empty());
        let page = match self.customer {
            Some(customer) => status_api.store.list_orders_of(customer, after, limit).await?,
            None => status_api.store.list_orders(&orders_of_month(self.month), after, limit).await?,
        };
        match (&page.end, self.customer) {
            (Some(end), Some(_)) => self.cursor = Some(Cursor { bucket: String::new(), ..end.clone() }),
            (Some(end), None) => self.cursor = Some(end.clone()),
            (None, Some(_)) => self.ended = true,
            (None, None) => self.go_back(page.places.is_empty() && after.is_none()),
        }
        Ok(page)
    }

    fn go_back(&mut self, was_empty: bool) {
        self.empty_months = if was_empty { self.empty_months.saturating_add(1) } else { 0 };
        self.ended = self.empty_months >= EMPTY_MONTHS;
        let bucket = orders_of_month(self.month);
        self.month = start_of_month(&bucket).unwrap_or(self.month).saturating_sub(1);
        self.cursor = Some(Cursor { bucket: orders_of_month(self.month), at: String::new(), pk: String::new() });
    }
}
