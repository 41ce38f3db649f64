//! Writes to an order's partition, so that the order of writes does not matter: what may change is guarded by a version
//! of its own, what never changes is written by whoever comes first.

use crate::clock::Timestamp;
use crate::store::buckets::order_place;
use crate::store::item::{Item, get_i64, key, number, text, texts};
use crate::store::order_facts::{Fact, OrderFacts, STATUS_VERSION};
use crate::store::order_items::{BY, DOC, ENDS, head_key, order_pk};
use crate::store::pack::Packed;
use crate::store::table::Waits;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure, Update};
use shared::ids::OrderId;
use std::collections::{BTreeSet, HashMap};

/// Whose an order is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Belongs {
    /// Who is shown.
    pub(crate) owner: Option<String>,
    /// Whether that replaces whoever was written before.
    pub(crate) placed_here: bool,
    /// Everything that the customer is known by.
    pub(crate) customers: BTreeSet<String>,
    /// What stands for the customer, once it was forgotten.
    pub(crate) pseudonym: Option<String>,
}

impl Belongs {
    /// The same once the customer was forgotten.
    pub(crate) fn replace_by(&mut self, pseudonym: &str) {
        *self = Self {
            owner: Some(pseudonym.to_owned()),
            placed_here: true,
            customers: BTreeSet::from([pseudonym.to_owned()]),
            pseudonym: Some(pseudonym.to_owned()),
        };
    }
}

/// A change of an order's head.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeadChange {
    /// What may change, each unless something newer stands there.
    pub(crate) facts: Vec<Fact>,
    /// When that was so.
    pub(crate) version: i64,
    /// Whether what stands there already is better than this, however old it is.
    pub(crate) only_first: bool,
    /// When upstream took the order.
    pub(crate) created_at: Option<String>,
    /// Whose it is.
    pub(crate) belongs: Belongs,
    /// When it is to be looked at next: `None` leaves that as it is, `Some(None)` ends it.
    pub(crate) next_look: Option<Option<(Waits, Timestamp)>>,
    /// Attributes that are written as they are.
    pub(crate) plain: Vec<(&'static str, AttributeValue)>,
    /// The session that placed it.
    pub(crate) session: Option<String>,
    /// Whether an event is counted.
    pub(crate) counts_event: bool,
    /// The events that the writer knows of: the change is for nothing if another one has come.
    pub(crate) events_so_far: Option<Option<i64>>,
    /// Whether it may only be written to an order that is not forgotten.
    pub(crate) unless_forgotten: bool,
}

impl HeadChange {
    /// Leaves out what `found` has in a newer version; `false`: nothing had to be left out.
    pub(crate) fn leave_out_older(&mut self, found: &Item) -> bool {
        let before = self.facts.len();
        let version = self.version;
        let only_first = self.only_first;
        self.facts.retain(|fact| get_i64(found, fact.version).is_none_or(|known| !only_first && known < version));
        self.facts.len() < before
    }

    /// Whether it still moves the status.
    pub(crate) fn moves(&self) -> bool {
        self.facts.iter().any(|fact| fact.version == STATUS_VERSION)
    }

    /// Whether there is anything to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.facts.is_empty()
            && self.created_at.is_none()
            && self.belongs.customers.is_empty()
            && self.next_look.is_none()
            && self.plain.is_empty()
            && !self.counts_event
    }

    /// The update of `id`'s head.
    pub(crate) fn build(&self, table: &str, id: &OrderId) -> Result<Update, StoreError> {
        let mut expression = Expression::default();
        let mut conditions = Vec::new();
        for fact in &self.facts {
            let (name, value) = (expression.name(fact.version), expression.value(number(self.version)));
            expression.sets.push(format!("{name} = {value}"));
            conditions.push(match self.only_first {
                true => format!("attribute_not_exists({name})"),
                false => format!("(attribute_not_exists({name}) OR {name} < {value})"),
            });
            for (attribute, value) in &fact.values {
                expression.set(attribute, value.clone());
            }
        }
        if let Some(created_at) = &self.created_at {
            expression.set_once("created_at", text(created_at));
            if let Some((list, list_at)) = order_place(id, created_at) {
                expression.set_once("list", text(list));
                expression.set_once("list_at", text(list_at));
            }
        }
        if let Some(owner) = &self.belongs.owner {
            match self.belongs.placed_here {
                true => expression.set("owner", text(owner)),
                false => expression.set_once("owner", text(owner)),
            }
        }
        if self.belongs.pseudonym.is_some() {
            expression.set("forgotten", AttributeValue::Bool(true));
            expression.set("customers", texts(&self.belongs.customers));
        } else if !self.belongs.customers.is_empty() {
            expression.add("customers", texts(&self.belongs.customers));
        }
        match self.next_look {
            None => {}
            Some(None) => expression.removes.extend(["open_shard", "open_due"]),
            Some(Some((waits, due))) => {
                expression.set("open_shard", text(waits.shard_of(id.as_str())));
                expression.set("open_due", number(due));
            }
        }
        for (name, value) in &self.plain {
            expression.set(name, value.clone());
        }
        if let Some(session) = &self.session {
            expression.add("session_ids", texts([session]));
        }
        if self.counts_event {
            expression.add("event_count", number(1));
        }
        if let Some(events) = self.events_so_far {
            let name = expression.name("event_count");
            conditions.push(match events {
                Some(events) => format!("{name} = {}", expression.value(number(events))),
                None => format!("attribute_not_exists({name})"),
            });
        }
        if self.unless_forgotten {
            let name = expression.name("forgotten");
            conditions.push(format!("attribute_not_exists({name})"));
        }
        let condition = (!conditions.is_empty()).then(|| conditions.join(" AND "));
        Update::builder()
            .table_name(table)
            .set_key(Some(head_key(id)))
            .update_expression(expression.text())
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(expression.names).filter(|names| !names.is_empty()))
            .set_expression_attribute_values(Some(expression.values).filter(|values| !values.is_empty()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(StoreError::from_build)
    }
}

/// An update expression in the making: every name and value has a placeholder.
#[derive(Default)]
struct Expression {
    sets: Vec<String>,
    adds: Vec<String>,
    removes: Vec<&'static str>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expression {
    fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{attribute}");
        self.names.insert(placeholder.clone(), attribute.to_owned());
        placeholder
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    fn set(&mut self, attribute: &str, value: AttributeValue) {
        let (name, value) = (self.name(attribute), self.value(value));
        self.sets.push(format!("{name} = {value}"));
    }

    fn set_once(&mut self, attribute: &str, value: AttributeValue) {
        let (name, value) = (self.name(attribute), self.value(value));
        self.sets.push(format!("{name} = if_not_exists({name}, {value})"));
    }

    fn add(&mut self, attribute: &str, value: AttributeValue) {
        let (name, value) = (self.name(attribute), self.value(value));
        self.adds.push(format!("{name} {value}"));
    }

    fn text(&self) -> String {
        let part = |word: &str, parts: &[String]| match parts.is_empty() {
            true => String::new(),
            false => format!("{word} {} ", parts.join(", ")),
        };
        let removes: Vec<String> = self.removes.iter().map(|name| (*name).to_owned()).collect();
        [part("SET", &self.sets), part("ADD", &self.adds), part("REMOVE", &removes)].concat()
    }
}

impl Store {
    /// Puts the order into the list of `customer`.
    pub(crate) fn alias_update(&self, id: &OrderId, customer: &str, created_at: &str) -> Result<Update, StoreError> {
        Update::builder()
            .table_name(&self.table)
            .set_key(Some(key(order_pk(id), format!("{BY}{customer}"))))
            .update_expression("SET customer = :customer, created_at = if_not_exists(created_at, :created)")
            .expression_attribute_values(":customer", text(customer))
            .expression_attribute_values(":created", text(created_at))
            .build()
            .map_err(StoreError::from_build)
    }

    /// Says when the personal data of an order end: unless that is known already, when `only_once`.
    pub(crate) fn ends_update(&self, id: &OrderId, due: Timestamp, only_once: bool) -> Result<Update, StoreError> {
        let expression = match only_once {
            true => "SET open_shard = if_not_exists(open_shard, :shard), open_due = if_not_exists(open_due, :due)",
            false => "SET open_shard = :shard, open_due = :due",
        };
        Update::builder()
            .table_name(&self.table)
            .set_key(Some(key(order_pk(id), ENDS)))
            .update_expression(expression)
            .expression_attribute_values(":shard", text(Waits::Ends.shard_of(id.as_str())))
            .expression_attribute_values(":due", number(due))
            .build()
            .map_err(StoreError::from_build)
    }

    /// Replaces a packed value unless a newer one stands there.
    pub(crate) fn packed_update(
        &self,
        key: Item,
        attribute: &str,
        packed: &Packed,
        version: i64,
    ) -> Result<Update, StoreError> {
        Update::builder()
            .table_name(&self.table)
            .set_key(Some(key))
            .update_expression("SET #value = :value, version = :version, truncated = :truncated")
            .condition_expression("attribute_not_exists(version) OR version < :version")
            .expression_attribute_names("#value", attribute)
            .expression_attribute_values(":value", crate::store::item::bytes(packed.bytes.clone()))
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":truncated", AttributeValue::Bool(packed.truncated))
            .build()
            .map_err(StoreError::from_build)
    }

    /// Replaces the full text of what stands in partition `pk`, unless a newer one stands there.
    pub(crate) fn doc_update(&self, pk: String, doc: &Packed, version: i64) -> Result<Update, StoreError> {
        self.packed_update(key(pk, DOC), "doc", doc, version)
    }
}

/// Whose an order is that `facts` are said of.
pub(crate) fn belongs(facts: &OrderFacts) -> Belongs {
    Belongs { owner: facts.customer.clone(), customers: facts.customers.clone(), ..Belongs::default() }
}
