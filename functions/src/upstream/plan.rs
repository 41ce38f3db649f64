//! The required domains of a session's plan, read from upstream, whose figures are authoritative.

use crate::upstream::call::Call;
use crate::upstream::plan_cache::Known;
use crate::upstream::{Upstream, UpstreamError};
use axum::http::StatusCode;
use serde_json::Value;
use shared::ids::BundleId;
use shared::lenient_json;
use shared::plan::{MAX_PLAN_DOMAINS, Plan, PlanChoice, RequiredDomains};

/// The plan cannot be ordered, or could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The licence counts make no plan; the text says why.
    #[error("the plan is invalid: {0}")]
    Invalid(String),
    /// The bundle is archived or unknown, or needs no domains.
    #[error("the plan is not available")]
    Unavailable,
    /// The bundle needs more than [`MAX_PLAN_DOMAINS`] domains.
    #[error("the plan is too large for one order")]
    TooLarge,
    /// Upstream did not answer with the bundle.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

impl Upstream {
    /// The plan behind `choice`. Licence counts are not asked about: their domains follow from them.
    ///
    /// # Errors
    /// [`PlanError`].
    pub async fn plan(&self, choice: &PlanChoice) -> Result<Plan, PlanError> {
        match choice {
            PlanChoice::Bundle(bundle) => self.bundle(&bundle.bundle_id).await,
            PlanChoice::Custom(licences) => {
                let required_domains = licences.required_domains().map_err(|problems| {
                    let messages: Vec<&str> = problems.iter().map(|problem| problem.message).collect();
                    PlanError::Invalid(messages.join(" "))
                })?;
                let (google, microsoft) = (licences.google_licenses, licences.microsoft_licenses);
                let of_google = format!("{google} Google {}", if google == 1 { "inbox" } else { "inboxes" });
                let of_microsoft =
                    format!("{microsoft} Microsoft {}", if microsoft == 1 { "domain" } else { "domains" });
                let name = match (google, microsoft) {
                    (_, 0) => of_google,
                    (0, _) => of_microsoft,
                    _ => format!("{of_google} and {of_microsoft}"),
                };
                Ok(Plan { name, required_domains })
            }
        }
    }

    /// The plan as a page shows it: read at most once a minute, because every look at the page asks for it.
    /// Orders are checked against [`Upstream::plan`].
    ///
    /// # Errors
    /// As [`Upstream::plan`].
    pub async fn plan_shown(&self, choice: &PlanChoice) -> Result<Plan, PlanError> {
        let PlanChoice::Bundle(bundle) = choice else {
            return self.plan(choice).await;
        };
        if let Some(known) = self.plans.find(&bundle.bundle_id) {
            return shown(known);
        }
        // Many pages may ask at the same time: one reads it, and the others wait for the result.
        let _turn = self.plans.reading.lock().await;
        match self.plans.find(&bundle.bundle_id) {
            Some(known) => shown(known),
            None => self.plan(choice).await,
        }
    }

    /// Domains of the plan, when no call is needed to know them.
    pub fn plan_size(&self, choice: &PlanChoice) -> Option<u32> {
        match choice {
            PlanChoice::Custom(licences) => licences.required_domains().ok().map(|required| required.total),
            PlanChoice::Bundle(bundle) => self.plans.size(&bundle.bundle_id),
        }
    }

    async fn bundle(&self, id: &BundleId) -> Result<Plan, PlanError> {
        let answer = match self.call(&Call::get(format!("/bundles/{id}"))).await {
            Ok(answer) => answer,
            Err(UpstreamError::Refused { status: StatusCode::NOT_FOUND, is_documented: true, .. }) => {
                self.plans.keep(id, Known::Unavailable);
                return Err(PlanError::Unavailable);
            }
            Err(error) => return Err(error.into()),
        };
        if answer.data.get("status").and_then(Value::as_str) == Some("archived") {
            self.plans.keep(id, Known::Unavailable);
            return Err(PlanError::Unavailable);
        }
        let count = |key: &str| {
            let value = answer.data.pointer(&format!("/required_domains/{key}"))?;
            lenient_json::whole(value).and_then(|count| u32::try_from(count).ok())
        };
        // Without required_domains nothing can be sold: docs/upstream.md#required-domains.
        let (Some(google), Some(microsoft)) = (count("google"), count("microsoft")) else {
            tracing::error!(alarm = "upstream_edition", bundle.id = %id, "bundle lacks required_domains");
            return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: answer.request_id }.into());
        };
        if google.saturating_add(microsoft) == 0 {
            // Nothing can be picked for it.
            self.plans.keep(id, Known::Unavailable);
            return Err(PlanError::Unavailable);
        }
        let name = answer.data.get("name").and_then(Value::as_str).unwrap_or("Bundle").to_owned();
        let plan = Plan { name, required_domains: RequiredDomains::new(google, microsoft) };
        self.plans.keep(id, Known::Plan(plan.clone()));
        if plan.required_domains.total > MAX_PLAN_DOMAINS {
            return Err(PlanError::TooLarge);
        }
        Ok(plan)
    }
}

/// The plan of a bundle that was read lately.
fn shown(known: Known) -> Result<Plan, PlanError> {
    match known {
        Known::Plan(plan) => Ok(plan),
        Known::Unavailable => Err(PlanError::Unavailable),
    }
}
