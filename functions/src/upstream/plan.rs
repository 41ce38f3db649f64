//! What a session's plan asks for, read from upstream: its figures are the truth.

use crate::failure::Failure;
use crate::upstream::{Upstream, UpstreamError};
use axum::http::StatusCode;
use serde_json::Value;
use shared::ids::BundleId;
use shared::plan::{Plan, PlanChoice, RequiredDomains};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

impl Upstream {
    /// The plan behind `choice`. Licence counts are not asked about: their domains follow from them.
    ///
    /// # Errors
    /// `409 plan_unavailable` for an archived or unknown bundle, any [`UpstreamError`] otherwise.
    pub async fn plan(&self, choice: &PlanChoice) -> Result<Plan, Failure> {
        match choice {
            PlanChoice::Bundle(bundle) => self.bundle(&bundle.bundle_id).await,
            PlanChoice::Custom(licences) => {
                let required_domains =
                    licences.required_domains().map_err(|message| Failure::bad_request("plan_invalid", message))?;
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
    /// What is ordered is checked against [`Upstream::plan`].
    ///
    /// # Errors
    /// As [`Upstream::plan`].
    pub async fn plan_shown(&self, choice: &PlanChoice) -> Result<Plan, Failure> {
        let PlanChoice::Bundle(bundle) = choice else {
            return self.plan(choice).await;
        };
        if let Some(plan) = self.plans.find(&bundle.bundle_id) {
            return Ok(plan);
        }
        let plan = self.plan(choice).await?;
        self.plans.keep(&bundle.bundle_id, &plan);
        Ok(plan)
    }

    async fn bundle(&self, id: &BundleId) -> Result<Plan, Failure> {
        let answer = match self.read(&format!("/bundles/{id}"), &[]).await {
            Ok(answer) => answer,
            Err(UpstreamError::Refused { status: StatusCode::NOT_FOUND, .. }) => return Err(unavailable()),
            Err(error) => return Err(error.into()),
        };
        if answer.data.get("status").and_then(Value::as_str) == Some("archived") {
            return Err(unavailable());
        }
        let count = |key: &str| {
            let value = answer.data.pointer(&format!("/required_domains/{key}"))?;
            value.as_u64().and_then(|count| u32::try_from(count).ok())
        };
        // The May edition has no required_domains; without them nothing can be sold (reference, table 8, row 7).
        let (Some(google), Some(microsoft)) = (count("google"), count("microsoft")) else {
            tracing::error!(alarm = "upstream_edition", bundle.id = %id, "the bundle lacks required_domains");
            return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: answer.request_id }.into());
        };
        let name = answer.data.get("name").and_then(Value::as_str).unwrap_or("Bundle").to_owned();
        Ok(Plan { name, required_domains: RequiredDomains::new(google, microsoft) })
    }
}

/// How long a plan may be shown without asking again.
const SHOWN_FOR: Duration = Duration::from_secs(60);
/// Plans that are kept: a partner has a handful of bundles.
const KEPT_PLANS: usize = 64;

/// Plans that were read lately.
#[derive(Debug, Default)]
pub(super) struct Plans(Mutex<HashMap<BundleId, (Instant, Plan)>>);

impl Plans {
    fn find(&self, id: &BundleId) -> Option<Plan> {
        let plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.get(id).filter(|(read_at, _)| read_at.elapsed() < SHOWN_FOR).map(|(_, plan)| plan.clone())
    }

    /// A bundle that was changed is read anew.
    pub(super) fn forget(&self, id: &BundleId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    fn keep(&self, id: &BundleId, plan: &Plan) {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= KEPT_PLANS {
            plans.clear();
        }
        plans.insert(id.clone(), (Instant::now(), plan.clone()));
    }
}

fn unavailable() -> Failure {
    Failure::Conflict("plan_unavailable", "This plan is no longer on offer. Ask the shop for another one.")
}
