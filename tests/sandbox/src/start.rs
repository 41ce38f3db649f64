//! Starts a sandbox: on a socket, or without one for simulations.

use crate::config::SandboxConfig;
use crate::deliverer;
use crate::error::SandboxError;
use crate::sandbox::Sandbox;
use crate::server;

impl Sandbox {
    /// Binds the address and serves requests.
    ///
    /// # Errors
    ///
    /// If a setting is invalid, the address cannot be bound or the data file cannot be loaded.
    pub async fn start(config: SandboxConfig) -> Result<Self, SandboxError> {
        config.check()?;
        let listener = server::bind(config.address).await?;
        let address =
            listener.local_addr().map_err(|source| SandboxError::Address { address: config.address, source })?;
        let http = deliverer::over_http(config.delivery_timeout)?;
        let sandbox = Self::build(&config, Some(address), Some(http))?;
        let serving = tokio::spawn(server::serve(sandbox.clone(), listener));
        let driving = tokio::spawn(sandbox.clone().drive());
        sandbox.keep([serving, driving]);
        Ok(sandbox)
    }

    /// A sandbox without a socket and without a background driver, for simulations: requests enter through
    /// [`Sandbox::handle`], webhooks leave through [`Sandbox::set_deliverer`], and [`Sandbox::advance`] advances time.
    /// The address of the configuration is not used.
    ///
    /// # Errors
    ///
    /// If a setting is invalid or the data file cannot be loaded.
    pub fn without_socket(config: &SandboxConfig) -> Result<Self, SandboxError> {
        config.check()?;
        Self::build(config, None, None)
    }
}
