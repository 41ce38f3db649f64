//! Simulations small enough for every test run, and proof that the checks can fail.

mod promises;
mod reproduction;
mod sabotage;
