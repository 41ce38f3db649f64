//! One customer's order as a client lives through it: sent, lost, looked for, watched. A state machine without network or clock.
//!
//! A driver gives [`OrderClient::input`] what happened and when, and carries out the effects that come back. Times are
//! milliseconds since 1970 of a clock that never goes back, such as `performance.timeOrigin + performance.now()`.
//!
//! ```text
//!            place            201, or the session has it
//!   none ────────────► sending ─────────────────────────────► placed ◄──── watch(id)
//!    ▲ ▲                 │  │ 402 ──► approving ──► sending      ▲
//!    │ │ refused         │  │ 202 ──► placing ───────────────────┤ the session names its id
//!    │ └─────────────────┤                │ the session has no order: none, not_placed
//!    │                   │ lost           ▼
//!    │                   ▼          (asked every 2 to 10 s)
//!    │               confirming ──► unconfirmed: sending again in this session is safe
//!    │                   │ another session by now
//!    │ order again       ▼
//!    └─────────────── doubt ──► found in the list of orders: placed
//! ```

mod doubt;
mod machine;
mod memory;
mod message;
mod placing;
mod session;
mod state;
mod timers;
mod unconfirmed;
mod watching;

pub use doubt::ids_of;
pub use machine::OrderClient;
pub use message::{Announcement, ApprovalRequest, Effect, Input};
pub use state::{OrderState, Sent, SessionState};
