#![doc = include_str!("../README.md")]

pub mod answers;
pub mod availability;
pub mod customer;
pub mod domain_name;
pub mod draft;
pub mod event;
pub mod forwarding_url;
pub mod ids;
pub mod order;
pub mod persona;
pub mod picks;
pub mod plan;
pub mod problem;
pub mod quote;
pub mod split;
pub mod text;
