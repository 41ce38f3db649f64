//! Errors that prevent a simulation.

/// A world could not be run.
#[derive(Debug)]
pub struct SimulationError(pub(crate) String);

impl std::fmt::Display for SimulationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the simulation cannot run: {}", self.0)
    }
}

impl std::error::Error for SimulationError {}
