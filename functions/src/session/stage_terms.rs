//! What the stage decides about every session: its kind, and the prices of sessions that name none.

use crate::failure::Failure;
use crate::http::fields::{Fields, parse_object, refuse_if_any};
use crate::secrets::StageKind;
use crate::session::approval_policy::ApprovalPolicy;
use shared::pricing::Pricing;
use shared::session_grant::price_list;
use std::sync::Arc;

/// What the stage decides about every session.
#[derive(Debug, Clone)]
pub struct StageTerms {
    /// The kind of stage, which the audience of a session token names.
    pub kind: StageKind,
    /// The prices of sessions whose token has none.
    pub pricing: Arc<Pricing>,
    /// Which orders need an approval; `None` where sessions only read.
    pub approvals: Option<ApprovalPolicy>,
}

impl StageTerms {
    /// The terms of a stage without a price list of its own: a live one shows no amounts, a test one shows upstream's.
    pub fn of(kind: StageKind) -> Self {
        let pricing = match kind {
            StageKind::Live => Pricing::hidden(),
            StageKind::Test => Pricing::cost(),
        };
        Self { kind, pricing: Arc::new(pricing), approvals: None }
    }

    /// The same terms where orders are placed.
    #[must_use]
    pub fn with_approvals(self, approvals: Option<ApprovalPolicy>) -> Self {
        Self { approvals, ..self }
    }

    /// The same terms with a price list of the stage.
    #[must_use]
    pub fn with_pricing(self, pricing: Option<Arc<Pricing>>) -> Self {
        let pricing = pricing.unwrap_or(self.pricing);
        Self { pricing, ..self }
    }
}

/// Reads a stage's price list.
///
/// # Errors
/// Everything that is wrong with it, in one sentence each.
pub fn read_pricing(text: &[u8]) -> Result<Pricing, Vec<String>> {
    let words = |failure: &Failure| {
        let (_, problem) = failure.outward();
        let findings = problem.details.findings.iter();
        let lines: Vec<String> = findings.map(|finding| format!("{}: {}", finding.field, finding.message)).collect();
        if lines.is_empty() { vec![problem.message] } else { lines }
    };
    let list = parse_object(text).map_err(|failure| words(&failure))?;
    let mut findings = Vec::new();
    let mut fields = Fields::new(list, "", &mut findings);
    let pricing = price_list::read_list(&mut fields);
    fields.finish();
    refuse_if_any(findings).map_err(|failure| words(&failure))?;
    pricing.ok_or_else(|| vec!["it is incomplete".to_owned()])
}
