//! Start-up errors of a sandbox, each with advice.

use std::net::SocketAddr;
use std::path::PathBuf;

/// The reason why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address is in use.
    #[error("the address {address} is taken: stop what listens there, or choose another port (0 picks a free one)")]
    AddressTaken {
        /// The requested address.
        address: SocketAddr,
    },
    /// Listening failed for another reason.
    #[error("cannot listen on {address}: use an address of this machine and a port that you may bind")]
    Address {
        /// The requested address.
        address: SocketAddr,
        /// The error of the operating system.
        #[source]
        source: std::io::Error,
    },
    /// A setting has an unusable value.
    #[error("the setting {name} is not usable: {hint}")]
    Setting {
        /// Name of the field of [`crate::SandboxConfig`].
        name: &'static str,
        /// A valid value.
        hint: &'static str,
    },
    /// The data file exists and cannot be loaded.
    #[error(
        "cannot read the data file {}: move it away to start empty, or name another file",
        path.display()
    )]
    Data {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The HTTP client for webhooks could not be created.
    #[error("cannot build the HTTP client that delivers webhooks")]
    Client(#[source] reqwest::Error),
    /// The operating system returned no randomness for a seed.
    #[error("no randomness for the identifiers: set `seed` to choose them yourself")]
    Randomness,
}
