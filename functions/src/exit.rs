//! How a function's program ends: with a line in the log that says why, one problem a line.

use std::fmt::Display;
use std::process::ExitCode;

/// Logs why the program ends early. What `main` returns as an error would be printed in Rust's debug format, as one
/// line that no filter of the logs finds.
pub fn code<E: Display>(outcome: Result<(), E>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error.cause = %error, "the function cannot run");
            ExitCode::FAILURE
        }
    }
}
