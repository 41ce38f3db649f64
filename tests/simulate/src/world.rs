//! One world: customers, functions, upstream and table on one thread and one virtual clock.

use crate::backend::trouble::troubles;
use crate::courier::Courier;
use crate::customer::{self, Remains};
use crate::diary::Diary;
use crate::dice::Dice;
use crate::elsewhere::Elsewhere;
use crate::erasure;
use crate::error::SimulationError;
use crate::evidence::{PANICKED, gather, is_settled, scan};
use crate::fault_injection::FaultInjector;
use crate::features::Features;
use crate::fleet::Fleet;
use crate::logs::LogReader;
use crate::options::{Options, WorldPlan};
use crate::other_stage::Other;
use crate::peeker::Peeker;
use crate::report::Report;
use crate::reporting::report_of;
use crate::sabotage_setup;
use crate::schedule::{notify, reconcile, schedule};
use crate::shop::{Opening, Role, Shop};
use crate::tally::Tally;
use crate::time::{Timeline, pause};
use crate::values::Values;
use crate::visitors::{self, Visitor};
use dynoxide::Database;
use functions::notifier::invocation::Invocation;
use futures::FutureExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Seconds from an order to its end; each world has one value: from faster than the response to slower than the
/// reconciler's patience.
const PROVISIONING: [(u64, u64); 4] = [(4, 20), (3, 300), (2, 2_400), (1, 6_000)];
/// Milliseconds with faults: longer than the reconciler's patience. The last customers come after 15 minutes.
const FAULT_PHASE: u64 = 80 * 60 * 1_000;
/// Milliseconds of the days after.
const DAYS: u64 = 9 * 24 * 60 * 60 * 1_000;
/// Milliseconds between two runs of the reconciler.
const SCHEDULE: u64 = 5 * 60 * 1_000;
/// Milliseconds between two runs in the following days, with few customers.
const SLOW_SCHEDULE: u64 = 4 * 60 * 60 * 1_000;
/// Milliseconds between two runs once faults are disabled.
const QUIET_SCHEDULE: u64 = 3 * SCHEDULE;
/// Runs of the reconciler after the faults, before anything is checked: two hours, twice its patience.
const QUIET_RUNS: u64 = 8;
/// Milliseconds between two final runs: docs/upstream.md#delivery.
const LAST_LOOK: u64 = 4 * 60 * 60 * 1_000;
/// Number of final runs.
const LAST_LOOKS: u64 = 7;
/// Seconds by which all functions' clocks may be off, in either direction.
const SKEW: u64 = 120;
/// Seconds by which the clocks of two functions may differ in most worlds.
const JITTER: u64 = 4;
/// Seconds by which the clocks of two functions may differ in some worlds.
const WILD_JITTER: u64 = 90;
/// Worlds per 1,000 in which secrets are rotated while customers order.
const ROTATED: u64 = 300;
/// Seconds for which personal data are kept in most worlds.
const KEPT: i64 = 30 * 24 * 60 * 60;
/// Seconds for which personal data are kept in some worlds, so that they end during the faults.
const KEPT_BRIEFLY: i64 = 20 * 60;

/// What a customer does, or the partner for one; a customer's browser remains.
type Life = JoinHandle<Option<Remains>>;

/// The parts of a running world.
struct World {
    fleet: Fleet,
    courier: Courier,
    database: Database,
    faults: FaultInjector,
    tally: Tally,
    dice: Dice,
    look_every: u64,
    elsewhere: Elsewhere,
    /// The stage of the other environment and its table, if this stage forwards to it.
    other: Option<(Other, Database)>,
}

/// Runs one world to its end and checks every invariant.
pub(crate) fn run(plan: WorldPlan, options: &Options) -> Result<Report, SimulationError> {
    // The SDK's jitter comes from here.
    fastrand::seed(plan.seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| SimulationError(format!("no runtime: {error}")))?;
    let report = runtime.block_on(live(plan, options));
    drop(runtime);
    report
}

async fn live(plan: WorldPlan, options: &Options) -> Result<Report, SimulationError> {
    let timeline = Timeline::begin();
    let tally = Tally::default();
    let logs = LogReader::new(tally.clone(), options.show.as_deref());
    let listening = logs.listen(timeline);
    let (world, bundle) = World::create(plan, options, timeline, &tally)?;
    for fleet in [Some(&world.fleet), world.other.as_ref().map(|(other, _)| &other.fleet)].into_iter().flatten() {
        fleet.any().1.store.create_table().await.map_err(|error| SimulationError(error.to_string()))?;
    }
    let mut visitors = visitors::gather(&world.dice, plan.customers, FAULT_PHASE, &bundle, &world.fleet.shop.features);
    sabotage_setup::prepare_visitors(options.sabotage, &mut visitors);
    visitors::count(&visitors, &world.fleet.shop.features, &tally);
    let (diaries, mut remains, staying) = world.run_with_faults(visitors).await;
    world.calm().await;
    if staying.iter().any(|task| !task.is_finished()) {
        remains.extend(world.days_after(staying).await);
        world.calm().await;
    } else {
        remains.extend(world.wait_for(staying).await);
    }
    futures::future::join_all(remains.into_iter().map(customer::last_look)).await;
    let mut evidence = gather(&world.fleet, &world.database, &diaries, &world.elsewhere.ids()).await;
    evidence.betraying.extend(logs.betraying());
    evidence.naming = logs.naming();
    if let Some((_, database)) = &world.other {
        (evidence.taken, evidence.other_items) = (world.courier.taken(), scan(database));
    }
    world.retire();
    drop(listening);
    Ok(report_of(plan, options, &evidence, &tally, timeline.millis() / 1_000))
}

impl World {
    fn create(
        plan: WorldPlan,
        options: &Options,
        timeline: Timeline,
        tally: &Tally,
    ) -> Result<(Self, String), SimulationError> {
        let dice = Dice::new(plan.seed);
        let values = Values::of_world(plan.index);
        let database = Database::memory().map_err(|error| SimulationError(error.to_string()))?;
        let mut seconds = dice.weighted(&PROVISIONING).unwrap_or(300);
        // Some partners are close to upstream's limit.
        let rate = if dice.chance(250) { 600 } else { 0 };
        let mut features = Features::draw(&dice.fork(), tally);
        sabotage_setup::prepare(options.sabotage, &mut features, &mut seconds);
        let provisioning = Duration::from_secs(seconds);
        let peeker = Peeker::start(plan.seed, timeline, &values, &features, (provisioning, rate));
        let peeker = peeker.map_err(|error| SimulationError(error.to_string()))?;
        let bundle = peeker.sandbox().create_bundle("Starter", 5_000);
        let courier = Courier::default();
        let carrying = courier.clone();
        peeker.deliver_through(move |webhook| carrying.take(webhook));
        let elsewhere = Elsewhere::new(&peeker, &courier, &values, tally, dice.fork());
        let faults = FaultInjector::new(dice.fork(), options.faults, tally.clone());
        let skew = i64::try_from(dice.between(0, 2 * SKEW)).unwrap_or(0) - i64::try_from(SKEW).unwrap_or(0);
        let opening = Opening {
            values: &values,
            peeker: &peeker,
            faults: &faults,
            timeline,
            tally,
            database: &database,
            dice: dice.fork(),
            skew,
            jitter: if dice.chance(150) { WILD_JITTER } else { JITTER },
            guarded: dice.chance(250),
            keep_personal: if dice.chance(300) { KEPT_BRIEFLY } else { KEPT },
            features: features.clone(),
            role: Role::Alone,
            sabotage: options.sabotage,
        };
        let other = match features.passes_on {
            true => Some(Database::memory().map_err(|error| SimulationError(error.to_string()))?),
            false => None,
        };
        let other = other.map(|database| (Other::start(opening.clone(), &database), database));
        let address = other.as_ref().and_then(|(other, _)| other.address());
        let fleet = Fleet::launch(Shop::open(Opening { role: address.map_or(Role::Alone, Role::PassesOn), ..opening }));
        courier.serve(fleet.clone());
        fleet.shop.backend.serve(Arc::new(fleet.clone()));
        fleet.shop.starter.serve(Arc::new(fleet.clone()));
        let look_every = seconds.saturating_mul(1_000 / 3).max(4_000);
        Ok((
            Self { fleet, courier, database, faults, tally: tally.clone(), dice, look_every, elsewhere, other },
            bundle,
        ))
    }

    /// Runs all customers with faults. Returns when the faults end, with the customers who are not done yet.
    async fn run_with_faults(&self, visitors: Vec<Visitor>) -> (Vec<Diary>, Vec<Remains>, Vec<Life>) {
        self.faults.enable();
        let upstream = self.spawn_ticker(Duration::from_secs(5));
        let schedule = tokio::spawn(schedule(self.fleet.clone(), SCHEDULE));
        let other = self.fleet.shop.features.other_environment.then(|| tokio::spawn(self.elsewhere.clone().go_on()));
        let (mut diaries, mut lives, mut staying) = (Vec::new(), Vec::new(), Vec::new());
        for visitor in visitors {
            let outlasts = visitor.outlasts(FAULT_PHASE);
            let Visitor { character, dice, leaving } = visitor;
            let diary = Diary::of(character.number, &character.email);
            diaries.push(diary.clone());
            if let Some(leaving) = leaving {
                let leave = erasure::leave(self.fleet.clone(), diary.clone(), leaving, dice.fork());
                staying.push(tokio::spawn(leave.map(|()| None)));
            }
            let life = customer::live(self.fleet.clone(), diary, character, dice, self.look_every);
            if outlasts { &mut staying } else { &mut lives }.push(tokio::spawn(life.map(Some)));
        }
        let troubles = tokio::spawn(troubles(self.fleet.clone(), self.dice.fork(), FAULT_PHASE));
        let rotation = self.dice.between(0, FAULT_PHASE / 4);
        pause(rotation).await;
        if self.faults.happens(ROTATED, "secrets: rotated") {
            self.rotate();
        }
        pause(FAULT_PHASE.saturating_sub(rotation)).await;
        self.faults.disable();
        let remains = self.wait_for(lives).await;
        let _ = troubles.await;
        for task in other.into_iter().chain([schedule, upstream]) {
            task.abort();
        }
        (diaries, remains, staying)
    }

    /// The following days: claims of the remaining customers end, and they set nameservers, order and leave, with
    /// faults.
    async fn days_after(&self, staying: Vec<Life>) -> Vec<Remains> {
        self.faults.enable();
        let upstream = self.spawn_ticker(Duration::from_secs(300));
        let schedule = tokio::spawn(schedule(self.fleet.clone(), SLOW_SCHEDULE));
        let troubles = tokio::spawn(troubles(self.fleet.clone(), self.dice.fork(), DAYS));
        let remains = self.wait_for(staying).await;
        let _ = troubles.await;
        self.faults.disable();
        schedule.abort();
        upstream.abort();
        remains
    }

    async fn wait_for(&self, lives: Vec<Life>) -> Vec<Remains> {
        let mut remains = Vec::new();
        for life in lives {
            match life.await {
                Ok(left) => remains.extend(left),
                Err(_) => self.tally.count(PANICKED),
            }
        }
        remains
    }

    /// Replaces every secret; the previous ones stay valid.
    fn rotate(&self) {
        let shop = &self.fleet.shop;
        shop.values.rotate();
        shop.peeker.sandbox().set_webhook_secret(shop.values.webhook_secret().to_owned());
    }

    /// Without faults: the reconciler runs until everything is settled and the last webhook has arrived.
    async fn calm(&self) {
        let upstream = self.spawn_ticker(Duration::from_secs(60));
        for _ in 0..QUIET_RUNS {
            pause(QUIET_SCHEDULE).await;
            self.run_schedules().await;
        }
        for _ in 0..LAST_LOOKS {
            if self.under_way() == 0 && is_settled(&scan(&self.database)) {
                break;
            }
            pause(LAST_LOOK).await;
            self.run_schedules().await;
        }
        upstream.abort();
    }

    async fn run_schedules(&self) {
        reconcile(&self.fleet).await;
        notify(&self.fleet, Invocation::Everything).await;
    }

    /// Number of webhooks, notifications and repairs that may still arrive.
    fn under_way(&self) -> i64 {
        let shop = &self.fleet.shop;
        self.courier.under_way().saturating_add(shop.starter.under_way()).saturating_add(shop.backend.repairing())
    }

    /// Breaks the cycles of references.
    fn retire(&self) {
        self.courier.retire();
        self.fleet.shop.backend.retire();
        self.fleet.shop.starter.retire();
    }

    fn spawn_ticker(&self, every: Duration) -> JoinHandle<()> {
        let peeker = self.fleet.shop.peeker.clone();
        tokio::spawn(async move { peeker.tick(every).await })
    }
}
