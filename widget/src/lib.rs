#![doc = include_str!("../README.md")]

#[cfg_attr(
    not(target_family = "wasm"),
    expect(dead_code, reason = "its driver is the browser's, and tests use most of it")
)]
mod client;
#[cfg(target_family = "wasm")]
pub mod panic;
pub mod rules;
#[cfg(target_family = "wasm")]
mod web;
