#![doc = include_str!("../README.md")]

pub mod clock;
pub mod config;
pub mod failure;
pub mod gateway;
pub mod health;
pub mod http;
pub mod order_proxy;
pub mod placement;
pub mod reconciler;
pub mod secret;
pub mod session;
pub mod status;
pub mod store;
pub mod telemetry;
pub mod upstream;
pub mod webhook;
