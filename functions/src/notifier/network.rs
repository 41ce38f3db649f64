//! Carries a signed notification to an address of the partner's backend. It connects only to addresses that were
//! checked, follows no redirects, uses no proxy, and keeps a kilobyte of the answer.

use crate::clock::{Clock, Timestamp};
use crate::notifier::courier::{Answer, KEPT, SignedLetter};
use crate::notifier::schedule;
use crate::upstream::network::NetworkError;
use axum::http::header;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Url, redirect, retry};
use shared::endpoint::Hosts;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest wait for a connection, the TLS handshake included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle connections per host: a burst uses more, and closes those that are left over.
const IDLE: usize = 4;
/// Our name in the receiver's log.
const USER_AGENT: &str = concat!("peeker-checkout/", env!("CARGO_PKG_VERSION"));

/// A client with its pool of connections.
#[derive(Debug, Clone)]
pub struct Network {
    client: reqwest::Client,
    hosts: Hosts,
    clock: Clock,
}

impl Network {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    /// Without root certificates.
    pub fn new(hosts: Hosts, clock: Clock) -> Result<Self, NetworkError> {
        // An error means that the process has a provider already, which can only be ring.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .http1_only()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(IDLE)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .dns_resolver(Arc::new(Checked(hosts)))
            .build()
            .map_err(NetworkError)?;
        Ok(Self { client, hosts, clock })
    }

    /// Sends the letter once, within `limit`.
    pub(super) async fn send(&self, letter: SignedLetter, limit: Duration) -> Answer {
        let begun = Instant::now();
        let outcome = match self.check(&letter.url) {
            Ok(url) => self.exchange(url, letter, limit).await.map_err(|error| reason(&error)),
            Err(refused) => Err(refused.to_owned()),
        };
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        match outcome {
            Ok((status, response, retry_after)) => Answer { status: Some(status), milliseconds, response, retry_after },
            Err(response) => Answer { status: None, milliseconds, response, retry_after: None },
        }
    }

    /// The address as it is called. An address that is a number is not resolved, so it is checked here.
    fn check(&self, url: &str) -> Result<Url, &'static str> {
        let url = Url::parse(url).map_err(|_| "the address cannot be read")?;
        let host = url.host_str().unwrap_or_default();
        let number = host.trim_start_matches('[').trim_end_matches(']').parse();
        match number {
            Ok(address) if !self.hosts.allow(address) => Err(NOT_PUBLIC),
            _ => Ok(url),
        }
    }

    /// Sends the letter: status, beginning of the answer, and seconds to wait.
    async fn exchange(
        &self,
        url: Url,
        letter: SignedLetter,
        limit: Duration,
    ) -> Result<(u16, String, Option<Timestamp>), reqwest::Error> {
        let request = self.client.post(url).headers(letter.headers).header(header::CONTENT_TYPE, "application/json");
        let mut answer = request.timeout(limit).body(letter.body).send().await?;
        let status = answer.status().as_u16();
        let wait = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|value| schedule::retry_after(value, self.clock.now()));
        let mut kept = Vec::new();
        // Whether the rest arrives does not matter: the status is the answer.
        while kept.len() < KEPT
            && let Ok(Some(chunk)) = answer.chunk().await
        {
            kept.extend_from_slice(&chunk);
        }
        kept.truncate(KEPT);
        Ok((status, String::from_utf8_lossy(&kept).into_owned(), wait))
    }
}

/// Why nothing is sent.
const NOT_PUBLIC: &str = "the address is not on the public internet";

/// Resolves names to addresses that may be connected to; the connection is made to these and no others.
#[derive(Debug)]
struct Checked(Hosts);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let hosts = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among public ones is an attempt, too.
            if found.iter().any(|address| !hosts.allow(address.ip())) {
                return Err(NOT_PUBLIC.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Why there is no answer, in words of ours and of the library's innermost error, without the address.
fn reason(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match innermost.to_string() {
        why if std::ptr::eq(innermost, error as &dyn std::error::Error) || why.is_empty() => kind.to_owned(),
        why => format!("{kind}: {}", why.chars().take(KEPT / 4).collect::<String>()),
    }
}
