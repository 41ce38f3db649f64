//! An embedded DynamoDB behind a socket, so that the official SDK calls it as it would call AWS.

use crate::error::StackError;
use dynoxide::Database;
use std::path::Path;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Serves a database from `listener` until the returned sender fires: in memory, or in `file`.
pub(crate) fn serve(
    listener: TcpListener,
    file: Option<&Path>,
) -> Result<(oneshot::Sender<()>, JoinHandle<()>), StackError> {
    let database = match file {
        None => Database::memory(),
        Some(file) => Database::new(&file.to_string_lossy()),
    };
    let database = database.map_err(|error| StackError::Database(error.to_string()))?;
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let until = async {
            // A dropped sender stops it, too.
            let _ = stopped.await;
        };
        let _ = dynoxide::server::serve_with_shutdown(listener, database, until).await;
    });
    Ok((stop, task))
}
