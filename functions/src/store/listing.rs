//! Where a look through the partner's inventory stopped, so that the next one goes on there.

use crate::clock::Timestamp;
use crate::root_domain;
use crate::store::item::{Item, get_text, get_texts, key, number, text, texts};
use crate::store::{Store, StoreError};
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::HashSet;

/// Seconds for which a place in the list is kept: how long upstream accepts it is unknown (docs/upstream.md#paging).
const KEPT_FOR: Timestamp = 24 * 60 * 60;

/// A look that stopped before the end of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Opens the next page.
    pub token: String,
    /// The domains that it was for: about others nothing is known of the pages before.
    pub wanted: HashSet<DomainName>,
}

fn listing_key(id: &ImportId) -> Item {
    key(format!("IMPORT#{id}"), "LISTING")
}

impl Store {
    /// Where the look for the domains of this import stopped.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn listing(&self, id: &ImportId) -> Result<Option<Stopped>, StoreError> {
        let items = self.read_batch(vec![listing_key(id)]).await?;
        Ok(items.first().and_then(|item| {
            let token = get_text(item, "token")?.to_owned();
            let wanted = get_texts(item, "wanted").iter().filter_map(|name| root_domain::read(name).ok()).collect();
            Some(Stopped { token, wanted })
        }))
    }

    /// Notes where a look stopped at `now`; `None`: it came to the end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_listing(
        &self,
        id: &ImportId,
        stopped: Option<&Stopped>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let ends = number(now.saturating_add(KEPT_FOR));
        let update = self.client.update_item().table_name(&self.table).set_key(Some(listing_key(id)));
        let update = match stopped {
            Some(stopped) => update
                .update_expression("SET #token = :token, wanted = :wanted, expires_at = :ends")
                .expression_attribute_values(":token", text(&stopped.token))
                .expression_attribute_values(":wanted", texts(stopped.wanted.iter().map(DomainName::as_str))),
            None => update.update_expression("SET expires_at = :ends REMOVE #token, wanted"),
        };
        let update = update.expression_attribute_names("#token", "token").expression_attribute_values(":ends", ends);
        update.send().await.map(drop).map_err(StoreError::from_sdk)
    }
}
