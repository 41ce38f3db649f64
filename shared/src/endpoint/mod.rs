//! The endpoints that receive notifications: a document of the stage, read strictly, with all findings at once.

mod address;
mod bus;
mod document;
mod receiver;
mod secret;
mod types;

pub use address::{Hosts, is_public};
pub use document::read;
pub use receiver::{Destination, Endpoint, MAX_ENDPOINTS};
pub use secret::{SigningSecret, is_signing_secret, read_secrets};
pub use types::TYPES;
