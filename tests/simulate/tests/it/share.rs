//! How many orders the simulations of a test run ask for: each has a share, and all shares together are at most 1,000.

use simulate::{Options, Report, Sabotage, SimulationError};

/// Orders that a test run may simulate.
const MOST: u64 = 1_000;

/// A simulation of the test run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Share {
    FairWeather,
    Weather,
    Storm,
    /// Two runs, and one of the last world.
    Repeated,
    /// Two runs.
    Seeds,
    /// The worlds in which one mistake has to show.
    Mistake,
}

/// Each of them, how many orders it asks for, and how many tests there are of it.
const SHARES: [(Share, u64, usize); 6] = [
    (Share::FairWeather, 60, 1),
    (Share::Weather, 480, 1),
    (Share::Storm, 60, 1),
    (Share::Repeated, 55, 1),
    (Share::Seeds, 10, 1),
    (Share::Mistake, 30, Sabotage::ALL.len()),
];

/// Orders that may still be asked for of one share.
#[derive(Debug)]
pub(crate) struct Orders(u64);

impl Share {
    pub(crate) fn orders(self) -> Orders {
        let is_this = |other: Self| std::mem::discriminant(&other) == std::mem::discriminant(&self);
        Orders(SHARES.iter().find(|(share, ..)| is_this(*share)).unwrap().1)
    }
}

impl Orders {
    /// Runs a simulation that its share has room for.
    pub(crate) fn run(&mut self, options: &Options) -> Result<Report, SimulationError> {
        let of_world = |world: u64| options.per_world.min(options.orders.saturating_sub(world * options.per_world));
        let asked = options.world.map_or(options.orders, of_world);
        assert!(asked <= self.0, "{asked} orders are more than the {} that are left of this share", self.0);
        self.0 -= asked;
        simulate::run(options)
    }
}

#[test]
fn a_test_run_simulates_at_most_1_000_orders() {
    let asked: u64 = SHARES.iter().map(|(_, orders, tests)| orders * u64::try_from(*tests).unwrap()).sum();
    assert!(asked <= MOST, "{asked} orders");
    // Nothing is simulated past the shares, and each is used by as many tests as are counted.
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
