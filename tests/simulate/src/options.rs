//! What is simulated.

/// Orders of one world, unless the options say otherwise: enough that they meet, few enough that a failing world can be
/// read.
pub const ORDERS_PER_WORLD: u64 = 200;

/// One simulation. Equal options give equal reports.
#[derive(Debug, Clone)]
pub struct Options {
    /// Customers who each want one order.
    pub orders: u64,
    /// Everything follows from it.
    pub seed: u64,
    /// Percent of the calls to the outside that fail.
    pub faults: u64,
    /// Customers of one world.
    pub per_world: u64,
    /// Only this world of the simulation.
    pub world: Option<u64>,
    /// Worlds that run at once.
    pub threads: usize,
    /// A mistake made on purpose, to see it found.
    pub sabotage: Option<Sabotage>,
    /// Shows the log lines that contain this text.
    pub show: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            orders: 1_000,
            seed: 1,
            faults: 10,
            per_world: ORDERS_PER_WORLD,
            world: None,
            threads: 1,
            sabotage: None,
            show: None,
        }
    }
}

/// Mistakes that the checks have to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// An order whose answer was lost is sent again with another body.
    ChangedResend,
    /// The table's single writes forget their conditions.
    NoConditions,
    /// Events overwrite what newer events have said.
    NoVersions,
    /// What is sent upstream is logged, login and all.
    Tattle,
    /// Every connected domain is taken for one of whoever asks.
    NoOwners,
    /// Nobody remembers who was erased.
    NoMemory,
    /// Every second charge to a budget is not written.
    FreeCalls,
    /// This stage knows the secret of the other environment, and takes its events for its own.
    SharedSecret,
    /// Names are ordered under every ending, whatever is on offer.
    AnyEnding,
    /// Upstream sells a name again that is on an order.
    SoldTwice,
    /// The way to the other stage says that a delivery has arrived which it has lost.
    Mislaid,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::ChangedResend,
        Self::NoConditions,
        Self::NoVersions,
        Self::Tattle,
        Self::NoOwners,
        Self::NoMemory,
        Self::FreeCalls,
        Self::SharedSecret,
        Self::AnyEnding,
        Self::SoldTwice,
        Self::Mislaid,
    ];
}

/// One world of a simulation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorldPlan {
    pub(crate) index: u64,
    pub(crate) seed: u64,
    pub(crate) customers: u64,
}

impl Options {
    /// The worlds, each with a seed of its own.
    pub(crate) fn worlds(&self) -> Vec<WorldPlan> {
        let size = self.per_world.max(1);
        let count = self.orders.div_ceil(size);
        (0..count)
            .filter(|index| self.world.is_none_or(|only| only == *index))
            .map(|index| WorldPlan {
                index,
                seed: crate::dice::derive(self.seed, index),
                customers: size.min(self.orders.saturating_sub(index.saturating_mul(size))),
            })
            .collect()
    }

    /// The command that runs world `index` of this simulation again.
    pub(crate) fn command(&self, index: u64) -> String {
        let Self { orders, seed, faults, per_world, .. } = self;
        let size = match *per_world {
            ORDERS_PER_WORLD => String::new(),
            size => format!(" --per-world {size}"),
        };
        format!("cargo xtask simulate --orders {orders} --seed {seed} --faults {faults}{size} --world {index}")
    }
}
