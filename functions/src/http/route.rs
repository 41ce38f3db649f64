//! Routes with their descriptions: one list, from which a router serves and docs/openapi.json is written.

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with, patch_with, post_with};
use aide::transform::TransformOperation;
use aide::{OperationInput, OperationOutput, operation::OperationHandler};
use axum::Router;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};

/// The methods that our routes have.
#[derive(Debug, Clone, Copy)]
enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

/// One method of a path: its handler and its documentation.
#[derive(Debug)]
pub struct Route<H, D> {
    method: Method,
    handler: H,
    description: D,
}

/// `GET`, answered by `handler`.
pub const fn get<H, D>(handler: H, description: D) -> Route<H, D> {
    Route { method: Method::Get, handler, description }
}

/// `POST`, answered by `handler`.
pub const fn post<H, D>(handler: H, description: D) -> Route<H, D> {
    Route { method: Method::Post, handler, description }
}

/// `PATCH`, answered by `handler`.
pub const fn patch<H, D>(handler: H, description: D) -> Route<H, D> {
    Route { method: Method::Patch, handler, description }
}

/// `DELETE`, answered by `handler`.
pub const fn delete<H, D>(handler: H, description: D) -> Route<H, D> {
    Route { method: Method::Delete, handler, description }
}

/// What a list of routes is made into. A route without a description fits neither.
pub trait Routes<S>: Sized {
    /// Adds one method of `path`.
    #[must_use]
    fn route<H, D, I, O, T>(self, path: &str, route: Route<H, D>) -> Self
    where
        H: Handler<T, S> + OperationHandler<I, O>,
        D: FnOnce(TransformOperation<'_>) -> TransformOperation<'_>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static;
}

/// Serves the routes. Their descriptions are never called, so the linker leaves them out of the functions.
impl<S: Clone + Send + Sync + 'static> Routes<S> for Router<S> {
    fn route<H, D, I, O, T>(self, path: &str, route: Route<H, D>) -> Self
    where
        H: Handler<T, S> + OperationHandler<I, O>,
        D: FnOnce(TransformOperation<'_>) -> TransformOperation<'_>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static,
    {
        let methods: MethodRouter<S> = match route.method {
            Method::Get => routing::get(route.handler),
            Method::Post => routing::post(route.handler),
            Method::Patch => routing::patch(route.handler),
            Method::Delete => routing::delete(route.handler),
        };
        self.route(path, methods)
    }
}

/// Describes the routes.
impl<S: Clone + Send + Sync + 'static> Routes<S> for ApiRouter<S> {
    fn route<H, D, I, O, T>(self, path: &str, route: Route<H, D>) -> Self
    where
        H: Handler<T, S> + OperationHandler<I, O>,
        D: FnOnce(TransformOperation<'_>) -> TransformOperation<'_>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static,
    {
        let Route { method, handler, description } = route;
        let methods = match method {
            Method::Get => get_with(handler, description),
            Method::Post => post_with(handler, description),
            Method::Patch => patch_with(handler, description),
            Method::Delete => delete_with(handler, description),
        };
        self.api_route(path, methods)
    }
}
