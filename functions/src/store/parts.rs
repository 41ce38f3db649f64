//! Compressed bytes of any length: in the item that they belong to, or, when they are large, in items beside it.

use crate::clock::Timestamp;
use crate::store::deflate::inflated;
use crate::store::item::{Item, bytes, get_bytes, key, number};
use crate::store::{Store, StoreError};
use futures::{StreamExt, TryStreamExt};

/// Most bytes that stay in the item itself: an item has 400 KB, and each write of it is paid by the KB.
pub(crate) const MAX_INLINE: usize = 100 * 1024;
/// Bytes of one part.
const PART: usize = 350 * 1024;
/// Parts that are written or read at once.
const CONCURRENT: usize = 4;
/// Most bytes that are unpacked: above the largest order (1,000 redirects of 2,048 characters are 2.1 MB).
const MAX_UNPACKED: usize = 16 * 1024 * 1024;

/// What was compressed; `None` when `packed` is something else.
pub(crate) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    inflated(packed, MAX_UNPACKED)
}

/// How many parts `packed` has.
pub(crate) fn count(packed: &[u8]) -> usize {
    packed.len().div_ceil(PART)
}

/// Each part has a partition of its own: together they are more than one takes in a second.
fn part_key(name: &str, index: usize) -> Item {
    key(format!("PART#{name}#{index}"), "PART")
}

impl Store {
    /// Writes `packed` under `name`, in parts that expire.
    pub(crate) async fn write_parts(&self, name: &str, packed: &[u8], expires_at: Timestamp) -> Result<(), StoreError> {
        let parts: Vec<Item> = packed
            .chunks(PART)
            .enumerate()
            .map(|(index, chunk)| {
                let mut item = part_key(name, index);
                item.insert("bytes".to_owned(), bytes(chunk));
                item.insert("expires_at".to_owned(), number(expires_at));
                item
            })
            .collect();
        let put = |item| async move {
            let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
            put.send().await.map(drop).map_err(StoreError::from_sdk)
        };
        futures::stream::iter(parts).map(put).buffer_unordered(CONCURRENT).try_collect::<Vec<()>>().await.map(drop)
    }

    /// The bytes under `name`, which are `count` parts; `None` when one is gone.
    pub(crate) async fn read_parts(&self, name: &str, count: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let get = |index| async move {
            let get = self.client.get_item().table_name(&self.table).set_key(Some(part_key(name, index)));
            let found = get.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item;
            Ok::<_, StoreError>(found.and_then(|item| get_bytes(&item, "bytes").map(<[u8]>::to_vec)))
        };
        let parts: Vec<Option<Vec<u8>>> =
            futures::stream::iter(0..count).map(get).buffered(CONCURRENT).try_collect().await?;
        Ok(parts.into_iter().collect::<Option<Vec<_>>>().map(|parts| parts.concat()))
    }

    /// Removes the `count` parts under `name`. One that stays expires by itself.
    pub(crate) async fn drop_parts(&self, name: &str, count: usize) -> Result<(), StoreError> {
        let drop_one = |index| async move {
            let delete = self.client.delete_item().table_name(&self.table).set_key(Some(part_key(name, index)));
            delete.send().await.map(drop).map_err(StoreError::from_sdk)
        };
        futures::stream::iter(0..count)
            .map(drop_one)
            .buffer_unordered(CONCURRENT)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }
}
