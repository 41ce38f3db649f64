//! How each endpoint of notifications is doing. A change that the partner has to know is written with its notification.

use crate::clock::Timestamp;
use crate::model::endpoint_health::Health;
use crate::model::notification::Notification;
use crate::store::condition::is_still;
use crate::store::dynamo::item::Json;
use crate::store::dynamo::transaction::Transaction;
use crate::store::dynamo::write::Put;
use crate::store::key::Key;
use crate::store::notification::notification_put;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};

/// The health of an endpoint as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownHealth {
    /// How the endpoint is doing.
    pub health: Health,
    /// Grows with each write; `None` before the first one.
    version: Option<i64>,
}

/// The item of an endpoint.
#[derive(Debug, Serialize, Deserialize)]
struct EndpointItem {
    health: Json<Health>,
    /// The address that it is about: another address begins anew.
    address: String,
    version: i64,
}

/// The item with the names of all endpoints.
#[derive(Debug, Serialize, Deserialize)]
struct NamesItem {
    names: Json<Vec<String>>,
}

/// The writes of a change.
#[derive(Debug, Clone, Copy)]
enum Part {
    Endpoint,
    Notification,
}

impl Store {
    /// How the endpoint `name` is doing, as long as its address is the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn endpoint_health(&self, name: &str, address: &str) -> Result<KnownHealth, StoreError> {
        let Some(item) = self.get::<EndpointItem>(&Key::endpoint(name)).await? else {
            return Ok(KnownHealth::default());
        };
        let health = if item.address == address { item.health.0 } else { Health::default() };
        Ok(KnownHealth { health, version: Some(item.version) })
    }

    /// The names of the endpoints, as the notifier has read them last. Others have no access to their secrets.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn endpoint_names(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.get::<NamesItem>(&Key::endpoints()).await?.map(|item| item.names.0).unwrap_or_default())
    }

    /// Writes the names of the endpoints.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_endpoint_names(&self, names: Vec<String>) -> Result<(), StoreError> {
        let put = Put::new(&Key::endpoints(), &NamesItem { names: Json(names) })?;
        self.put(put).await
    }

    /// Writes how an endpoint is doing now, and `notification` about it. `false`: another notifier has written since
    /// `known` was read, and nothing is written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_endpoint_health(
        &self,
        (name, address): (&str, &str),
        known: &KnownHealth,
        health: Health,
        told: Option<(&Notification, Timestamp)>,
    ) -> Result<bool, StoreError> {
        let version = known.version.unwrap_or_default().saturating_add(1);
        let item = EndpointItem { health: Json(health), address: address.to_owned(), version };
        let put = Put::new(&Key::endpoint(name), &item)?.only_if(is_still("version", known.version));
        let mut transaction = Transaction::new();
        transaction.push(Part::Endpoint, put);
        if let Some((notification, now)) = told {
            transaction.push(Part::Notification, notification_put(notification, now)?);
        }
        self.transact_all(transaction).await
    }
}
