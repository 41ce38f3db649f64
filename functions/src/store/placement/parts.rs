//! The parts of a draft that is too large for the item of its placement.

use crate::clock::Timestamp;
use crate::store::dynamo::write::Put;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use shared::ids::SessionId;

/// Most bytes of a draft in the item itself: an item has 400 KB, and each write of it is paid by the KB.
pub(super) const MAX_INLINE: usize = 100 * 1024;
/// Bytes of one part.
const PART: usize = 350 * 1024;
/// Parts written or read in parallel.
const CONCURRENT: usize = 4;

/// The item of one part.
#[derive(Debug, Serialize, Deserialize)]
struct PartItem {
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    expires_at: Timestamp,
}

/// The number of parts that `packed` needs.
pub(super) fn count(packed: &[u8]) -> usize {
    packed.len().div_ceil(PART)
}

impl Store {
    /// Writes `packed` in parts. The fingerprint is in their keys, so that another order of the session has other
    /// parts.
    pub(super) async fn write_parts(
        &self,
        session: &SessionId,
        fingerprint: &str,
        packed: &[u8],
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let puts: Vec<Put> = packed
            .chunks(PART)
            .enumerate()
            .map(|(index, chunk)| {
                let item = PartItem { bytes: chunk.to_vec(), expires_at };
                Put::new(&Key::draft_part(session, fingerprint, index), &item)
            })
            .collect::<Result<_, _>>()?;
        let writes = futures::stream::iter(puts).map(|put| self.put(put)).buffer_unordered(CONCURRENT);
        writes.try_collect::<Vec<()>>().await.map(drop)
    }

    /// The bytes in `count` parts; `None` when a part is missing.
    pub(super) async fn read_parts(
        &self,
        session: &SessionId,
        fingerprint: &str,
        count: usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let read = |index| async move { self.get(&Key::draft_part(session, fingerprint, index)).await };
        let parts: Vec<Option<PartItem>> =
            futures::stream::iter(0..count).map(read).buffered(CONCURRENT).try_collect().await?;
        let parts = parts.into_iter().map(|part| Some(part?.bytes)).collect::<Option<Vec<_>>>();
        Ok(parts.map(|parts| parts.concat()))
    }

    /// Removes `count` parts. If this fails, they expire.
    pub(super) async fn drop_parts(
        &self,
        session: &SessionId,
        fingerprint: &str,
        count: usize,
    ) -> Result<(), StoreError> {
        let remove = |index| async move { self.delete(&Key::draft_part(session, fingerprint, index)).await };
        let removed = futures::stream::iter(0..count).map(remove).buffer_unordered(CONCURRENT);
        removed.try_collect::<Vec<()>>().await.map(drop)
    }
}
