//! Captures the functions' log in the process of a test.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// The captured log.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Starts to capture; metrics are written under `namespace`.
    pub(crate) fn start(namespace: &str) -> Self {
        let log = Self::default();
        let writer = log.clone();
        functions::telemetry::start_to(move || writer.clone(), Some(namespace.to_owned()));
        log
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap()
    }
}
