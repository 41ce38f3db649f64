//! The constructors of the functions' parts. Each takes the shared resources, its settings, and, if it calls upstream,
//! the client or the transport for that.

use crate::config::{AllSettings, ApprovalSettings, NotifierSettings, ReceiverSettings, UpstreamSettings};
use crate::notifier::bus::Buses;
use crate::notifier::later::{Later, Queue};
use crate::notifier::network::Network as EndpointNetwork;
use crate::notifier::outside::Outside;
use crate::notifier::{Notifier, Ways};
use crate::order_proxy::{Proxy, ShopConfig};
use crate::placement::{Approvals, Approver};
use crate::reconciler::Reconciler;
use crate::session::approval_policy::ApprovalPolicy;
use crate::session::stage_terms::read_pricing;
use crate::session::{Keys, StageTerms};
use crate::status::StatusApi;
use crate::upstream::transport::Transport;
use crate::upstream::{Upstream, UpstreamConfig};
use crate::webhook::Receiver;
use crate::webhook::capture::Capture;
use crate::webhook::forward::OtherStage;
use crate::wiring::gateway;
use crate::wiring::resources::Resources;
use axum::Router;
use std::sync::Arc;

/// The client of upstream. All functions of a stage take their calls from one bucket in the table.
pub fn upstream(resources: &Resources, transport: Arc<dyn Transport>, settings: &UpstreamSettings) -> Upstream {
    let config = UpstreamConfig {
        base_url: settings.base_url.clone(),
        secret_store: resources.secret_store.clone(),
        availability_batch: settings.availability_batch,
        calls_per_minute: settings.calls_per_minute,
        clock: resources.clock.clone(),
        random: resources.random.clone(),
    };
    Upstream::over(transport, config).sharing(resources.store.rate(resources.stage.name()))
}

/// Checks the callers. Where orders are placed, also whether their session can be approved on this stage.
fn keys(resources: &Resources, approvals: Option<ApprovalPolicy>) -> Keys {
    let secrets = resources.secret_store.secrets();
    // A price list that cannot be read was refused at the start.
    let pricing = secrets.default_pricing.as_ref().and_then(|text| read_pricing(text.as_bytes()).ok()).map(Arc::new);
    Keys {
        secret_store: resources.secret_store.clone(),
        clock: resources.clock.clone(),
        stage: StageTerms::of(resources.stage).with_pricing(pricing).with_approvals(approvals),
    }
}

/// How orders are approved: the partner's backend is asked over `transport`.
pub fn approvals(
    resources: &Resources,
    settings: ApprovalSettings,
    transport: Option<Arc<dyn Transport>>,
) -> Approvals {
    let ApprovalSettings { least, url } = settings;
    let approver = url.zip(transport).map(|(url, transport)| Approver {
        transport,
        url,
        secret_store: resources.secret_store.clone(),
        clock: resources.clock.clone(),
    });
    Approvals { policy: ApprovalPolicy { least, can_call: approver.is_some() }, approver }
}

/// The order proxy.
pub fn order_proxy(resources: &Resources, upstream: Upstream, shop: ShopConfig, approvals: Approvals) -> Proxy {
    Proxy {
        store: resources.store.clone(),
        upstream,
        keys: keys(resources, Some(approvals.policy)),
        shop,
        approvals,
        clock: resources.clock.clone(),
        random: resources.random.clone(),
    }
}

/// The status endpoints.
pub fn status(resources: &Resources, upstream: Upstream, order_link: Option<String>) -> StatusApi {
    StatusApi {
        store: resources.store.clone(),
        keys: keys(resources, None),
        upstream,
        random: resources.random.clone(),
        order_link,
    }
}

/// The webhook receiver. `other` receives the deliveries of the other environment.
pub fn webhook(resources: &Resources, settings: ReceiverSettings, other: Option<OtherStage>) -> Receiver {
    Receiver {
        store: resources.store.clone(),
        clock: resources.clock.clone(),
        secret_store: resources.secret_store.clone(),
        signing: settings.signing,
        other,
        capture: settings.captures.then(Capture::default),
    }
}

/// The reconciler. It counts the calls of `upstream`, so it needs its own client.
pub fn reconciler(resources: &Resources, upstream: Upstream, shop: ShopConfig, calls: u64) -> Reconciler {
    // It finishes what was approved, and asks nobody.
    let order_placement = order_proxy(resources, upstream, shop, Approvals::default()).order_placement();
    Reconciler { order_placement, clock: resources.clock.clone(), calls }
}

/// How a stage on AWS sends letters, and brings attempts back.
pub fn ways(network: EndpointNetwork, settings: &NotifierSettings) -> Ways {
    let courier = Arc::new(Outside { network, buses: Some(Buses::new(&settings.aws)) });
    let later = settings.queue_url.clone().map(|url| Arc::new(Queue::new(&settings.aws, url)) as Arc<dyn Later>);
    Ways { courier, later }
}

/// The notifier.
pub fn notifier(resources: &Resources, ways: Ways) -> Notifier {
    let time = (resources.clock.clone(), resources.random.clone());
    Notifier::new(resources.store.clone(), resources.secret_store.clone(), ways, time)
}

/// All functions in one process.
#[derive(Debug, Clone)]
pub struct AllFunctions {
    /// What answers, behind one address.
    pub router: Router,
    /// What a schedule starts.
    pub reconciler: Reconciler,
}

/// All functions in one process, as API Gateway puts them behind one address.
pub fn all(
    resources: &Resources,
    transport: Arc<dyn Transport>,
    settings: AllSettings,
    other: Option<OtherStage>,
) -> AllFunctions {
    let asking = Arc::clone(&transport);
    all_asking(resources, transport, asking, settings, other)
}

/// The same, with another transport to the partner's backend.
pub fn all_asking(
    resources: &Resources,
    transport: Arc<dyn Transport>,
    asking: Arc<dyn Transport>,
    settings: AllSettings,
    other: Option<OtherStage>,
) -> AllFunctions {
    let client = || upstream(resources, Arc::clone(&transport), &settings.upstream);
    let pages = client();
    let approvals = approvals(resources, settings.approvals, Some(asking));
    let proxy = order_proxy(resources, pages.clone(), settings.shop.clone(), approvals);
    let router = gateway::all(
        proxy,
        status(resources, pages, settings.order_link),
        webhook(resources, settings.receiver, other),
        &settings.origins,
    );
    let reconciler = reconciler(resources, client(), settings.shop.clone(), settings.reconciler_calls);
    AllFunctions { router, reconciler }
}
