//! What a session's plan asks for, read from upstream: its figures are the truth.

use crate::failure::Failure;
use crate::upstream::{Upstream, UpstreamError};
use axum::http::StatusCode;
use serde_json::Value;
use shared::ids::BundleId;
use shared::plan::{Plan, PlanChoice, RequiredDomains};

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

fn unavailable() -> Failure {
    Failure::Conflict("plan_unavailable", "This plan is no longer on offer. Ask the shop for another one.")
}
