//! The table's shape: keys, indexes, time to live. Deployed by `infra/template.yaml`; made here for one machine.

use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TimeToLiveSpecification,
};

/// Orders of one customer, newest first.
pub const CUSTOMER_INDEX: &str = "customer-index";
/// Work that is not finished, orders that are looked at now and then, and personal data that have not ended yet.
pub const OPEN_INDEX: &str = "open-index";
/// Orders by month and events by day: what is listed over all customers.
pub const LIST_INDEX: &str = "list-index";
/// Partitions of [`OPEN_INDEX`]: a day of a million orders stays under the 1,000 writes per second of one.
pub const OPEN_SHARDS: u64 = 8;
/// Where DynamoDB looks for the end of an item, in Unix seconds.
pub const TTL_ATTRIBUTE: &str = "expires_at";

/// What an item of [`OPEN_INDEX`] waits for; each has its own partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// To be finished.
    Open,
    /// Finished, and may change all the same: for the next look.
    Slow,
    /// For the day on which personal data end.
    Ends,
}

impl Waits {
    /// The partition number `shard` of those that wait so.
    pub fn shard(self, shard: u64) -> String {
        match self {
            Self::Open => format!("OPEN#{shard}"),
            Self::Slow => format!("SLOW#{shard}"),
            Self::Ends => format!("ENDS#{shard}"),
        }
    }

    /// The partition that `id` belongs to: the same one each time.
    pub fn shard_of(self, id: &str) -> String {
        // FNV-1a, 32 bit: stable over versions, which the standard hasher does not promise.
        let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        self.shard(u64::from(hash) % OPEN_SHARDS)
    }
}

impl Store {
    /// Makes the table unless it is there.
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
            .global_secondary_indexes(index(CUSTOMER_INDEX, "customer", "created_at")?)
            .global_secondary_indexes(index(OPEN_INDEX, "open_shard", "open_due")?)
            .global_secondary_indexes(index(LIST_INDEX, "list", "list_at")?)
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

fn key_schema(hash: &str, range: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    [(hash, KeyType::Hash), (range, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| KeySchemaElement::builder().attribute_name(name).key_type(kind).build())
        .collect::<Result<_, _>>()
        .map_err(StoreError::from_build)
}

fn index(name: &str, hash: &str, range: &str) -> Result<GlobalSecondaryIndex, StoreError> {
    let projection = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key_schema(hash, range)?))
        .projection(projection)
        .build()
        .map_err(StoreError::from_build)
}
