//! What can keep a sandbox from starting, each with what to do about it.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// Something else listens on the address.
    #[error("the address {address} is taken: stop what listens there, or choose another port (0 picks a free one)")]
    AddressTaken {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The address cannot be listened on for another reason.
    #[error("cannot listen on {address}: use an address of this machine and a port that you may bind")]
    Address {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A setting has a value that cannot work.
    #[error("the setting {name} is not usable: {hint}")]
    Setting {
        /// Name of the field of [`crate::SandboxConfig`].
        name: &'static str,
        /// What to write there.
        hint: &'static str,
    },
    /// The data file exists and cannot be read back.
    #[error(
        "cannot read the data file {}: move it away to start empty, or name another file",
        path.display()
    )]
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: std::io::Error,
    },
    /// The HTTP client for webhooks could not be built.
    #[error("cannot build the HTTP client that delivers webhooks")]
    Client(#[source] reqwest::Error),
    /// The operating system gave no randomness for a seed.
    #[error("no randomness for the identifiers: set `seed` to choose them yourself")]
    Randomness,
}
