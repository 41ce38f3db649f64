//! Which of a customer's own domains are on an order: noted with the claim, and read together with that order.

use crate::clock::Timestamp;
use crate::model::placement::Placement;
use crate::root_domain;
use crate::store::ending::{Work, at_once};
use crate::store::error::was_written;
use crate::store::item::{Item, get_text, key, number, text};
use crate::store::order::{FullOrder, read_doc};
use crate::store::order_items::{DOC, DOMAINS, HEAD, head_key, order_pk};
use crate::store::order_view::read_head;
use crate::store::owner_item::owner_key;
use crate::store::{Store, StoreError};
use crate::times;
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::OrderId;
use shared::order::{OrderStatus, Receipt};
use std::collections::HashMap;

/// What the table knows of one domain and of the order that it was placed with.
#[derive(Debug, Clone)]
pub struct OrderedDomain {
    /// The domain.
    pub name: DomainName,
    /// How the order stands; `None` while it is being recorded.
    pub order: Option<OrderStatus>,
    /// Whether upstream does not know the order any more.
    pub is_gone: bool,
    /// The last word about the domain in that order.
    pub domain: Option<String>,
    /// The order as upstream had it last.
    pub full: Option<FullOrder>,
}

impl Store {
    /// Notes that the customer's own domains in `placement` are on the order of `receipt`. It costs nothing when there are
    /// none, and an older order never replaces a newer one.
    ///
    /// # Errors
    /// [`StoreError`]; doing it again goes on.
    pub(super) async fn note_on_order(
        &self,
        placement: &Placement,
        receipt: &Receipt,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let at = times::read_text(&receipt.created_at).unwrap_or(now);
        let owned = placement.sent.iter().flat_map(|sent| &sent.owned);
        let mut work: Vec<Work<'_>> = Vec::new();
        for name in owned.filter_map(|name| root_domain::read(name).ok()) {
            work.push(Box::pin(self.note_one(name, &placement.customer, &receipt.id, at)));
        }
        at_once(work).await
    }

    async fn note_one(
        &self,
        name: DomainName,
        customer: &str,
        order: &OrderId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(owner_key(&name)))
            // Whoever writes the whole record has to read it again.
            .update_expression("SET on_order = :order, on_order_at = :at ADD revision :one")
            .condition_expression("#owner = :customer AND (attribute_not_exists(on_order_at) OR on_order_at <= :at)")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":customer", text(customer_key(customer)))
            .expression_attribute_values(":order", text(order.as_str()))
            .expression_attribute_values(":at", number(at))
            .expression_attribute_values(":one", number(1))
            .send()
            .await;
        was_written(noted).map(drop)
    }

    /// How each of `domains` stands in the order that it was placed with: three reads for a domain that is alone on its
    /// order, 100 a call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ordered_domains(&self, domains: Vec<(DomainName, OrderId)>) -> Result<Vec<OrderedDomain>, StoreError> {
        let domain_sk = |name: &DomainName| format!("{DOMAINS}{name}");
        let keys = domains
            .iter()
            .flat_map(|(name, id)| [head_key(id), key(order_pk(id), DOC), key(order_pk(id), domain_sk(name))]);
        let items = self.read_batch(keys.collect()).await?;
        let place = |item: &Item| Some((get_text(item, "pk")?.to_owned(), get_text(item, "sk")?.to_owned()));
        let items: HashMap<(String, String), Item> =
            items.into_iter().filter_map(|item| Some((place(&item)?, item))).collect();
        let find = |id: &OrderId, sk: &str| items.get(&(order_pk(id), sk.to_owned()));
        let rows = domains.into_iter().map(|(name, id)| {
            let head = find(&id, HEAD).map(|item| read_head(&id, item));
            OrderedDomain {
                order: head.as_ref().map(|head| head.status.clone()),
                is_gone: head.is_some_and(|head| head.is_gone),
                domain: find(&id, &domain_sk(&name)).and_then(|item| get_text(item, "s")).map(str::to_owned),
                full: find(&id, DOC).and_then(read_doc),
                name,
            }
        });
        Ok(rows.collect())
    }
}
