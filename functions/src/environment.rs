//! The process's environment, read here and nowhere else.

/// Looks a setting up by name: in the environment, or among a test's own.
pub type Lookup<'e> = &'e dyn Fn(&str) -> Option<String>;

/// A variable of the process.
pub fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
