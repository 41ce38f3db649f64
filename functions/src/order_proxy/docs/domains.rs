//! Availability, imports and claims.

use crate::failure::{Failure, of_the_table};
use crate::http::describe::Describe;
use crate::order_proxy::availability;
use crate::order_proxy::docs::refusals::{names, not_claimed, not_in_import, of_readings, of_upstream, plan};
use crate::order_proxy::import_start::too_many;
use crate::order_proxy::imports;
use crate::store::claim::MAX_OPEN_CLAIMS;
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use serde_json::json;
use shared::answers::{AvailabilityAnswer, ClaimView, ImportView};

pub(crate) fn check(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("checkAvailability")
        .summary("Check availability and prices")
        .answer::<AvailabilityAnswer>(StatusCode::OK, "One row per name, in the order of the request.")
        .refuses(of_readings(availability::read, [json!({"domains": []})]))
        .refuses(of_upstream())
        .refuses(of_the_table())
}

pub(crate) fn start(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let goes_on = "Import in progress: set the nameservers, then poll. If id is null, upstream's response was lost: \
                   find the import by its domains (GET), or release them (/v1/domains/claims/release).";
    route
        .id("importDomains")
        .summary("Import domains that the customer owns")
        .answer::<ImportView>(StatusCode::OK, "Import finished.")
        .answer::<ImportView>(StatusCode::ACCEPTED, goes_on)
        .refuses(of_readings(imports::read, [json!({"domains": []})]))
        .refuses([too_many(MAX_OPEN_CLAIMS, MAX_OPEN_CLAIMS)])
        .refuses(plan())
        .refuses(of_upstream())
        .refuses(of_the_table())
        .refusal_means(
            StatusCode::CONFLICT,
            "The customer has too many open claims (too_many_open_claims), or the plan cannot be used.",
        )
}

pub(crate) fn find(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("findImport")
        .summary("Find an import by its domains")
        .description(
            "Use this when the id of the import is unknown. If upstream's response to the import was lost, the request \
             is repeated, which returns the same import. Until upstream responds, id is null and the domains are \
             in_progress.",
        )
        .answer::<ImportView>(StatusCode::OK, "Import finished.")
        .answer::<ImportView>(StatusCode::ACCEPTED, "Import in progress.")
        .refuses([Failure::bad_field("out_of_range", "domains", imports::HOW_MANY), Failure::ImportNotFound])
        .refuses(of_upstream())
        .refuses(of_the_table())
}

pub(crate) fn show(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("showImport")
        .summary("Retrieve an import")
        .answer::<ImportView>(StatusCode::OK, "Import finished.")
        .answer::<ImportView>(StatusCode::ACCEPTED, "Import in progress.")
        .refuses([Failure::ImportNotFound])
        .refuses(of_upstream())
        .refuses(of_the_table())
}

pub(crate) fn release_import(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("releaseImportedDomains")
        .summary("Release domains of an import")
        .answer::<ImportView>(StatusCode::OK, "Released. No other domain of the import is pending.")
        .answer::<ImportView>(StatusCode::ACCEPTED, "Released. Other domains of the import are pending.")
        .refuses(of_readings(imports::read, [json!({"domains": []})]))
        .refuses([not_in_import(), Failure::ImportNotFound])
        .refuses(of_upstream())
        .refuses(of_the_table())
        .refusal_means(
            StatusCode::BAD_REQUEST,
            "Invalid request; see details.findings, such as not_in_import for a name that is not part of the import. \
             Nothing is released.",
        )
}

pub(crate) fn claims(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("listClaims")
        .summary("List claims")
        .description(
            "Domains that the customer has asked to import and that are not connected yet, including those whose import \
             has no id because upstream's response was lost.",
        )
        .answer::<Vec<ClaimView>>(StatusCode::OK, "Claims, sorted by domain.")
        .refuses(of_upstream().filter(|failure| failure.documented().0 == StatusCode::TOO_MANY_REQUESTS))
        .refuses(of_the_table())
}

pub(crate) fn release(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("releaseClaims")
        .summary("Release claims by domain")
        .answer::<ImportView>(StatusCode::OK, "Result for each domain; connected domains stay.")
        .refuses(of_readings(imports::read, [json!({"domains": []})]))
        .refuses(names())
        .refuses([not_claimed()])
        .refuses(of_upstream().filter(|failure| failure.documented().0 == StatusCode::TOO_MANY_REQUESTS))
        .refuses(of_the_table())
        .refusal_means(
            StatusCode::BAD_REQUEST,
            "Invalid request; see details.findings, such as not_claimed for a name without a claim. Nothing is released.",
        )
}
