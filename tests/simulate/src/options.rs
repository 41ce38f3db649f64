//! Options of a simulation.

/// Default number of orders of one world: enough for interactions, few enough to read a failing world.
pub const ORDERS_PER_WORLD: u64 = 200;

/// One simulation. Equal options give equal reports.
#[derive(Debug, Clone)]
pub struct Options {
    /// Number of customers, each of whom wants one order.
    pub orders: u64,
    /// Seed of everything.
    pub seed: u64,
    /// Percentage of calls to the outside that fail.
    pub faults: u64,
    /// Customers per world.
    pub per_world: u64,
    /// Run only this world of the simulation.
    pub world: Option<u64>,
    /// Number of worlds that run concurrently.
    pub threads: usize,
    /// A deliberate mistake that the checks must detect.
    pub sabotage: Option<Sabotage>,
    /// Print the log lines that contain this text.
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

/// Deliberate mistakes that the checks must detect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// An order with a lost response is sent again with another body.
    ChangedResend,
    /// Single writes to the table ignore their conditions.
    NoConditions,
    /// Events overwrite facts of newer events.
    NoVersions,
    /// Upstream requests are logged, with the login.
    LoggedLogin,
    /// Every connected domain belongs to the caller.
    NoOwners,
    /// Erasures are not recorded.
    NoMemory,
    /// Half of the charges to budgets are not written.
    FreeCalls,
    /// This stage has the secret of the other environment, and accepts its events as its own.
    SharedSecret,
    /// Names are ordered under every TLD, offered or not.
    AnyEnding,
    /// Upstream offers a name that is in an order.
    SoldTwice,
    /// The transport to the other stage acknowledges a delivery that it lost.
    LostForward,
    /// Pages take a lost answer to an order for a refusal.
    DeniedOrder,
    /// Pages send an order whose answer got lost once more, in another session, without asking.
    SentAgain,
    /// Pages keep the first status that they read of an order.
    OldStatus,
    /// Orders that have to be approved are placed without an approval.
    Unpaid,
    /// Writes of approvals ignore their conditions.
    EndlessApprovals,
    /// Notifications of completed orders say that they have failed.
    WrongStatus,
    /// A notification counts as delivered whatever its endpoint answers.
    UnheardDelivery,
}

impl Sabotage {
    /// All mistakes.
    pub const ALL: [Self; 18] = [
        Self::ChangedResend,
        Self::NoConditions,
        Self::NoVersions,
        Self::LoggedLogin,
        Self::NoOwners,
        Self::NoMemory,
        Self::FreeCalls,
        Self::SharedSecret,
        Self::AnyEnding,
        Self::SoldTwice,
        Self::LostForward,
        Self::DeniedOrder,
        Self::SentAgain,
        Self::OldStatus,
        Self::Unpaid,
        Self::EndlessApprovals,
        Self::WrongStatus,
        Self::UnheardDelivery,
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
    /// The worlds, each with its own seed.
    pub(crate) fn worlds(&self) -> Vec<WorldPlan> {
        let size = self.per_world.max(1);
        let count = self.orders.div_ceil(size);
        let mut seeds = fastrand::Rng::with_seed(self.seed);
        (0..count)
            .map(|index| WorldPlan {
                index,
                seed: seeds.u64(..),
                customers: size.min(self.orders.saturating_sub(index.saturating_mul(size))),
            })
            .filter(|plan| self.world.is_none_or(|only| only == plan.index))
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
