//! Why a stack does not start.

use functions::upstream::network::NetworkError;
use sandbox::SandboxError;
use std::path::PathBuf;

/// The reason why a stack does not start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The port is in use.
    #[error("port {0} is taken. Stop what uses it, or choose another port.")]
    PortTaken(u16),
    /// The port cannot be opened for another reason.
    #[error("port {0} cannot be opened: {1}")]
    Port(u16, std::io::Error),
    /// The sandbox does not start.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The database does not start.
    #[error("the database cannot be opened: {0}")]
    Database(String),
    /// The functions cannot use the database.
    #[error(transparent)]
    Store(#[from] functions::store::StoreError),
    /// The functions cannot create their HTTP client.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A file of the data directory is unusable.
    #[error("{0}: {1}")]
    Data(PathBuf, String),
    /// The keys are malformed.
    #[error("{0}")]
    Secrets(String),
    /// The operating system returned no random numbers.
    #[error("the machine gives no random numbers")]
    Randomness,
}
