#![doc = include_str!("../README.md")]

pub mod answers;
pub mod availability;
pub mod customer;
pub mod domain_name;
pub mod draft;
pub mod event;
pub mod file_text;
pub mod finding;
pub mod forwarding_url;
pub mod ids;
pub mod lenient_json;
pub mod name_list;
pub mod order;
pub mod origin;
pub mod person_name;
pub mod persona;
pub mod picks;
pub mod plan;
pub mod problem;
pub mod quote;
mod second_level;
pub mod share_link;
pub mod split;
pub mod unicode;
