//! What each function reads at its start: its secrets and all of its settings, and everything that is wrong at once.

use crate::config::{ConfigError, Settings};
use crate::environment::Lookup;
use crate::http::cors::Origins;
use crate::needs::Need;
use crate::order_proxy::Proxy;
use crate::reconciler::Reconciler;
use crate::status::Window;
use crate::webhook::Receiver;

/// The order proxy.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn order_proxy(lookup: Lookup<'_>) -> Result<(Proxy, Origins), ConfigError> {
    let mut settings = Settings::new(lookup);
    let vault = settings.vault(Need::ORDER_PROXY).await;
    let origins = settings.origins();
    let proxy = settings.proxy(&vault);
    settings.finish(proxy.zip(origins))
}

/// The status endpoints.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn status(lookup: Lookup<'_>) -> Result<(Window, Origins), ConfigError> {
    let mut settings = Settings::new(lookup);
    let vault = settings.vault(Need::STATUS).await;
    let origins = settings.origins();
    let window = settings.window(&vault);
    settings.finish(window.zip(origins))
}

/// The webhook receiver.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn webhook(lookup: Lookup<'_>) -> Result<Receiver, ConfigError> {
    let mut settings = Settings::new(lookup);
    let vault = settings.vault(Need::WEBHOOK).await;
    let receiver = settings.receiver(&vault);
    settings.finish(receiver)
}

/// The reconciler.
///
/// # Errors
/// Everything that is missing or wrong, without any value.
pub async fn reconciler(lookup: Lookup<'_>) -> Result<Reconciler, ConfigError> {
    let mut settings = Settings::new(lookup);
    let vault = settings.vault(Need::RECONCILER).await;
    let reconciler = settings.reconciler(&vault);
    settings.finish(reconciler)
}
