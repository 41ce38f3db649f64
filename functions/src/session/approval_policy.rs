//! Which orders of a stage need the partner's approval: the stage's setting, tightened by a session's claim.

use crate::model::approval::ApprovalMode;

/// Which orders of a stage need an approval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ApprovalPolicy {
    /// What every order needs.
    pub least: ApprovalMode,
    /// Whether the partner's backend can be asked.
    pub can_call: bool,
}

impl ApprovalPolicy {
    /// What the orders of a session with this claim need.
    ///
    /// # Errors
    /// What is wrong with the claim on this stage.
    pub fn of(&self, claim: ApprovalMode) -> Result<ApprovalMode, &'static str> {
        match (self.least, claim) {
            (_, ApprovalMode::Call) if !self.can_call => {
                Err("approval is call, and this stage does not know whom to ask: set APPROVAL_URL.")
            }
            (least, ApprovalMode::None) => Ok(least),
            (ApprovalMode::None, claim) => Ok(claim),
            (least, claim) if least == claim => Ok(least),
            (ApprovalMode::Call, _) => {
                Err("approval is token, and this stage asks the partner's backend: leave it out.")
            }
            (_, _) => Err("approval is call, and this stage takes signed approvals: leave it out."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ApprovalPolicy;
    use crate::model::approval::ApprovalMode::{self, Call, None as Nobody, Token};

    #[test]
    fn claims_only_tighten_what_the_stage_needs() {
        let of = |least, can_call, claim| ApprovalPolicy { least, can_call }.of(claim).ok();
        let table: [(ApprovalMode, bool, [Option<ApprovalMode>; 3]); 5] = [
            (Nobody, false, [Some(Nobody), Some(Token), None]),
            (Nobody, true, [Some(Nobody), Some(Token), Some(Call)]),
            (Token, false, [Some(Token), Some(Token), None]),
            (Token, true, [Some(Token), Some(Token), None]),
            (Call, true, [Some(Call), None, Some(Call)]),
        ];
        for (least, can_call, expected) in table {
            let found = [Nobody, Token, Call].map(|claim| of(least, can_call, claim));
            assert_eq!(found, expected, "{least:?} {can_call}");
        }
    }
}
