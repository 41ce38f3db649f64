//! Queries: a range of keys in one partition of the table, and pages of an index.

use crate::store::condition::Condition;
use crate::store::dynamo::expression::Placeholders;
use crate::store::dynamo::item::{Item, key_of};
use crate::store::key::Key;
use crate::store::key::range::{KeyRange, SortRange};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Select};

/// An index of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Index {
    /// Its name, such as `list-index`.
    pub(crate) name: &'static str,
    /// The attribute with its partitions.
    pub(crate) partition: &'static str,
    /// The attribute with its sort keys.
    pub(crate) sort: &'static str,
}

/// The sort keys of an index that a query reads.
#[derive(Debug, Clone)]
pub(crate) enum Sort {
    All,
    /// From the first to the second, both included.
    Between(AttributeValue, AttributeValue),
    /// The value, and everything below it.
    UpTo(AttributeValue),
}

/// The direction in which a query reads sort keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// One page of one partition of an index.
#[derive(Debug, Clone)]
pub(crate) struct IndexQuery<'q> {
    pub(crate) index: Index,
    pub(crate) partition: &'q str,
    pub(crate) sort: Sort,
    pub(crate) direction: Direction,
    /// The row after which the page starts, with all its keys; `None`: the first page.
    pub(crate) after: Option<Item>,
    /// Most rows of the page.
    pub(crate) limit: i32,
}

/// A page of an index.
#[derive(Debug)]
pub(crate) struct IndexPage {
    /// The keys of its rows.
    pub(crate) rows: Vec<Item>,
    /// The keys of its last row, if more may follow.
    pub(crate) last: Option<Item>,
}

/// A range of keys in one partition of the table.
#[derive(Debug, Clone)]
pub(crate) struct RangeQuery {
    pub(crate) range: KeyRange,
    /// What has to hold of an item. DynamoDB charges for the others, too.
    pub(crate) filter: Option<Condition>,
}

impl From<KeyRange> for RangeQuery {
    fn from(range: KeyRange) -> Self {
        Self { range, filter: None }
    }
}

impl Store {
    /// A page of an index.
    pub(crate) async fn index_page(&self, query: IndexQuery<'_>) -> Result<IndexPage, StoreError> {
        let mut placeholders = Placeholders::default();
        let name = placeholders.name(query.index.partition);
        let value = placeholders.value(query.index.partition, query.partition);
        let mut keys = format!("{name} = {value}");
        match query.sort {
            Sort::All => {}
            Sort::Between(from, to) => {
                let name = placeholders.name(query.index.sort);
                let (from, to) = (placeholders.value("from", from), placeholders.value("to", to));
                keys.push_str(&format!(" AND {name} BETWEEN {from} AND {to}"));
            }
            Sort::UpTo(last) => {
                let name = placeholders.name(query.index.sort);
                keys.push_str(&format!(" AND {name} <= {}", placeholders.value("last", last)));
            }
        }
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(query.index.name)
            .key_condition_expression(keys)
            .set_expression_attribute_names(placeholders.names())
            .set_expression_attribute_values(placeholders.values())
            .set_exclusive_start_key(query.after)
            .scan_index_forward(query.direction == Direction::Ascending)
            .limit(query.limit);
        let page = call.send().await.map_err(StoreError::from_sdk)?;
        Ok(IndexPage { rows: page.items.unwrap_or_default(), last: page.last_evaluated_key })
    }

    /// The items of a range, as they are now: a request for each megabyte.
    pub(crate) async fn range(&self, query: impl Into<RangeQuery>) -> Result<Vec<Item>, StoreError> {
        let pages = self.range_call(query.into()).into_paginator().items().send();
        pages.collect::<Result<Vec<Item>, _>>().await.map_err(StoreError::from_sdk)
    }

    /// The keys of a range.
    pub(crate) async fn range_keys(&self, query: impl Into<RangeQuery>) -> Result<Vec<Key>, StoreError> {
        let call = self.range_call(query.into()).projection_expression("pk, sk");
        let items = call.into_paginator().items().send().collect::<Result<Vec<Item>, _>>().await;
        items.map_err(StoreError::from_sdk)?.iter().map(key_of).collect()
    }

    /// How many items a range has.
    pub(crate) async fn count_range(&self, query: impl Into<RangeQuery>) -> Result<usize, StoreError> {
        let mut pages = self.range_call(query.into()).select(Select::Count).into_paginator().send();
        let mut count = 0_usize;
        while let Some(page) = pages.next().await {
            let page = page.map_err(StoreError::from_sdk)?;
            count = count.saturating_add(usize::try_from(page.count()).unwrap_or(0));
        }
        Ok(count)
    }

    fn range_call(&self, query: RangeQuery) -> QueryFluentBuilder {
        let mut placeholders = Placeholders::default();
        let pk = (placeholders.name("pk"), placeholders.value("pk", query.range.pk));
        let sk = placeholders.name("sk");
        let sort = match query.range.sort {
            SortRange::Prefix(prefix) => format!("begins_with({sk}, {})", placeholders.value("sk", prefix)),
            SortRange::Between(from, to) => {
                let (from, to) = (placeholders.value("from", from), placeholders.value("to", to));
                format!("{sk} BETWEEN {from} AND {to}")
            }
        };
        let filter = query.filter.map(|filter| filter.text(&mut placeholders));
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression(format!("{} = {} AND {sort}", pk.0, pk.1))
            .set_filter_expression(filter)
            .set_expression_attribute_names(placeholders.names())
            .set_expression_attribute_values(placeholders.values())
    }
}
