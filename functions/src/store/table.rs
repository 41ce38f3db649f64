//! The shape of the table: keys, indexes, time to live. `infra/template.yaml` deploys it; this creates it on one
//! machine.

use crate::store::dynamo::query::Index;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TimeToLiveSpecification,
};

/// The orders of one customer, newest first.
pub const CUSTOMER_INDEX: &str = "customer-index";
/// Unfinished work, orders with periodic checks, and orders with personal data.
pub const OPEN_INDEX: &str = "open-index";
/// Orders by month and events by day, of all customers.
pub const LIST_INDEX: &str = "list-index";
/// The attribute with the time at which DynamoDB deletes an item, in Unix seconds.
pub const TTL_ATTRIBUTE: &str = "expires_at";

pub(crate) const BY_CUSTOMER: Index = Index { name: CUSTOMER_INDEX, partition: "customer", sort: "created_at" };
pub(crate) const BY_OPEN_SHARD: Index = Index { name: OPEN_INDEX, partition: "open_shard", sort: "open_due" };
pub(crate) const BY_LIST: Index = Index { name: LIST_INDEX, partition: "list", sort: "list_at" };

impl Store {
    /// Creates the table unless it exists.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_table(&self) -> Result<(), StoreError> {
        let attributes = [
            ("pk", ScalarAttributeType::S),
            ("sk", ScalarAttributeType::S),
            ("customer", ScalarAttributeType::S),
            ("created_at", ScalarAttributeType::S),
            ("open_shard", ScalarAttributeType::S),
            ("open_due", ScalarAttributeType::N),
            ("list", ScalarAttributeType::S),
            ("list_at", ScalarAttributeType::S),
        ];
        let attributes = attributes
            .into_iter()
            .map(|(name, kind)| AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build())
            .collect::<Result<Vec<_>, _>>()
            .map_err(StoreError::from_build)?;
        let created = self
            .client
            .create_table()
            .table_name(&self.table)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(attributes))
            .set_key_schema(Some(key_schema("pk", "sk")?))
            .global_secondary_indexes(index(BY_CUSTOMER)?)
            .global_secondary_indexes(index(BY_OPEN_SHARD)?)
            .global_secondary_indexes(index(BY_LIST)?)
            .send()
            .await;
        match created {
            Ok(_) => self.expire_items().await,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_in_use_exception()) => Ok(()),
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    async fn expire_items(&self) -> Result<(), StoreError> {
        let specification = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(TTL_ATTRIBUTE)
            .build()
            .map_err(StoreError::from_build)?;
        self.client
            .update_time_to_live()
            .table_name(&self.table)
            .time_to_live_specification(specification)
            .send()
            .await
            .map(|_| ())
            .map_err(StoreError::from_sdk)
    }
}

fn key_schema(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    [(partition, KeyType::Hash), (sort, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| KeySchemaElement::builder().attribute_name(name).key_type(kind).build())
        .collect::<Result<_, _>>()
        .map_err(StoreError::from_build)
}

fn index(index: Index) -> Result<GlobalSecondaryIndex, StoreError> {
    let projection = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
    GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(index.partition, index.sort)?))
        .projection(projection)
        .build()
        .map_err(StoreError::from_build)
}
