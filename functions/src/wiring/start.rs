//! Each function from its settings: reads them and the secrets, reports everything that is wrong, and builds it.

use crate::clock::{Clock, Random};
use crate::config::{self, ConfigError, Parsed, SecretsPlace, StageSettings};
use crate::environment::Lookup;
use crate::health::Dependencies;
use crate::notifier::Notifier;
use crate::notifier::network::Network as EndpointNetwork;
use crate::reconciler::Reconciler;
use crate::secret_store::SecretStore;
use crate::secrets::StageKind;
use crate::session::stage_terms::read_pricing;
use crate::store::Store;
use crate::upstream::network::Network;
use crate::upstream::transport::Transport;
use crate::webhook::forward::{OtherStage, WebhookUrl};
use crate::wiring::parts::{self, AllFunctions};
use crate::wiring::{gateway, resources::Resources};
use axum::Router;
use shared::endpoint::{Destination, Endpoint, Hosts};
use std::sync::Arc;

/// A function that answers requests.
#[derive(Debug, Clone)]
pub struct HttpFunction {
    /// Its routes.
    pub router: Router,
    dependencies: Dependencies,
}

impl HttpFunction {
    /// Opens the connections before the first request, so that it does not wait for them.
    pub async fn warm(self) -> Router {
        self.dependencies.warm().await;
        self.router
    }
}

/// The order proxy.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn order_proxy(lookup: Lookup<'_>) -> Result<HttpFunction, ConfigError> {
    let (resources, settings) = open(config::order_proxy(lookup)).await?;
    let upstream = parts::upstream(&resources, network()?, &settings.upstream);
    // A connection of its own: without APPROVAL_URL nobody is asked.
    let asking = settings.approvals.url.is_some().then(network).transpose()?;
    let approvals = parts::approvals(&resources, settings.approvals, asking);
    let proxy = parts::order_proxy(&resources, upstream, settings.shop, approvals);
    let dependencies = proxy.dependencies();
    Ok(HttpFunction { router: gateway::order_proxy(proxy, dependencies.clone(), &settings.origins), dependencies })
}

/// The status endpoints.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn status(lookup: Lookup<'_>) -> Result<HttpFunction, ConfigError> {
    let (resources, settings) = open(config::status(lookup)).await?;
    let upstream = parts::upstream(&resources, network()?, &settings.upstream);
    let status_api = parts::status(&resources, upstream, settings.order_link);
    let dependencies = status_api.dependencies();
    Ok(HttpFunction { router: gateway::status(status_api, dependencies.clone(), &settings.origins), dependencies })
}

/// The webhook receiver.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn webhook(lookup: Lookup<'_>) -> Result<HttpFunction, ConfigError> {
    let (resources, settings) = open(config::webhook(lookup)).await?;
    let other = other_stage(settings.other_stage, resources.stage)?;
    let receiver = parts::webhook(&resources, settings.receiver, other);
    let dependencies = receiver.dependencies();
    Ok(HttpFunction { router: gateway::webhook(receiver, dependencies.clone()), dependencies })
}

/// The reconciler.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn reconciler(lookup: Lookup<'_>) -> Result<Reconciler, ConfigError> {
    let (resources, settings) = open(config::reconciler(lookup)).await?;
    let upstream = parts::upstream(&resources, network()?, &settings.upstream);
    Ok(parts::reconciler(&resources, upstream, settings.shop, settings.calls))
}

/// The notifier.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn notifier(lookup: Lookup<'_>) -> Result<Notifier, ConfigError> {
    let (resources, settings) = open(config::notifier(lookup)).await?;
    check_hosts(&resources.secret_store, settings.hosts)?;
    let endpoint_network = EndpointNetwork::new(settings.hosts, resources.clock.clone());
    let endpoint_network = endpoint_network.map_err(|error| ConfigError(vec![error.to_string()]))?;
    let upstream = parts::upstream(&resources, network()?, &settings.upstream);
    let ways = parts::ways(endpoint_network, &settings);
    Ok(parts::notifier(&resources, ways).linking(settings.order_link).asking(upstream))
}

/// Checks that no endpoint is on this machine, unless that is allowed.
fn check_hosts(secret_store: &SecretStore, hosts: Hosts) -> Result<(), ConfigError> {
    let secrets = secret_store.secrets();
    let is_here = |endpoint: &&Endpoint| matches!(&endpoint.destination, Destination::Http { url, .. } if !url.starts_with("https://"));
    let here = secrets.endpoints.iter().filter(is_here);
    let problem =
        |endpoint: &Endpoint| format!("NOTIFICATION_ENDPOINTS: the url of {} must start with https://", endpoint.name);
    let problems: Vec<String> = here.map(problem).collect();
    if hosts == Hosts::AndThisMachine || problems.is_empty() { Ok(()) } else { Err(ConfigError(problems)) }
}

/// All functions in one process.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn all(lookup: Lookup<'_>) -> Result<AllFunctions, ConfigError> {
    let (resources, (settings, other_url)) = open(config::all(lookup)).await?;
    let other = other_stage(other_url, resources.stage)?;
    Ok(parts::all(&resources, network()?, settings, other))
}

/// What a function shares among its parts, and its own settings. The secrets are read even when a setting is wrong, so
/// that one start reports everything.
async fn open<T>(parsed: Parsed<T>) -> Result<(Resources, T), ConfigError> {
    let clock = Clock::system();
    let secrets = secret_store(&parsed.stage, &clock).await;
    let secrets = secrets.and_then(|secrets| check_pricing(&secrets).map(|()| secrets));
    let (stage, settings, secret_store) = parsed.checked_with(secrets)?;
    let store = Store::new(stage.store);
    Ok((Resources { stage: stage.kind, store, secret_store, clock, random: Random::system() }, settings))
}

/// Checks the stage's price list, if there is one.
fn check_pricing(secret_store: &SecretStore) -> Result<(), String> {
    let secrets = secret_store.secrets();
    let Some(text) = &secrets.default_pricing else {
        return Ok(());
    };
    match read_pricing(text.as_bytes()) {
        Ok(_) => Ok(()),
        Err(problems) => Err(format!("DEFAULT_PRICING: {}", problems.join("\n  DEFAULT_PRICING: "))),
    }
}

async fn secret_store(stage: &StageSettings, clock: &Clock) -> Result<SecretStore, String> {
    let source = match stage.secrets.clone() {
        SecretsPlace::Variables(secrets) => return Ok(SecretStore::fixed(secrets)),
        SecretsPlace::File(file) => file.source(),
        SecretsPlace::Manager(manager) => manager.source(),
    };
    SecretStore::open(source, &stage.secret_kinds, clock.clone()).await
}

fn network() -> Result<Arc<dyn Transport>, ConfigError> {
    match Network::new() {
        Ok(network) => Ok(Arc::new(network)),
        Err(error) => Err(ConfigError(vec![error.to_string()])),
    }
}

/// The stage of the other environment, with its own connection: without one, the webhook function needs no network.
fn other_stage(url: Option<WebhookUrl>, stage: StageKind) -> Result<Option<OtherStage>, ConfigError> {
    match url {
        Some(url) => Ok(Some(OtherStage::over(network()?, url, stage.other().name()))),
        None => Ok(None),
    }
}
