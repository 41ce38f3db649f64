//! Descriptions of the order proxy's routes for docs/openapi.json.

pub(super) mod approvals;
pub(super) mod bundles;
pub(super) mod domains;
mod examples;
pub(super) mod orders;
mod refusals;
pub(super) mod sessions;
