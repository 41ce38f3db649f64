//! What a session permits, read strictly and by one parser: by the server from tokens and bodies, and by programs that
//! sign tokens themselves, before they do.

pub mod grant;
pub mod labels;
pub mod new_session;
pub mod price_list;
