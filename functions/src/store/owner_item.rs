//! How the record of a claim looks in the table.
//!
//! `DOMAIN#<name>` / `OWNER` is the record. The same fact stands in `OWNER#<customer>` / `DOMAIN#<name>`, so that what a
//! customer has can be counted and erased; both are written in one transaction, under the condition that the record is as
//! it was read. The order that a domain is on is noted in the record alone (`on_order.rs`).

use crate::root_domain;
use crate::store::claim::{ClaimState, OnOrder, Owner};
use crate::store::item::{Item, get_i64, get_text, get_u64, key, number, text};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::OrderId;
use std::time::Duration;

/// Tries when writers meet.
pub(super) const TRIES: u32 = 6;
/// Pause before the second try; it grows with each.
pub(super) const PAUSE: Duration = Duration::from_millis(20);

/// A record to be written.
pub(super) struct Write {
    pub(super) name: DomainName,
    pub(super) before: Option<Owner>,
    pub(super) next: Owner,
}

pub(crate) fn owner_key(name: &DomainName) -> Item {
    key(format!("DOMAIN#{name}"), "OWNER")
}

pub(crate) fn owned_key(customer: &str, name: &str) -> Item {
    key(format!("OWNER#{}", customer_key(customer)), format!("DOMAIN#{name}"))
}

impl Store {
    /// The record and its copy in the customer's partition, also of a claim that was given up: the record still names the
    /// customer, and is found by the copy. A customer that had it before loses its own.
    pub(super) fn record_writes(&self, write: &Write) -> Result<Vec<TransactWriteItem>, StoreError> {
        let put = |item: Item| Put::builder().table_name(&self.table).set_item(Some(item));
        let mut record = put(item_of(owner_key(&write.name), &write.next)?);
        record = match &write.before {
            None => record.condition_expression("attribute_not_exists(pk)"),
            Some(before) => record
                .condition_expression("#owner = :before AND revision = :revision")
                .expression_attribute_names("#owner", "owner")
                .expression_attribute_values(":before", text(&before.customer))
                .expression_attribute_values(":revision", number(before.revision)),
        };
        let record = record.build().map_err(StoreError::from_build)?;
        let mut items = vec![TransactWriteItem::builder().put(record).build()];
        let name = write.name.as_str();
        let copy = put(item_of(owned_key(&write.next.customer, name), &write.next)?);
        items.push(TransactWriteItem::builder().put(copy.build().map_err(StoreError::from_build)?).build());
        if let Some(before) = write.before.as_ref().filter(|before| before.customer != write.next.customer) {
            items.push(self.copy_delete(&before.customer, name)?);
        }
        Ok(items)
    }

    pub(super) fn copy_delete(&self, customer: &str, name: &str) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(owned_key(customer, name)));
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(StoreError::from_build)?).build())
    }
}

fn item_of(key: Item, owner: &Owner) -> Result<Item, StoreError> {
    let jobs = serde_json::to_string(&owner.jobs).map_err(StoreError::from_build)?;
    let mut item = key;
    item.extend([
        ("owner".to_owned(), text(&owner.customer)),
        ("jobs".to_owned(), text(jobs)),
        ("since".to_owned(), number(owner.since)),
        ("until".to_owned(), number(owner.until)),
        ("revision".to_owned(), number(owner.revision)),
    ]);
    if owner.contested {
        item.insert("contested".to_owned(), AttributeValue::Bool(true));
    }
    if let Some(OnOrder { id, at }) = &owner.on_order {
        item.extend([("on_order".to_owned(), text(id.as_str())), ("on_order_at".to_owned(), number(at))]);
    }
    match &owner.state {
        ClaimState::Open => {}
        ClaimState::Released => {
            item.insert("released".to_owned(), AttributeValue::Bool(true));
        }
        ClaimState::Connected { usable_for } => {
            item.insert("connected".to_owned(), AttributeValue::Bool(true));
            if let Some(uses) = usable_for {
                item.insert("usable_for".to_owned(), AttributeValue::L(uses.iter().map(text).collect()));
            }
        }
    }
    Ok(item)
}

pub(super) fn read(item: &Item) -> Option<(DomainName, Owner)> {
    read_named(item, "pk")
}

/// The same from the copy in the customer's partition.
pub(super) fn read_copy(item: &Item) -> Option<(DomainName, Owner)> {
    read_named(item, "sk")
}

fn read_named(item: &Item, key: &str) -> Option<(DomainName, Owner)> {
    let name = root_domain::read(get_text(item, key)?.strip_prefix("DOMAIN#")?).ok()?;
    let is = |name: &str| item.get(name).and_then(|value| value.as_bool().ok()).copied().unwrap_or(false);
    let uses = item.get("usable_for").and_then(|uses| uses.as_l().ok());
    let uses = uses.map(|uses| uses.iter().filter_map(|word| word.as_s().ok()).cloned().collect());
    let state = match (is("connected"), is("released")) {
        (true, _) => ClaimState::Connected { usable_for: uses },
        (false, true) => ClaimState::Released,
        (false, false) => ClaimState::Open,
    };
    let on_order = get_text(item, "on_order").and_then(OrderId::parse).zip(get_i64(item, "on_order_at"));
    let owner = Owner {
        customer: get_text(item, "owner")?.to_owned(),
        jobs: serde_json::from_str(get_text(item, "jobs")?).ok()?,
        since: get_i64(item, "since")?,
        until: get_i64(item, "until")?,
        contested: is("contested"),
        state,
        on_order: on_order.map(|(id, at)| OnOrder { id, at }),
        revision: get_u64(item, "revision")?,
    };
    Some((name, owner))
}
