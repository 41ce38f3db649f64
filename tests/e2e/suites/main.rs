//! Suites against the running product: real sockets, the real SDK, a sandbox upstream, and time that stands still.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of the suites fail a test by panicking"
)]

mod availability;
mod bad_orders;
mod bugs;
mod bundles;
mod cancelling;
mod charging;
mod client;
mod clock_ahead;
mod concurrency;
mod convergence;
mod copies;
mod cors;
mod cycles;
mod delivery;
mod documented;
mod doubled_fields;
mod editions;
mod ending;
mod entities;
mod forgetting;
mod forgotten_on_the_way;
mod guards;
mod health;
mod house;
mod import_claims;
mod import_lost;
mod import_readings;
mod import_takeovers;
mod imports;
mod imports_of;
mod in_use;
mod infra_alarms;
mod infra_key;
mod infra_roles;
mod infra_rules;
mod infra_settings;
mod infra_table;
mod infra_template;
mod jwt;
mod large_orders;
mod large_plans;
mod layers;
mod links;
mod log;
mod minting;
mod network;
mod odd_events;
mod openapi;
mod order_flow;
mod pacing;
mod partner_orders;
mod promises;
mod quotes;
mod receipts;
mod receiver;
mod reconciling;
mod redelivery;
mod rejected;
mod replays;
mod returning;
mod secrecy;
mod secrets_manager;
mod sessions;
mod shared_rate;
mod slow_looks;
mod status;
mod storms;
mod strangers;
mod strict_upstream;
mod table;
mod tracing_on;
mod two_stages;
mod upstream_trouble;
mod waiting;
mod webhook_events;
mod webhook_permutations;
mod webhook_signatures;
mod wrong_settings;
