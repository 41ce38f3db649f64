//! Assembles the functions. This is the one place that knows what each is made of: the binaries, the stack on one
//! machine, the benchmarks and the simulator call the same constructors, and choose what those are given.

pub mod gateway;
pub mod parts;
pub mod resources;
pub mod start;
