//! The permissions of a session, read by one parser from a signed token and from the body of `POST /v1/sessions`.

use crate::approval_mode::ApprovalMode;
use crate::customer::is_customer;
use crate::fields::Fields;
use crate::ids::BundleId;
use crate::origin::{MAX_ORIGINS, NOT_AN_ORIGIN, normalise_origin};
use crate::plan::{BundleChoice, Licences, PlanChoice};
use crate::pricing::Pricing;
use crate::session_grant::labels::Labels;
use crate::session_grant::price_list;
use serde_json::Value;

/// The permissions of a session: customer, plan, pages, the highest cost, and what the customer pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// An e-mail address or upstream's `usr_…`, as it was given.
    pub user: String,
    /// The plan that may be ordered; `None`: the session may read, not order.
    pub plan: Option<PlanChoice>,
    /// The Smartlead client that the inboxes belong to.
    pub client_id: Option<u64>,
    /// Pages that may use the session, each as scheme, host and port.
    pub origins: Option<Vec<String>>,
    /// Upper bound of what the domains may cost upstream, in cents.
    pub max_total_cents: Option<u64>,
    /// What the customer pays; `None`: the stage's default.
    pub pricing: Option<Pricing>,
    /// The approval that an order needs, in addition to the stage's.
    pub approval: ApprovalMode,
    /// What it carries for the partner and for messages.
    pub labels: Labels,
}

impl Grant {
    /// Takes the grant out of `fields`. `customer` is the name of the customer's field: `sub` in a token.
    /// Problems are added to the findings of `fields`; `None` when an essential field is missing.
    pub fn read(fields: &mut Fields<'_>, customer: &str) -> Option<Self> {
        let user = fields.required_string(customer).map(|text| text.trim().to_owned());
        if user.as_deref().is_some_and(|text| !is_customer(text)) {
            fields.add_finding(
                customer,
                "customer_invalid",
                format!("{} must be an e-mail address or upstream's usr_… id.", fields.path_of(customer)),
            );
        }
        let plan = fields.optional("plan").map(|value| read_plan(fields, value));
        let client_id = fields.optional("sequencer").and_then(|value| read_sequencer(fields, value));
        let origins = read_origins(fields);
        let max_total_cents = fields.optional_u64("max_total_cents");
        let pricing = fields.optional("pricing").and_then(|value| price_list::read(fields, "pricing", value));
        let approval = read_approval(fields);
        let labels = Labels::read(fields);
        // A plan that was given and is wrong must not turn into a session without a plan.
        let plan = match plan {
            Some(None) => return None,
            Some(Some(plan)) => Some(plan),
            None => None,
        };
        Some(Self { user: user?, plan, client_id, origins, max_total_cents, pricing, approval, labels })
    }
}

fn read_approval(fields: &mut Fields<'_>) -> ApprovalMode {
    let Some(word) = fields.optional_string("approval") else {
        return ApprovalMode::None;
    };
    let approval = ApprovalMode::parse(&word);
    if approval.is_none() {
        fields.add_finding("approval", "word_unknown", "approval must be one of: none, token, call.");
    }
    approval.unwrap_or_default()
}

fn read_plan(fields: &mut Fields<'_>, value: Value) -> Option<PlanChoice> {
    let mut plan = fields.nested("plan", value)?.strict();
    let bundle = plan.optional_string("bundle_id");
    let counts = [
        plan.optional_u64("google_licenses"),
        plan.optional_u64("microsoft_licenses"),
        plan.optional_u64("google_inboxes_per_domain"),
    ];
    let custom = counts.iter().any(Option::is_some);
    let choice = match (bundle, custom) {
        (Some(_), true) => {
            plan.add_finding("bundle_id", "plan_ambiguous", "Give bundle_id or licence counts, not both.");
            None
        }
        (Some(id), false) => {
            let id = BundleId::parse(id);
            if id.is_none() {
                plan.add_finding("bundle_id", "bundle_id_invalid", "The id must be upstream's bun_… id.");
            }
            id.map(|bundle_id| PlanChoice::Bundle(BundleChoice { bundle_id }))
        }
        (None, true) => {
            let [google, microsoft, density] = counts.map(|count| count.map(|n| u32::try_from(n).unwrap_or(u32::MAX)));
            let licences = Licences {
                google_licenses: google.unwrap_or(0),
                microsoft_licenses: microsoft.unwrap_or(0),
                google_inboxes_per_domain: density.unwrap_or(2),
            };
            match licences.required_domains() {
                Ok(_) => Some(PlanChoice::Custom(licences)),
                Err(problems) => {
                    for problem in problems {
                        plan.add_finding(problem.field, "licences_out_of_range", problem.message);
                    }
                    None
                }
            }
        }
        (None, false) => {
            if plan.is_clean() {
                plan.add_finding("bundle_id", "missing_field", "Add plan.bundle_id, or licence counts.");
            }
            None
        }
    };
    plan.finish();
    choice
}

fn read_sequencer(fields: &mut Fields<'_>, value: Value) -> Option<u64> {
    let mut sequencer = fields.nested("sequencer", value)?;
    let client_id = sequencer.optional_u64("client_id");
    sequencer.finish();
    client_id
}

fn read_origins(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let values = fields.optional_array("origins")?;
    let given = fields.strings("origins", values);
    if given.is_empty() || given.len() > MAX_ORIGINS {
        fields.add_finding("origins", "out_of_range", "Give 1 to 20 origins, or leave the field out.");
    }
    let mut origins = Vec::with_capacity(given.len());
    for (index, origin) in given.iter().enumerate() {
        match normalise_origin(origin) {
            Some(origin) => origins.push(origin),
            None => fields.add_finding(&format!("origins[{index}]"), "origin_invalid", NOT_AN_ORIGIN),
        }
    }
    Some(origins)
}
