//! HMAC with every hash function in use.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// The hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Algorithm {
    /// The only one that the functions verify.
    Sha256,
    Sha512,
    Sha1,
}

impl Algorithm {
    /// The algorithm with signatures of this many bytes.
    pub(crate) const fn of_length(bytes: usize) -> Option<Self> {
        match bytes {
            20 => Some(Self::Sha1),
            32 => Some(Self::Sha256),
            64 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The usual name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "HMAC-SHA1",
            Self::Sha256 => "HMAC-SHA256",
            Self::Sha512 => "HMAC-SHA512",
        }
    }

    /// Starts a computation; keys may have any length.
    pub(crate) fn begin(self, key: &[u8]) -> Option<Running> {
        match self {
            Self::Sha1 => Hmac::new_from_slice(key).ok().map(Running::Sha1),
            Self::Sha256 => Hmac::new_from_slice(key).ok().map(Running::Sha256),
            Self::Sha512 => Hmac::new_from_slice(key).ok().map(Running::Sha512),
        }
    }
}

/// A computation in progress. A common prefix of messages is computed once, and cloned.
#[derive(Debug, Clone)]
pub(crate) enum Running {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl Running {
    /// Adds bytes to the message.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(mac) => mac.update(bytes),
            Self::Sha256(mac) => mac.update(bytes),
            Self::Sha512(mac) => mac.update(bytes),
        }
    }

    /// Returns the signature.
    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha1(mac) => mac.finalize().into_bytes().to_vec(),
            Self::Sha256(mac) => mac.finalize().into_bytes().to_vec(),
            Self::Sha512(mac) => mac.finalize().into_bytes().to_vec(),
        }
    }
}
