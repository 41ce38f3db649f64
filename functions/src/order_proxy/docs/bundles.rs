//! Bundles.

use crate::failure::{Failure, of_the_table};
use crate::http::describe::Describe;
use crate::http::query::refusals_of_pages;
use crate::order_proxy::bundle_bodies::{Bundle, BundleGone};
use crate::order_proxy::bundles;
use crate::order_proxy::docs::refusals::{of_partners_upstream, of_readings};
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

pub(crate) fn list(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("listBundles")
        .summary("List bundles")
        .page::<Bundle>("/v1/bundles")
        .refuses([Failure::bad_field("status_unknown", "status", bundles::STATUSES)])
        .refuses(refusals_of_pages())
        .refuses(of_partners_upstream([StatusCode::BAD_REQUEST]))
        .refuses(of_the_table())
}

pub(crate) fn create(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let read = |body: Map<String, Value>| bundles::read(body, true);
    let wrong = [
        json!({"name": "", "monthly_sending_volume": 5000}),
        json!({"name": "Starter", "monthly_sending_volume": 0}),
        json!({"name": "Starter", "monthly_sending_volume": 5000, "google_percent": 60}),
    ];
    route
        .id("createBundle")
        .summary("Create a bundle")
        .answer::<Bundle>(StatusCode::CREATED, "The bundle, with the number of domains that it requires.")
        .refuses(of_readings(read, wrong))
        .refuses(of_partners_upstream([StatusCode::BAD_REQUEST, StatusCode::CONFLICT]))
        .refuses(of_the_table())
}

pub(crate) fn show(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("showBundle")
        .summary("Retrieve a bundle")
        .answer::<Bundle>(StatusCode::OK, "The bundle.")
        .refuses([Failure::BundleNotFound])
        .refuses(of_partners_upstream([StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND]))
        .refuses(of_the_table())
}

pub(crate) fn change(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let read = |body: Map<String, Value>| bundles::read(body, false);
    let wrong = [json!({}), json!({"name": ""}), json!({"monthly_sending_volume": 0}), json!({"google_percent": 60})];
    route
        .id("changeBundle")
        .summary("Update a bundle")
        .answer::<Bundle>(StatusCode::OK, "The updated bundle.")
        .refuses(of_readings(read, wrong))
        .refuses([Failure::BundleNotFound])
        .refuses(of_partners_upstream([StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND, StatusCode::CONFLICT]))
        .refuses(of_the_table())
}

pub(crate) fn delete(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("deleteBundle")
        .summary("Delete or archive a bundle")
        .answer::<BundleGone>(StatusCode::OK, "The deleted or archived bundle.")
        .refuses([Failure::BundleNotFound])
        .refuses(of_partners_upstream([StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND, StatusCode::CONFLICT]))
        .refuses(of_the_table())
}
