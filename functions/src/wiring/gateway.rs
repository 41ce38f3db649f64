//! The routers as they are served: on Lambda one function each, on one machine all behind one address.

use crate::health::{self, Dependencies};
use crate::http::cors::{Origins, refuse_foreign};
use crate::http::{MAX_PUBLIC_BODY, MAX_WEBHOOK_BODY, finish, request_id};
use crate::order_proxy::{self, Proxy};
use crate::status::{self, StatusApi};
use crate::webhook::{self, Receiver};
use axum::Router;

/// The order proxy as a function.
pub fn order_proxy(proxy: Proxy, dependencies: Dependencies, origins: &Origins) -> Router {
    public(order_proxy::routes(proxy).merge(health::routes(dependencies)), origins)
}

/// The status endpoints as a function.
pub fn status(status_api: StatusApi, dependencies: Dependencies, origins: &Origins) -> Router {
    public(status::routes(status_api).merge(health::routes(dependencies)), origins)
}

/// The webhook receiver as a function.
pub fn webhook(receiver: Receiver, dependencies: Dependencies) -> Router {
    finish(webhook::routes(receiver).merge(health::routes(dependencies)), MAX_WEBHOOK_BODY)
        .layer(axum::middleware::from_fn(request_id::attach))
}

/// All functions behind one address, as API Gateway puts them.
pub fn all(proxy: Proxy, status_api: StatusApi, receiver: Receiver, origins: &Origins) -> Router {
    let dependencies = proxy.dependencies();
    let browsers = order_proxy::routes(proxy).merge(status::routes(status_api)).merge(health::routes(dependencies));
    let deliveries = webhook::routes(receiver).layer(axum::extract::DefaultBodyLimit::max(MAX_WEBHOOK_BODY));
    public(browsers.merge(deliveries), origins)
}

fn public(routes: Router, origins: &Origins) -> Router {
    finish(routes, MAX_PUBLIC_BODY)
        .layer(axum::middleware::from_fn_with_state(origins.clone(), refuse_foreign))
        .layer(origins.layer())
        .layer(axum::middleware::from_fn(request_id::attach))
}

impl Proxy {
    /// The dependencies of its readiness check.
    pub fn dependencies(&self) -> Dependencies {
        Dependencies::new(self.store.clone(), Some(self.upstream.clone()), self.clock.clone())
    }
}

impl Receiver {
    /// The dependencies of its readiness check.
    pub fn dependencies(&self) -> Dependencies {
        Dependencies::new(self.store.clone(), None, self.clock.clone())
    }
}

impl StatusApi {
    /// The dependencies of its readiness check.
    pub fn dependencies(&self) -> Dependencies {
        Dependencies::new(self.store.clone(), Some(self.upstream.clone()), self.keys.clock.clone())
    }
}
