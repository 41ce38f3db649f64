//! The machine of an order against scripts: what happens, what the machine does about it, and what it says then.

mod doubt;
mod driver;
mod placing;
mod properties;
mod stage;
mod watching;
