//! Virtual time: real time at a speed factor, or paused and advanced by hand.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::config::ClockMode;

/// The one clock of a sandbox, in milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Clock {
    /// The virtual time at `running_since`, or now while paused.
    base_ms: i64,
    running_since: Option<Instant>,
    speed: f64,
}

impl Clock {
    pub(crate) fn new(mode: ClockMode) -> Self {
        match mode {
            ClockMode::Real { speed } => Self { base_ms: machine_ms(), running_since: Some(Instant::now()), speed },
            ClockMode::Paused { start } => {
                Self { base_ms: start.saturating_mul(1000), running_since: None, speed: 1.0 }
            }
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        let elapsed = self.running_since.map_or(0, |since| {
            let scaled = since.elapsed().as_secs_f64() * self.speed * 1000.0;
            // A float beyond i64 saturates, which is far beyond any use.
            scaled as i64
        });
        self.base_ms.saturating_add(elapsed)
    }

    pub(crate) fn paused(&self) -> bool {
        self.running_since.is_none()
    }

    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    pub(crate) fn pause(&mut self) {
        self.base_ms = self.now_ms();
        self.running_since = None;
    }

    pub(crate) fn resume(&mut self) {
        self.base_ms = self.now_ms();
        self.running_since = Some(Instant::now());
    }

    /// Sets a new speed; anything but a number above zero is ignored.
    pub(crate) fn set_speed(&mut self, speed: f64) {
        if speed.is_finite() && speed > 0.0 {
            self.base_ms = self.now_ms();
            self.running_since = self.running_since.map(|_| Instant::now());
            self.speed = speed;
        }
    }

    /// Advances to a moment; a moment in the past changes nothing.
    pub(crate) fn reach(&mut self, moment_ms: i64) {
        let behind = moment_ms.saturating_sub(self.now_ms());
        if behind > 0 {
            self.base_ms = self.base_ms.saturating_add(behind);
        }
    }

    /// Real time until a virtual moment; `None` while paused.
    pub(crate) fn wait_for(&self, moment_ms: i64) -> Option<Duration> {
        self.running_since?;
        let behind = moment_ms.saturating_sub(self.now_ms()).max(0) as f64;
        Some(Duration::try_from_secs_f64(behind / 1000.0 / self.speed).unwrap_or(Duration::MAX))
    }
}

fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A duration in whole milliseconds.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
