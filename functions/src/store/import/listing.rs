//! Where a search of the partner's inventory stopped, so that the next one continues there.

use crate::clock::Timestamp;
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use serde::Deserialize;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use shared::root_domain;
use std::collections::{BTreeSet, HashSet};

/// Seconds that a place in the list is kept: it is unknown how long upstream accepts it (docs/upstream.md#paging).
const KEPT_FOR: Timestamp = 24 * 60 * 60;

/// A search that stopped before the end of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The token of the next page.
    pub token: String,
    /// The domains of the search: whether earlier pages have any other domain is unknown.
    pub wanted: HashSet<DomainName>,
}

/// The item. Both attributes are missing after a search that came to the end.
#[derive(Debug, Deserialize)]
struct ListingItem {
    token: Option<String>,
    #[serde(default)]
    wanted: Vec<String>,
}

impl Store {
    /// Where the search for the domains of this import stopped.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn listing(&self, id: &ImportId) -> Result<Option<Stopped>, StoreError> {
        let item: Option<ListingItem> = self.get(&Key::import_listing(id)).await?;
        Ok(item.and_then(|item| {
            let wanted = item.wanted.iter().filter_map(|name| root_domain::read(name).ok()).collect();
            Some(Stopped { token: item.token?, wanted })
        }))
    }

    /// Notes where a search stopped at `now`; `None`: it came to the end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_listing(
        &self,
        id: &ImportId,
        stopped: Option<&Stopped>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Update::of(Key::import_listing(id)).set("expires_at", now.saturating_add(KEPT_FOR));
        let update = match stopped {
            Some(stopped) => {
                let wanted: BTreeSet<String> = stopped.wanted.iter().map(ToString::to_string).collect();
                update.set("token", &stopped.token).set("wanted", &wanted)
            }
            None => update.remove("token").remove("wanted"),
        };
        self.update(update).await.map(drop)
    }
}
