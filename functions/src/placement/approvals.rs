//! Which orders of the stage need the partner's approval, and who is asked for it.

use crate::placement::asking::Approver;
use crate::session::approval_policy::ApprovalPolicy;

/// Which orders need an approval, and who is asked for it.
#[derive(Debug, Clone, Default)]
pub struct Approvals {
    /// Which orders need one.
    pub policy: ApprovalPolicy,
    /// Asks the partner's backend.
    pub approver: Option<Approver>,
}
