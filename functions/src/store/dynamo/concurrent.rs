//! Many small changes, several at once.

use crate::store::StoreError;
use futures::StreamExt;
use futures::future::BoxFuture;

/// Changes at once: a part of the connections of a process.
const AT_ONCE: usize = 16;

/// One change of many.
pub(crate) type Work<'w> = BoxFuture<'w, Result<(), StoreError>>;

/// Carries out all of `work`, several at once.
pub(crate) async fn at_once(work: Vec<Work<'_>>) -> Result<(), StoreError> {
    let mut work = futures::stream::iter(work).buffer_unordered(AT_ONCE);
    while let Some(done) = work.next().await {
        done?;
    }
    Ok(())
}
