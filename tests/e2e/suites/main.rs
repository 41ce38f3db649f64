//! Suites against the running product.
