//! Limits the simulations of a test run: each has a share of orders, and all shares together are at most 1,000.

use simulate::{Options, Report, Sabotage, SimulationError};

/// Maximum number of orders of a test run.
const MOST: u64 = 1_000;

/// A simulation of the test run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Share {
    NoFaults,
    SomeFaults,
    ManyFaults,
    /// Two runs, and one of the last world.
    Repeated,
    /// Two runs.
    Seeds,
    /// The worlds in which one mistake must be detected.
    Mistake,
}

/// Each share, its number of orders, and the number of its tests.
const SHARES: [(Share, u64, usize); 6] = [
    (Share::NoFaults, 60, 1),
    (Share::SomeFaults, 280, 1),
    (Share::ManyFaults, 60, 1),
    (Share::Repeated, 55, 1),
    (Share::Seeds, 10, 1),
    (Share::Mistake, 22, Sabotage::ALL.len()),
];

/// The remaining orders of one share.
#[derive(Debug)]
pub(crate) struct Orders(u64);

impl Share {
    pub(crate) fn orders(self) -> Orders {
        let is_this = |other: Self| std::mem::discriminant(&other) == std::mem::discriminant(&self);
        Orders(SHARES.iter().find(|(share, ..)| is_this(*share)).unwrap().1)
    }
}

impl Orders {
    /// Runs a simulation that fits into its share.
    pub(crate) fn run(&mut self, options: &Options) -> Result<Report, SimulationError> {
        let of_world = |world: u64| options.per_world.min(options.orders.saturating_sub(world * options.per_world));
        let asked = options.world.map_or(options.orders, of_world);
        assert!(asked <= self.0, "{asked} orders are more than the {} that are left of this share", self.0);
        self.0 -= asked;
        simulate::run(options)
    }
}

#[test]
fn test_run_simulates_at_most_1_000_orders() {
    let asked: u64 = SHARES.iter().map(|(_, orders, tests)| orders * u64::try_from(*tests).unwrap()).sum();
    assert!(asked <= MOST, "{asked} orders");
    // No simulation bypasses the shares, and each share is used by the stated number of tests.
    let read = |name: &str| std::fs::read_to_string(format!("{}/tests/it/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let names = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let others: String = names.filter(|name| name != "share.rs").map(|name| read(&name)).collect();
    assert!(!others.contains("simulate::run") && !others.contains("run_with"), "a simulation has no share");
    for (share, _, tests) in SHARES {
        let tests = if matches!(share, Share::Mistake) { 1 } else { tests };
        let used = others.matches(&format!("Share::{share:?}")).count();
        assert_eq!(used, tests, "{share:?}");
    }
    assert_eq!(others.matches("finds(Sabotage::").count(), Sabotage::ALL.len(), "each mistake is searched once");
}
