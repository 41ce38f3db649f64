//! The options of `peeker smoke`.

use crate::commands::bundles::Side;
use crate::times;
use clap::Args;
use std::time::Duration;

/// Place a small test order from end to end: availability, import, order, webhooks
///
/// Checks two names, imports a domain, orders both domains under custom licences (2 Google, 1 Microsoft), and waits
/// until the order is completed.
///
/// If the checkout API is configured, the test acts like a customer: it creates a session, calls your deployment, and
/// takes the status from Peeker's signed webhooks. With --via peeker, or if only a Peeker key is configured, it calls
/// Peeker directly and works without a deployment.
///
/// A test key buys nothing. A live key, here or in the deployment, buys domains and inboxes, and requires both flags:
/// --live and --yes-spend-money.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker smoke                          against the demo that runs here\n  \
    PEEKER_API=https://api.your-host PEEKER_PARTNER_KEY=… peeker smoke\n  \
    PEEKER_KEY=pk_test_… PEEKER_LOGIN_EMAIL=… PEEKER_LOGIN_PASSWORD=… peeker smoke\n  \
    peeker smoke --json | jq '.data.steps'\n\n\
    Exit code 0: the order is completed. 1: a step failed. 2: a live key without both flags. 5: the time limit\n\
    is reached. 6: the order has pending actions.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) side: Side,
    /// Customer; by default a new smoke-…@example.com
    #[arg(long, value_name = "EMAIL|usr_…")]
    pub(super) customer: Option<String>,
    /// Domain to register [default: a random name]
    #[arg(long, value_name = "DOMAIN")]
    pub(super) domain: Option<String>,
    /// Domain to import [default: a random name with a test key, none with a live key]
    #[arg(long, value_name = "DOMAIN", conflicts_with = "no_import")]
    pub(super) import: Option<String>,
    /// Skip the import, and register both domains
    #[arg(long)]
    pub(super) no_import: bool,
    /// Smartlead client of the inboxes [default: the partner's own]
    #[arg(long, value_name = "ID")]
    pub(super) client_id: Option<u64>,
    /// Time limit for the import's nameservers; then the order continues without it
    #[arg(long, default_value = "90s", value_parser = times::duration, value_name = "TIME")]
    pub(super) import_timeout: Duration,
    /// Time limit for the order
    #[arg(long, default_value = "5m", value_parser = times::duration, value_name = "TIME")]
    pub(super) timeout: Duration,
    /// Allow a live key
    #[arg(long)]
    pub(super) live: bool,
    /// Confirm that domains and inboxes are paid for
    #[arg(long)]
    pub(super) yes_spend_money: bool,
}
